"""DDB126: a query on a collection that grows has a limit."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB126")[0] == ("12:5 'postings' reads about 1,000 items each time.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB126")
