"""DDB120: a child that is always read through its parent has the parent's id as partition key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = warning(
    "DDB120",
    "Index where the parent's key would do",
    "A table keyed by the parent, with the child's id as sort key, answers the same questions without an index, with "
    "strongly consistent reads and one write less each time.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        reads = model.reads_of(table)
        if table.sort_key is not None or len(table.global_indexes) != 1 or not reads:
            continue
        (index,) = table.global_indexes.values()
        by_child = [write for write in model.writes_of(table) if write.operation.kind != "put"]
        if by_child or any(read.query.index != index.name or read.query.scan for read in reads):
            continue
        parent = index.partition_key[0]
        if len(index.partition_key) == 1 and parent != table.partition_key:
            yield Finding(
                position=table.positions.get("partition_key", table.position),
                address=table.address,
                what=f"Nothing reads or changes table '{table.key}' by '{table.partition_key}' alone; every query asks "
                f"its index '{index.name}' by '{parent}'.",
                fix=f"Make '{parent}' the partition key and '{table.partition_key}' (or what orders "
                "the items) the sort "
                "key, and drop the index.",
            )


RULE = Rule(code=CODE, find=_find)
