"""DDB133: a single write needs no transaction."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB133")[0] == ("7:3 'first_order' puts one item.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB133")
