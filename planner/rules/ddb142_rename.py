"""DDB142: an index is replaced in two applies, so that no reader is without one.

Judged by ``diff``: it needs live state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.rules.base import Finding, listed, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.plan import Plan
    from planner.state import TableState

CODE = warning(
    "DDB142",
    "Index dropped in the apply that adds its successor",
    "Readers that still ask for the old index fail from the moment it is dropped, and the new one "
    "answers only when it is "
    "filled: on a large table that is hours.",
)


def find(plan: Plan, live: Mapping[str, TableState]) -> Iterator[Finding]:
    """Each table whose indexes are to be dropped and added in one apply.

    Args:
        plan: What is wanted.
        live: The live tables, by physical name.
    """
    for table in plan.tables.values():
        state = live.get(table.name)
        if state is None or table.external:
            continue
        before = set(state.settings.get("global_secondary_indexes") or {})
        added = [name for name in table.global_indexes if name not in before]
        dropped = sorted(before - set(table.global_indexes))
        if added and dropped:
            index = table.global_indexes[added[0]]
            yield Finding(
                position=index.position,
                address=index_address(table, index),
                what=f"Table '{table.key}' gets {listed(added)} and loses {listed(dropped)} in one apply.",
                fix="Declare the new one beside the old, apply, move the readers, and remove the old one then.",
            )
