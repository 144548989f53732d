"""DDB119: a sharded key says how many shards there are, and they are enough."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB119")[0] == ("6:5 'day_shard' is a shard in a partition key, and nothing says how many there are.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB119")
