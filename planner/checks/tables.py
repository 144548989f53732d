"""Looking up what seeds, transactions and queries name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from planner.diagnostics import Position, Report
    from planner.plan import Plan, Table


def find_table(plan: Plan, key: str, position: Position, address: str, report: Report) -> Table | None:
    """The table of that name in the plan, or None after a diagnostic."""
    table = plan.tables.get(key)
    if table is None:
        report.add(
            codes.UNKNOWN_TABLE,
            position,
            address=address,
            what=f"The plan has no table '{key}'.",
            fix=f"{did_you_mean(key, plan.tables)}Declare it under `tables`.",
        )
    return table
