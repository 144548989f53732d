"""DDB121: kinds of items share a partition only if one request reads them together."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB121")[0] == (
        "9:7 No query and no transaction touches 'user' together with another kind of table 'app'."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB121")
