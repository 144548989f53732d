"""DDB116: one partition takes 1,000 write and 3,000 read units a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.limits import PARTITION_READ_UNITS, PARTITION_WRITE_UNITS
from planner.rules.base import Finding, Rule, warning
from planner.rules.load import read_units, write_units
from planner.rules.partitions import partition_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model
    from planner.rules.partitions import PartitionKey

CODE = warning(
    "DDB116",
    "Partition that gets more than it can take",
    "One partition key value takes 1,000 write and 3,000 read units a second, in a table as in an index, whatever the "
    "table may use; what comes beyond is throttled.",
)


def _find(model: Model) -> Iterator[Finding]:
    for key in partition_keys(model):
        yield from _of_key(model, key)


def _of_key(model: Model, key: PartitionKey) -> Iterator[Finding]:
    values = model.distinct(key.table, key.names)
    if values is None:
        return
    for word, units, most in (
        ("write", write_units(model, key.table, key.index), PARTITION_WRITE_UNITS),
        ("read", read_units(model, key.table, key.index), PARTITION_READ_UNITS),
    ):
        if units / values > most:
            yield Finding(
                position=key.position,
                address=key.address,
                what=f"{units:,.0f} {word} units a second over {values:,} values of {' and '.join(key.names)} are "
                f"{units / values:,.0f} for each partition of {key.owner}, and it takes {most:,}.",
                fix="Use a partition key with more values, or add a shard to it, `2026-01-02#7`, and read all shards.",
            )


RULE = Rule(code=CODE, find=_find)
