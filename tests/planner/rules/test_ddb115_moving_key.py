"""DDB115: an attribute that changes often is a costly index key."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB115")[0] == ("9:7 'play' changes 'score', a key of the index 'by_score'.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB115")
