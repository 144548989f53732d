"""DDB116: one partition takes 1,000 write and 3,000 read units a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.limits import PARTITION_READ_UNITS, PARTITION_WRITE_UNITS
from planner.rules.base import Finding, Rule, warning
from planner.rules.load import read_units, write_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Index, Table
    from planner.rules.model import Model

CODE = warning(
    "DDB116",
    "Partition that gets more than it can take",
    "One partition key value takes 1,000 write and 3,000 read units a second, in a table as in an index, whatever the "
    "table may use; what comes beyond is throttled.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        yield from _of_key(model, table, None)
        for index in table.global_indexes.values():
            yield from _of_key(model, table, index)


def _of_key(model: Model, table: Table, index: Index | None) -> Iterator[Finding]:
    partition = (table.partition_key,) if index is None else index.partition_key
    values = model.distinct(table, partition)
    if values is None:
        return
    subject = f"table '{table.key}'" if index is None else f"the index '{index.name}'"
    positions = (table.positions, table.position) if index is None else (index.positions, index.position)
    for word, units, most in (
        ("write", write_units(model, table, index), PARTITION_WRITE_UNITS),
        ("read", read_units(model, table, index), PARTITION_READ_UNITS),
    ):
        if units / values > most:
            yield Finding(
                position=positions[0].get("partition_key", positions[1]),
                address=table.address if index is None else index_address(table, index),
                what=f"{units:,.0f} {word} units a second over {values:,} values of {' and '.join(partition)} are "
                f"{units / values:,.0f} for each partition of {subject}, and it takes {most:,}.",
                fix="Use a partition key with more values, or add a shard to it, `2026-01-02#7`, and read all shards.",
            )


RULE = Rule(code=CODE, find=_find)
