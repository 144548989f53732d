"""DDB134: what must change together is one transaction."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from planner.expressions.tree import AddAction, Arithmetic, Placeholder, SetAction, walk
from planner.rules.base import Finding, Rule, warning
from planner.values import to_decimal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from planner.rules.model import Model, Write

CODE = warning(
    "DDB134",
    "Two sides of one change in two transactions",
    "Between the two, and for ever where the second is refused, the one side has changed and the other has not.",
)


def _find(model: Model) -> Iterator[Finding]:
    proved = [one for one in model.plan.transactions.values() if one.expect_fails is None and len(one.operations) == 1]
    moved = [
        (write, *move) for one in proved for write in model.in_transaction(one) if (move := _moved(write)) is not None
    ]
    for (first, name, amount), (second, other, counter) in combinations(moved, 2):
        same = first.table.key == second.table.key and name == other and first.item != second.item
        if same and amount + counter == 0:
            yield Finding(
                position=second.transaction.position,
                address=second.transaction.address,
                what=f"'{first.transaction.name}' and '{second.transaction.name}' move "
                f"{abs(amount):,} of '{name}' from "
                "one item to another, each by itself.",
                fix="Make them one transaction of two operations.",
            )


def _moved(write: Write) -> tuple[str, Decimal] | None:
    """The attribute that an update adds a known amount to, and the amount."""
    for action in write.actions:
        value = None
        sign = 1
        if isinstance(action, AddAction):
            value = action.value
        elif isinstance(action, SetAction):
            sums = [part for part in walk(action.value) if isinstance(part, Arithmetic)]
            if sums and isinstance(sums[0].right, Placeholder):
                value, sign = sums[0].right, 1 if sums[0].operator == "+" else -1
        known = None if value is None else write.operation.values.get(value.name)
        if known is not None and "N" in known:
            return action.path.attribute, sign * to_decimal(known)
    return None


RULE = Rule(code=CODE, find=_find)
