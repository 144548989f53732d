"""DDB137: a copy is written again where its source changes."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB137")[0] == ("10:9 'rename' changes 'customers.name', and not its copy 'customer_name'.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB137")
