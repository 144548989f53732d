"""DDB134: what must change together is one transaction."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB134")[0] == (
        "10:3 'debit' and 'credit' move 5 of 'balance' from one item to another, each by itself."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB134")
