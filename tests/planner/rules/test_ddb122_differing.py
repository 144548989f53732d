"""DDB122: kinds of items that differ in how long they live belong in different tables."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB122")[0] == ("8:5 In table 'app', 'session' expires and 'user' does not.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB122")
