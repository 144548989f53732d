"""Values that are typed on the command line for a query's placeholders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from planner.values import AttributeValue, InvalidNumberError, Item, canonical_number

if TYPE_CHECKING:
    from collections.abc import Sequence


def parse_values(given: Sequence[str], declared: Item) -> Item:
    """``NAME=VALUE`` texts as DynamoDB JSON by name.

    Args:
        given: As typed. A value that is a JSON object is DynamoDB JSON; other values take the declared type.
        declared: The plan's own values, whose types the typed ones take.

    Raises:
        click.UsageError: A name the query does not have, or a value of the wrong type.
    """
    found: dict[str, AttributeValue] = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise click.UsageError(f"--value takes NAME=VALUE, not {text!r}.")
        name = name.removeprefix(":")
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise click.UsageError(f"The query has no value {name!r}. It has: {known}.")
        found[name] = _typed(name, value, declared[name])
    return found


def _typed(name: str, text: str, declared: AttributeValue) -> AttributeValue:
    ((kind, _),) = declared.items()
    if text.startswith("{"):
        return _dynamodb_json(name, text)
    match kind:
        case "S":
            return {"S": text}
        case "N":
            return {"N": _number(name, text)}
        case "BOOL" if text in {"true", "false"}:
            return {"BOOL": text == "true"}
        case "BOOL":
            raise click.UsageError(f"--value {name} is true or false, not {text!r}.")
        case _:
            raise click.UsageError(
                f"--value {name} is of type {kind}: write it as DynamoDB JSON, '{{\"{kind}\": ...}}'."
            )


def _number(name: str, text: str) -> str:
    try:
        return canonical_number(text)
    except InvalidNumberError as problem:
        raise click.UsageError(f"--value {name}: {problem}.") from None


def _dynamodb_json(name: str, text: str) -> AttributeValue:
    from planner.reading.dynamodb_json import InvalidValueError, checked_value  # noqa: PLC0415 - reading brings YAML

    try:
        return checked_value(json.loads(text))
    except (ValueError, RecursionError, InvalidValueError) as problem:
        raise click.UsageError(f"--value {name} is not DynamoDB JSON: {problem}.") from None
