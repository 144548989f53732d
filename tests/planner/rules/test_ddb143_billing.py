"""DDB143: capacity is provisioned where the load is known and steady."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB143")[0] == ("7:5 Table 'orders' has fixed units, and no query or transaction on it states a rate.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB143")
