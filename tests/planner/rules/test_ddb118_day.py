"""DDB118: a partition key that is the current day or hour takes all writes at once."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB118")[0] == ("6:5 'day', the partition key of table 'events', is a time and nothing else.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB118")
