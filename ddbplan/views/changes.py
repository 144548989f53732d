"""A step's changes as short lines: before -> after, nested values spelled out by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.steps import FieldChange
    from planner.values import Json

_INDEXES = {
    "global_secondary_indexes": "index",
    "local_secondary_indexes": "local index",
    "vector_indexes": "vector index",
}


def creation_lines(changes: Sequence[FieldChange]) -> Iterator[tuple[str, str]]:
    """What a new thing is made with: keys with their types, indexes, and each setting."""
    types: Mapping[str, str] = next((change.after for change in changes if change.path == "key_types"), {})
    for change in changes:
        if change.path == "keys":
            yield from (("", f"{name}: {_typed(value, types)}") for name, value in change.after.items() if value)
        elif change.path in _INDEXES and isinstance(change.after, Mapping):
            for name, index in change.after.items():
                yield "+", f"{_INDEXES[change.path]} {name}: {_index_words(index, types)}"
        elif change.path != "key_types":
            yield from change_lines(change)


def change_lines(change: FieldChange) -> Iterator[tuple[str, str]]:
    """What one change says, as (symbol, line); nested values become a line each.

    What a new thing is made with has no ``before`` and needs no arrow.
    """
    family, _, name = change.path.partition(".")
    whole = change.after if change.before is None else change.before
    if family in _INDEXES and (change.before is None or change.after is None) and _is_index(whole):
        index = {part: value for part, value in whole.items() if part != "types"}
        words = _index_words(index, whole.get("types", {}))
        yield ("+" if change.before is None else "-"), f"{_INDEXES[family]} {name}: {words}"
        return
    yield from _leaves(change.path, change.before, change.after)


def _is_index(value: Json) -> bool:
    return isinstance(value, Mapping) and "projection" in value


def _typed(name: str, types: Mapping[str, str]) -> str:
    return f"{name} ({types[name]})" if name in types else name


def _index_words(index: Mapping[str, Json], types: Mapping[str, str]) -> str:
    keys = [_typed(name, types) for name in (*_names(index.get("partition_key")), *_names(index.get("sort_key")))]
    projection = index.get("projection")
    words = [", ".join(keys) or "no key", f"projects {value_words(projection)}" if projection is not None else ""]
    words += [
        f"{name} {value_words(value)}"
        for name, value in index.items()
        if name not in {"partition_key", "sort_key", "projection"}
    ]
    return "; ".join(word for word in words if word)


def value_words(value: Json) -> str:
    """A value as a plan would say it: booleans as on and off, lists and mappings in one line."""
    match value:
        case None:
            return "(none)"
        case bool():
            return "on" if value else "off"
        case list() | tuple():
            return "[" + ", ".join(value_words(member) for member in value) + "]"
        case dict() if all(not isinstance(member, Mapping) or _is_flat(member) for member in value.values()):
            return "{" + ", ".join(f"{name}: {value_words(member)}" for name, member in value.items()) + "}"
        case _:
            return str(value) if isinstance(value, (str, int)) else json.dumps(value, sort_keys=True, default=str)


def _leaves(path: str, before: Json, after: Json) -> Iterator[tuple[str, str]]:
    if isinstance(after, Mapping) and (before is None or isinstance(before, Mapping)) and after and _is_flat(after):
        for name in sorted({*after, *(before or {})}):
            was, becomes = (before or {}).get(name), after.get(name)
            if was != becomes:
                yield from _leaves(f"{path}.{name}", was, becomes)
        return
    if before is None:
        yield "", f"{path}: {value_words(after)}"
    elif after is None:
        yield "-", f"{path}: {value_words(before)}"
    else:
        yield "~", f"{path}: {value_words(before)} -> {value_words(after)}"


def _is_flat(value: Mapping[str, Json]) -> bool:
    return all(not isinstance(member, Mapping) for member in value.values())


def _names(value: Json) -> Sequence[str]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
