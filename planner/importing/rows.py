"""Sample rows of a model as seeds: typed loosely by other programs, and only kept where DynamoDB takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.importing.values import shown
from planner.reading.dynamodb_json import InvalidValueError, JsonNumber, checked_value, from_plain
from planner.values import AttributeValue, Item, Json, canonical_item, canonical_json, key_hash

_TYPES = frozenset({"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"})


def loose_item(given: Json) -> Item:
    """A row whose values are DynamoDB JSON, plain JSON, or a mixture of both.

    Raises:
        InvalidValueError: It is no row.
    """
    if not isinstance(given, Mapping):
        raise InvalidValueError("a row is an object of attributes")
    return {str(name): loose_value(value) for name, value in given.items()}


def loose_value(given: Json, level: int = 1) -> AttributeValue:  # noqa: PLR0911 - one case for each kind
    """A value in DynamoDB JSON, in plain JSON, or typed outside and plain inside."""
    if not isinstance(given, Mapping) or len(given) != 1 or not set(given) <= _TYPES:
        return _plain(given, level)
    ((kind, content),) = given.items()
    match kind:
        case "N" if isinstance(content, int) and not isinstance(content, bool):
            return checked_value({"N": str(content)}, level)
        case "N" if isinstance(content, JsonNumber):
            return checked_value({"N": str.__str__(content)}, level)
        case "BOOL" if content in {"true", "false"}:
            return {"BOOL": content == "true"}
        case "NULL":
            return {"NULL": True}
        case "M" if isinstance(content, Mapping):
            return {"M": {str(name): loose_value(member, level + 1) for name, member in content.items()}}
        case "L" if isinstance(content, list):
            return {"L": [loose_value(member, level + 1) for member in content]}
        case _:
            return checked_value({kind: content}, level)


def _plain(given: Json, level: int) -> AttributeValue:
    match given:
        case bool() | None:
            return from_plain(given, level)
        case int():
            return {"N": str(given)}
        case float():
            return {"N": repr(given)}
        case Mapping():
            return {"M": {str(name): loose_value(member, level + 1) for name, member in given.items()}}
        case list():
            return {"L": [loose_value(member, level + 1) for member in given]}
        case _:
            return from_plain(given, level)


def usable_rows(settings: Mapping[str, Json], rows: Iterable[Json]) -> tuple[tuple[Item, ...], list[str]]:
    """The rows that the table takes, each key once, and a todo for every other.

    Args:
        settings: The table in a plan's terms.
        rows: As the model has them.
    """
    kept: dict[str, Item] = {}
    todos = []
    keys = _key_attributes(settings)
    primary = [settings["partition_key"], *([settings["sort_key"]] if "sort_key" in settings else [])]
    for row in rows:
        try:
            item = loose_item(row)
        except InvalidValueError as problem:
            todos.append(f"seed: the row `{shown(row)}` was left out: {problem}.")
            continue
        problem_of_keys = _problem(item, keys, primary)
        if problem_of_keys:
            todos.append(f"seed: the row `{shown(row)}` was left out: {problem_of_keys}.")
            continue
        key = key_hash({name: item[name] for name in primary})
        before = kept.setdefault(key, item)
        if before is not item and canonical_json(canonical_item(before)) != canonical_json(canonical_item(item)):
            todos.append(f"seed: the row `{shown(row)}` was left out: another row has its key.")
    return tuple(kept.values()), todos


def _key_attributes(settings: Mapping[str, Json]) -> dict[str, str]:
    """The type of every key attribute of the table and of its indexes."""
    types = settings.get("key_types", {})
    names = [settings["partition_key"], settings.get("sort_key")]
    for index in settings.get("global_secondary_indexes", {}).values():
        for part in ("partition_key", "sort_key"):
            given = index.get(part)
            names += given if isinstance(given, list) else [given]
    names += [index["sort_key"] for index in settings.get("local_secondary_indexes", {}).values()]
    return {name: types.get(name, "S") for name in names if name is not None}


def _problem(item: Item, keys: Mapping[str, str], primary: list[str]) -> str:
    for name in primary:
        if name not in item:
            return f"it has no `{name}`, which is the table's key"
    for name, kind in keys.items():
        if name not in item:
            continue
        ((own, content),) = item[name].items()
        if own != kind:
            return f"its `{name}` is of type {own}, and the key is {kind}"
        if content == "":
            return f"its `{name}` is empty, and a key is not"
    return ""
