"""DDB104: the application never scans."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB104")[0] == ("9:5 'open_orders' scans all of table 'orders'.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB104")
