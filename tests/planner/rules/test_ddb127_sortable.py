"""DDB127: what is sorted is written in one form, and sorts as it is meant."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB127")[0] == (
        "7:5 'happened_at' of table 'events' holds times in different forms (epoch seconds and a time in UTC with Z)."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB127")
