"""The order of transactions: the plan's own, bent by ``after``, and found in time for thousands."""

from __future__ import annotations

import random
import time

import pytest

from planner.checks.order import check_order
from planner.diagnostics import Report
from planner.plan import Plan
from tests.planner.checks.make import plan, transaction

MANY = 4_000


def chain(**after: tuple[str, ...]) -> Plan:
    """A plan of transactions by name, each with what it comes after."""
    return plan(transactions=tuple(transaction(name=name, after=others) for name, others in after.items()))


@pytest.mark.parametrize(
    ("after", "order"),
    [
        ({"a": (), "b": (), "c": ()}, "abc"),
        ({"a": ("c",), "b": (), "c": ()}, "bca"),
        ({"a": ("c", "c"), "b": ("a",), "c": (), "d": ()}, "cabd"),
        ({"a": ("d",), "b": ("c",), "c": (), "d": ()}, "cbda"),
    ],
)
def test_the_first_in_the_plan_that_waits_for_nothing_comes_next(after: dict[str, tuple[str, ...]], order: str) -> None:
    """Plan order is bent no further than ``after`` says."""
    assert "".join(check_order(chain(**after), Report())) == order


def test_a_circle_is_named_and_what_only_waits_for_it_is_not() -> None:
    """The report names the transactions that wait for each other, in their order."""
    report = Report()
    order = check_order(chain(a=(), b=("c",), c=("d",), d=("c",)), report)

    assert order == ("a", "b", "c", "d")
    assert [found.what for found in report] == ["These transactions wait for each other: c after d after c."]


@pytest.mark.parametrize("backwards", [False, True])
def test_thousands_of_transactions_are_ordered_at_once(*, backwards: bool) -> None:
    """Neither many transactions nor a chain of all of them backwards takes noticeable time or depth."""
    names = [f"t{number:04d}" for number in range(MANY)]
    after = {name: (names[place + 1],) if backwards and place + 1 < MANY else () for place, name in enumerate(names)}
    made = chain(**after)
    started = time.monotonic()
    order = check_order(made, Report())

    assert order == tuple(reversed(names) if backwards else names)
    assert time.monotonic() - started < 60


def test_any_order_keeps_every_after() -> None:
    """In a large plan with arbitrary ``after`` each transaction comes once, behind all that it names."""
    chosen = random.Random(7)  # noqa: S311 - the same plan every time, no secret
    names = [f"t{number}" for number in range(500)]
    shuffled = chosen.sample(names, len(names))
    after = {
        name: tuple(chosen.sample(shuffled[: shuffled.index(name)], min(3, shuffled.index(name)))) for name in names
    }
    order = check_order(chain(**after), Report())
    places = {name: place for place, name in enumerate(order)}

    assert sorted(order) == sorted(names)
    assert all(places[other] < places[name] for name, others in after.items() for other in others)
