"""DDB139: attributes and indexes are named for what they hold."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB139")[0] == ("6:5 The key of table 'orders' is called 'PK'.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB139")
