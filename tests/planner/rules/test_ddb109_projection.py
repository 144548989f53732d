"""DDB109: an index copies what its queries read, and no more."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB109")[0] == (
        "11:9 The index 'by_day' copies all attributes, and its queries read only 'total' beside the keys."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB109")
