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
        (parent, *further) = index.partition_key
        # What no two items share is looked up by, as an e-mail address is: it has no children.
        if further or parent == table.partition_key or parent in table.unique:
            continue
        yield Finding(
            position=table.positions.get("partition_key", table.position),
            address=table.address,
            what=f"Nothing reads or changes table '{table.key}' by '{table.partition_key}' alone; every query asks "
            f"its index '{index.name}' by '{parent}'.",
            fix=f"Where '{parent}' names a parent that an item cannot exist without and never leaves, make it the "
            f"partition key and '{table.partition_key}' (or what orders the items) the sort key, and drop the index. "
            f"Where '{parent}' is a property that may change, such as an e-mail address, keep the index (a key cannot "
            f"be changed in place, and '{table.partition_key}' alone would no longer be unique), and say so beside the "
            "key: # ddbplan: ignore DDB120 because ...",
        )


RULE = Rule(code=CODE, find=_find)
