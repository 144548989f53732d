"""DDB145: a prefix ends where the name of a kind ends."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB145")[0] == ("19:5 'ORDER' is the beginning of the 'sk' of 'order', 'item'.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB145")
