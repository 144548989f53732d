"""DDB136: what may be sent twice is refused the second time."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB136")[0] == ("14:9 'deposit' adds to 'balance', and adds again when it is sent again.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB136")
