"""What the last apply set and the plan no longer names: it stays as it is, and the diff never keeps silent about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from planner.changes.ownership import record_of
from planner.codes import changes as codes
from planner.desired import declared_settings
from planner.settings import SETTINGS
from planner.settings.base import path_text
from planner.settings.replica_values import regions_of
from planner.values import Json

if TYPE_CHECKING:
    from planner.changes.found import Context, Findings
    from planner.state import DesiredTable

_WITHOUT_A_LINE = frozenset({"capacity", *(setting.name for setting in SETTINGS if setting.derived)})
"""Settings that are no longer declared because another one is."""
_OF_AN_INDEX = frozenset({"maximum", "warm", "contributor_insights"})
"""What a global index declares beside its definition; its units are the table's where it says none."""
_NOTHING: tuple[Json, ...] = ("off", False, {})
"""Values of a setting that is not on: nothing of it stays."""


def note_undeclared(context: Context, table: DesiredTable, found: Findings) -> None:
    """Note every setting of a table, its indexes and its replicas that is no longer declared."""
    record = record_of(context, table)
    if record is None:
        return
    for path, value in sorted(_left(record.settings, table.state.settings)):
        *inside, name = path
        if value in _NOTHING:
            continue
        where = f" of {path_text(inside)}" if inside else ""
        found.add(
            codes.NO_LONGER_DECLARED,
            table.position,
            address=f"{table.address}.{'.'.join(_address(path))}",
            what=f"{table.key} no longer declares `{name}`{where}, which the last apply set; it stays as it is.",
            fix=_ending(name, where),
        )


def _left(before: Mapping[str, Json], now: Mapping[str, Json]) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Paths of settings that were declared and are not, with what they were."""
    for name, value in declared_settings(before).items():
        if name not in now and name not in _WITHOUT_A_LINE:
            yield (name,), value
    for part, (were, are) in {
        "global_secondary_indexes": (before.get("global_secondary_indexes"), now.get("global_secondary_indexes")),
        "replicas": (regions_of(before.get("replicas", "off")), regions_of(now.get("replicas", "off"))),
    }.items():
        kept = are or {}
        for key, own in (were or {}).items():
            for name, value in own.items():
                known = name in _OF_AN_INDEX or part == "replicas"
                if known and key in kept and name not in kept[key]:
                    yield (part, key, name), value


def _address(path: tuple[str, ...]) -> tuple[str, ...]:
    return ("index", *path[1:]) if path[0] == "global_secondary_indexes" else path


def _ending(name: str, where: str) -> str:
    match name:
        case "tags":
            return f"Write `tags: {{}}`{where} to remove them."
        case "billing" | "table_class" | "encryption" | "capacity" | "kms_key" | "global_secondary_indexes":
            return f"Declare `{name}`{where} again to manage it."
        case "warm":
            return "Nothing ends it: warm throughput cannot be lowered."
        case _:
            return f"Write `{name}: off`{where} to end it."
