"""Steps without the values of items: what may be shown, saved and sent elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from planner.steps import Step, as_json
from planner.values import Item, Json, content_hash, item_hash

KeyNames = Mapping[str, tuple[str, ...]]
"""The primary key's attributes by physical table name."""


def step_as_json(step: Step, key_names: KeyNames) -> Json:
    """A step as JSON values; items appear by key and hash, other values by hash only.

    Args:
        step: The step.
        key_names: For every table that the step writes to.
    """
    return {**as_json(step), "arguments": redacted_arguments(step.call.arguments, key_names)}


def redacted_arguments(arguments: Mapping[str, Json], key_names: KeyNames) -> Json:
    """The arguments of a call without the values of items.

    Args:
        arguments: Of any of the eleven functions.
        key_names: For every table that the call writes to.
    """
    table = arguments.get("table_name", "")
    return {name: _argument(name, value, table, key_names) for name, value in arguments.items()}


def _argument(name: str, value: Json, table: str, key_names: KeyNames) -> Json:
    match name:
        case "item":
            return _item(value, key_names[table])
        case "items":
            return [_item(item, key_names[table]) for item in value]
        case "transaction_items":
            return [_member(member, key_names) for member in value]
        case "expression_attribute_values":
            return _values(value)
        case _:
            return value


def _item(item: Item, names: tuple[str, ...]) -> Json:
    return {"key": {name: item[name] for name in names}, "sha256": item_hash(item)}


def _member(member: Mapping[str, Json], key_names: KeyNames) -> Json:
    ((kind, operation),) = member.items()
    shown = {}
    for name, value in operation.items():
        match name:
            case "Item":
                shown[name] = _item(value, key_names[operation["TableName"]])
            case "ExpressionAttributeValues":
                shown[name] = _values(value)
            case _:
                shown[name] = value
    return {kind: shown}


def _values(values: Item) -> Json:
    return {"sha256": content_hash(values, kind="values/1")}
