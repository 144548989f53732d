"""Reading at scale: only what is declared, within each API's own rate, in seconds of the fake's time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.state import DesiredState
from tests.fakes.world import World, world
from tests.matrix.pairs import plan_of, table_of
from tests.matrix.parts import BASE, Fragment

TABLES = 60
LATENCY = 0.0
"""The fake answers one call after the other; so many at once would each wait for all others."""
INDEXES: Fragment = {
    "global_secondary_indexes": {name: {"partition_key": name} for name in ("by_base", "by_owner", "by_state")}
}
INSIGHTS: Fragment = {
    "global_secondary_indexes": {
        name: {"contributor_insights": {"mode": "THROTTLED_KEYS"}} for name in ("by_base", "by_owner", "by_state")
    }
}
SETTINGS: Fragment = {
    "time_to_live": "expires_at",
    "point_in_time_recovery": True,
    "tags": {"team": "a"},
    "deletion_protection": True,
}


def many(*fragments: Fragment) -> DesiredState:
    """A plan of sixty tables that declare the same."""
    one = plan_of("many", table_of(BASE, INDEXES, *fragments))
    assert one is not None
    (table,) = one.tables.values()
    names = [f"many_{number:02}" for number in range(TABLES)]
    return replace(
        one, tables={name: replace(table, key=name, state=replace(table.state, name=name)) for name in names}
    )


def read_of(place: World, plan: DesiredState) -> tuple[dict[str, int], float, int]:
    """The calls of one diff by name, the seconds it takes there, and how many were refused."""
    place.converge(plan)
    place.later(1.0)
    done, begun = len(place.account.calls), place.account.clock.now()
    _, _, found = place.diff(plan)
    calls = place.account.calls[done:]

    assert found.is_empty
    counts: dict[str, int] = {}
    for called in calls:
        counts[called.operation] = counts.get(called.operation, 0) + 1
    return counts, place.account.clock.now() - begun, len([called for called in calls if called.refusal])


@pytest.mark.slow
def test_sixty_tables_are_read_in_seconds_and_nothing_is_throttled() -> None:
    """A diff asks for what the plan declares, once, and never faster than DynamoDB answers."""
    with world(latency=LATENCY) as place:
        bare, bare_seconds, bare_refused = read_of(place, many())
    with world(latency=LATENCY) as place:
        whole, seconds, refused = read_of(place, many(SETTINGS))

    assert bare == {"DescribeTable": TABLES}
    assert whole == dict.fromkeys(
        ("DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "ListTagsOfResource"), TABLES
    )
    assert (bare_refused, refused) == (0, 0)
    # DescribeTimeToLive and ListTagsOfResource are answered ten times a second, beside each other.
    assert bare_seconds < 3.0
    assert seconds < 9.0


@pytest.mark.slow
def test_contributor_insights_of_180_indexes_take_as_long_as_their_rate_asks() -> None:
    """Five a second, shared over all tables: what is declared of every index takes 36 seconds, and is not refused."""
    with world(latency=LATENCY) as place:
        counts, seconds, refused = read_of(place, many(INSIGHTS))

    assert counts == {"DescribeTable": TABLES, "DescribeContributorInsights": 3 * TABLES}
    assert refused == 0
    assert 33.0 < seconds < 45.0
