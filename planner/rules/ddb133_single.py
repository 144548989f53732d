"""DDB133: a single write needs no transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = warning(
    "DDB133",
    "Transaction of one operation without a condition",
    "A write of one item is atomic by itself, and a transaction costs twice as much. Here a single "
    "operation is written as "
    "a transaction to prove its condition; without one there is nothing to prove.",
)


def _find(model: Model) -> Iterator[Finding]:
    for transaction in model.plan.transactions.values():
        writes = model.in_transaction(transaction)
        if len(writes) != 1:
            continue
        (write,) = writes
        if write.operation.kind == "check":
            what, fix = "only checks a condition and writes nothing", "Add what is to be written, or remove it."
        elif write.condition is not None:
            continue
        elif transaction.run == "once" and write.operation.kind == "put":
            what, fix = "puts one item", f"Write the item as a row under `seed.{write.table.key}`."
        else:
            what, fix = (
                "has one operation and no condition",
                "Add the condition that it relies on, or what belongs to it.",
            )
        yield Finding(
            position=transaction.position,
            address=transaction.address,
            what=f"'{transaction.name}' {what}.",
            fix=fix,
        )


RULE = Rule(code=CODE, find=_find)
