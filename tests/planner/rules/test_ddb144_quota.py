"""DDB144: what the plan says it will do is within the account's quota for one table."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB144")[0] == ("5:3 Table 'clicks' is to use 60,000 write units a second; the quota is 40,000.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB144")
