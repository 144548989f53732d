"""DDB120: a child that is always read through its parent has the parent's id as partition key."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB120")[0] == (
        "6:5 Nothing reads or changes table 'comments' by 'comment_id' alone; every query asks "
        "its index 'by_post' by 'post_id'."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB120")
