"""Which pairs there are: every change of one part, and of every two parts some that change both at once."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations, product
from pathlib import Path
from typing import Any

from planner import desired_state, load_plan
from planner.state import DesiredState
from tests.matrix.parts import BASE, ON_DEMAND, PARTS, PROVISIONED, Fragment, Part

TRIPS_OF_TWO = 2
"""Trips of each two parts; each goes there and back, and so is two ordered pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """From one plan of a table to another and back: two ordered pairs.

    Attributes:
        parts: What changes, one name or two.
        settings: Names of all settings that change.
        first: The table's own keys in the first plan, as JSON.
        second: In the second.
    """

    parts: tuple[str, ...]
    settings: frozenset[str]
    first: str
    second: str


def table_of(*fragments: Mapping[str, Any]) -> str:
    """A table's keys in a plan, as JSON: each fragment lies over the ones before it."""
    found: Fragment = {}
    for fragment in fragments:
        found = _laid_over(found, fragment)
    return json.dumps(found, sort_keys=True)


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> Fragment:
    """Mappings within ``global_secondary_indexes`` and ``key_types`` merge; all else is one value."""
    merged = dict(under)
    for name, value in over.items():
        if name == "global_secondary_indexes":
            have = merged.get(name, {})
            merged[name] = {**have, **{index: {**have.get(index, {}), **own} for index, own in value.items()}}
        else:
            merged[name] = value
    return merged


def plan_of(name: str, table: str) -> DesiredState | None:
    """A plan of one table, read and checked as any other; None where it is not valid.

    Args:
        name: The database and the table's physical name.
        table: The table's keys, as JSON.
    """
    text = json.dumps(
        {
            "ddbplan": 1,
            "database": name,
            "tables": {"things": {"name": name, **json.loads(table.replace("{name}", name))}},
        }
    )
    with tempfile.TemporaryDirectory(prefix="matrix-") as folder:
        path = Path(folder) / "plan.yaml"
        # Words of the grammar stand bare.
        path.write_text(text.replace('"inherit"', "inherit"))
        loaded = load_plan(path)
    return None if loaded.plan is None else desired_state(loaded.plan)


@cache
def _is_valid(table: str) -> bool:
    return plan_of("validity", table) is not None


def _base(*parts: Part) -> Fragment:
    return {**BASE, **(PROVISIONED if any(part.mode == "provisioned" for part in parts) else ON_DEMAND)}


def _trip(parts: tuple[Part, ...], first: str, second: str) -> Trip:
    return Trip(
        parts=tuple(part.name for part in parts),
        settings=frozenset(name for part in parts for name in part.settings),
        first=first,
        second=second,
    )


def trips_of_one(part: Part) -> Iterator[Trip]:
    """There and back between any two values of a part."""
    for before, after in combinations(part.alone, 2):
        yield _trip((part,), table_of(_base(part), before), table_of(_base(part), after))


def trips_of_two(one: Part, other: Part) -> Iterator[Trip]:
    """Some trips that change both parts at once, the same ones each time; fewer where few are valid plans."""
    moves = list(product(permutations(one.values, 2), combinations(other.values, 2)))
    # Spread over the values, and the same for everybody.
    moves.sort(key=lambda move: zlib.crc32(json.dumps([one.name, other.name, move], sort_keys=True).encode()))
    found = 0
    base = _base(one, other)
    for (one_before, one_after), (other_before, other_after) in moves:
        first, second = table_of(base, one_before, other_before), table_of(base, one_after, other_after)
        both_said = _says(first, one_before, other_before) and _says(second, one_after, other_after)
        if both_said and _is_valid(first) and _is_valid(second):
            yield _trip((one, other), first, second)
            found += 1
        if found == TRIPS_OF_TWO:
            return


def _says(table: str, *fragments: Fragment) -> bool:
    """Whether a table says all that its fragments do: none lies over another one's key."""
    keys = [{name for name in fragment if name != "global_secondary_indexes"} for fragment in fragments]
    return all(table_of(json.loads(table), fragment) == table for fragment in fragments) and not (keys[0] & keys[-1])


@cache
def every_trip() -> tuple[Trip, ...]:
    """All trips: alone, then two at a time, in a fixed order."""
    alone = [trip for part in PARTS for trip in trips_of_one(part)]
    return (*alone, *(trip for two in combinations(PARTS, 2) for trip in trips_of_two(*two)))
