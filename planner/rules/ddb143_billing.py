"""DDB143: capacity is provisioned where the load is known and steady."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, info

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Table
    from planner.rules.model import Model

CODE = info(
    "DDB143",
    "Fixed units for a load that nobody stated",
    "Fixed units are paid for whether they are used or not, and what comes beyond is refused. On "
    "demand follows the load, "
    "and the way back is limited to a few switches a day.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        units = table.settings.get("capacity")
        fixed = isinstance(units, dict) and all(isinstance(side, int) for side in units.values())
        if table.settings.get("billing") == "provisioned" and fixed and not _is_stated(model, table):
            yield Finding(
                position=table.positions.get("billing", table.position),
                address=table.address,
                what=f"Table '{table.key}' has fixed units, and no query or transaction on it states a rate.",
                fix="State the rates, let the units follow their use (`{min, max}`), or leave billing on demand.",
            )


def _is_stated(model: Model, table: Table) -> bool:
    reads = any(read.query.rate is not None for read in model.reads_of(table))
    return reads or any(write.transaction.rate is not None for write in model.writes_of(table))


RULE = Rule(code=CODE, find=_find)
