"""DDB103: what is read is written somewhere, and each kind of item is both read and written."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB103")[0] == (
        "5:3 Table 'orders' is read, and neither a seed nor a transaction writes an item of it."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB103")
