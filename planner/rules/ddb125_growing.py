"""DDB125: what grows without a bound is items of its own, not a list in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.expressions.tree import AddAction, Path, Size, walk
from planner.rules.actions import appends
from planner.rules.base import Finding, Rule, warning
from planner.values import item_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.expressions.tree import Action
    from planner.rules.model import Model, Write

CODE = warning(
    "DDB125",
    "List that grows without a bound",
    "An item has at most 400 KB, and each change of it is charged by its whole size: the list gets "
    "dearer with every entry "
    "and one day takes none.",
)
_LARGE = 100 * 1024


def _find(model: Model) -> Iterator[Finding]:
    for write in model.writes:
        for action in write.actions:
            name = action.path.attribute
            if _grows(action, write) and name not in _bounded(write):
                yield Finding(
                    position=write.operation.expression.position if write.operation.expression else write.position,
                    address=write.address,
                    what=f"'{name}' of table '{write.table.key}' grows with each '{write.transaction.name}', and "
                    "nothing bounds it.",
                    fix=f"Make each entry an item of its own, or bound it: `condition: size({name}) < :most`.",
                )
    for table in model.tables:
        for row in model.rows(table):
            size = item_size(row.item)
            if size > _LARGE:
                yield Finding(
                    position=row.position,
                    address=f"seed.{table.key}",
                    what=f"The item has {size:,} bytes.",
                    fix="Split it into items of their own, or keep the large part elsewhere, such as in S3.",
                )


def _grows(action: Action, write: Write) -> bool:
    if isinstance(action, AddAction):
        value = write.operation.values.get(action.value.name, {})
        return "N" not in value
    return appends(action)


def _bounded(write: Write) -> set[str]:
    """Attributes whose size the condition asks."""
    nodes = () if write.condition is None else tuple(walk(write.condition))
    return {node.operand.attribute for node in nodes if isinstance(node, Size) and isinstance(node.operand, Path)}


RULE = Rule(code=CODE, find=_find)
