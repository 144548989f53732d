"""The order in which transactions run: the plan's own, bent by ``after``."""

from __future__ import annotations

import heapq
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
    order = _in_order(plan.transactions)
    if len(order) < len(plan.transactions):
        done = set(order)
        _complain_circle({name: one for name, one in plan.transactions.items() if name not in done}, report)
        return tuple(plan.transactions)
    return order


def _in_order(transactions: Mapping[str, Transaction]) -> tuple[str, ...]:
    """Always the first in the plan of those that wait for nothing more; those that wait for each other are left out."""
    names = list(transactions)
    places = {name: place for place, name in enumerate(names)}
    waits = {name: {other for other in one.after if other in places} for name, one in transactions.items()}
    awaited: dict[str, list[str]] = {name: [] for name in names}
    for name, others in waits.items():
        for other in others:
            awaited[other].append(name)
    ready = [places[name] for name, others in waits.items() if not others]
    order: list[str] = []
    while ready:
        name = names[heapq.heappop(ready)]
        order.append(name)
        for later in awaited[name]:
            waits[later].discard(name)
            if not waits[later]:
                heapq.heappush(ready, places[later])
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
    trail: dict[str, None] = {}
    name = next(iter(waiting))
    while name not in trail:
        trail[name] = None
        name = _pending(waiting[name], waiting)[0]
    passed = list(trail)
    return passed[passed.index(name) :]
