"""DDB113: where a query throws most of what it reads away, an index of the few would read only them."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB113")[0] == ("17:5 Of 5 known items that 'open_jobs' reads, its filter keeps 1.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB113")
