"""DDB102: every table and every index serves a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.rules.base import Finding, Rule, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Table
    from planner.rules.model import Model

CODE = warning(
    "DDB102",
    "Table or index that nothing reads",
    "An index is paid for with every write and with a copy of its attributes; one that no query reads is pure cost.",
)


def _find(model: Model) -> Iterator[Finding]:
    if not model.plan.queries:
        return
    used = {(read.table.key, read.query.index) for read in model.reads}
    for table in model.tables:
        for index in table.indexes.values():
            if (table.key, index.name) not in used:
                yield Finding(
                    position=index.position,
                    address=index_address(table, index),
                    what=f"No query reads the index '{index.name}' of table '{table.key}'.",
                    fix="Add the query that it is for, or remove the index.",
                )
        if not model.reads_of(table) and not _is_asked(model, table):
            yield Finding(
                position=table.position,
                address=table.address,
                what=f"No query reads table '{table.key}'.",
                fix="Add the queries that it is for, or remove the table.",
            )


def _is_asked(model: Model, table: Table) -> bool:
    """Whether a transaction's condition looks at its items, as at a reservation of a unique value."""
    return any(write.condition is not None for write in model.writes_of(table))


RULE = Rule(code=CODE, find=_find)
