"""The differences between two canonical mappings, value by value."""

from __future__ import annotations

from collections.abc import Mapping

from planner.settings.base import path_text
from planner.steps import FieldChange
from planner.values import Json


def field_changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> dict[str, tuple[FieldChange, ...]]:
    """What differs between two canonical mappings, grouped by their first key.

    A list is one value: it is shown whole. A member that is missing on one side is shown as None there.

    Args:
        before: Live values.
        after: Wanted values.
    """
    if before == after:
        return {}
    # Costs a fifth of a second to import, and most diffs have nothing to compare.
    from deepdiff import DeepDiff  # noqa: PLC0415 - see above

    tree = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    paths = {_whole_value(level.path(output_format="list")) for levels in tree.values() for level in levels}
    found: dict[str, tuple[FieldChange, ...]] = {}
    for path in sorted(paths):
        change = FieldChange(path=path_text(path), before=_at(before, path), after=_at(after, path))
        found[path[0]] = (*found.get(path[0], ()), change)
    return found


def _whole_value(path: list[str | int]) -> tuple[str, ...]:
    """The path up to the first list."""
    names: list[str] = []
    for part in path:
        if isinstance(part, int):
            break
        names.append(part)
    return tuple(names)


def _at(value: Json, path: tuple[str, ...]) -> Json:
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
