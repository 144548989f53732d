"""The order in which transactions run: the plan's own, bent by ``after``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.diagnostics import Report
    from planner.plan import Plan, Transaction


def check_order(plan: Plan, report: Report) -> tuple[str, ...]:
    """The names of all transactions in the order in which they run; problems go to the report."""
    for transaction in plan.transactions.values():
        _check_names(plan, transaction, report)
    order: list[str] = []
    waiting = dict(plan.transactions)
    while waiting:
        ready = next((one for one in waiting.values() if not _pending(one, waiting)), None)
        if ready is None:
            _complain_circle(waiting, report)
            return tuple(plan.transactions)
        order.append(ready.name)
        del waiting[ready.name]
    return tuple(order)


def _pending(transaction: Transaction, waiting: Mapping[str, Transaction]) -> tuple[str, ...]:
    return tuple(name for name in transaction.after if name in waiting)


def _check_names(plan: Plan, transaction: Transaction, report: Report) -> None:
    for what, fix in _name_problems(plan, transaction):
        report.add(codes.BAD_ORDER, transaction.position, address=transaction.address, what=what, fix=fix)


def _name_problems(plan: Plan, transaction: Transaction) -> Iterator[tuple[str, str]]:
    for name in transaction.after:
        other = plan.transactions.get(name)
        if other is None:
            # An environment may leave out all `once` transactions; the plan itself is checked with them.
            if plan.environment is None or transaction.run == "once":
                yield (
                    f"'{transaction.name}' comes after '{name}', and there is no such transaction.",
                    f"{did_you_mean(name, plan.transactions)}Correct the name, or remove it.",
                )
        elif other.run == "test":
            yield (
                f"'{transaction.name}' comes after '{name}', which is only ever run by `ddbplan test`, by itself.",
                "Remove it from `after`: every `run: test` transaction starts from the seeds and `once` transactions.",
            )


def _complain_circle(waiting: Mapping[str, Transaction], report: Report) -> None:
    circle = _find_circle(waiting)
    first = waiting[circle[0]]
    report.add(
        codes.BAD_ORDER,
        first.position,
        address=first.address,
        what=f"These transactions wait for each other: {' after '.join([*circle, circle[0]])}.",
        fix="Remove one of these names from `after`.",
    )


def _find_circle(waiting: Mapping[str, Transaction]) -> list[str]:
    """Every transaction here waits for another one here, so following them must come back to one."""
    trail: list[str] = []
    name = next(iter(waiting))
    while name not in trail:
        trail.append(name)
        name = _pending(waiting[name], waiting)[0]
    return trail[trail.index(name) :]
