"""How fast a load asks: what it begins with, how it gives way, how it comes back."""

from __future__ import annotations

from typing import Any

import pytest

from executor.loader.rate import Rate, known_capacity


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def run(rate: Rate, clock: Clock, seconds: float, units: float = 1.0) -> float:
    """Ask for as much as there is, one request after the other; units that went."""
    end, sent = clock.now + seconds, 0.0
    while clock.now < end:
        clock.now += rate.delay(units)
        sent += units
    return sent


@pytest.mark.parametrize(
    ("table", "units"),
    [
        ({"ProvisionedThroughput": {"WriteCapacityUnits": 50}}, 50.0),
        ({"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}, 4_000.0),
        (
            {
                "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
                "WarmThroughput": {"WriteUnitsPerSecond": 30_000},
            },
            30_000.0,
        ),
        (
            {
                "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
                "WarmThroughput": {"WriteUnitsPerSecond": 30_000},
                "OnDemandThroughput": {"MaxWriteRequestUnits": 500},
            },
            500.0,
        ),
        (
            {
                "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
                "OnDemandThroughput": {"MaxWriteRequestUnits": -1},
            },
            4_000.0,
        ),
    ],
)
def test_a_load_begins_with_what_the_table_takes(table: dict[str, Any], units: float) -> None:
    """Provisioned units, else what the table is warmed for, within its maximum."""
    assert known_capacity(table) == units


def test_requests_are_spaced_to_the_rate() -> None:
    """A hundred units a second is a hundred."""
    clock = Clock()
    rate = Rate(100.0, most=100.0, clock=clock)

    assert run(rate, clock, 10.0) == pytest.approx(1_000, rel=0.02)


def test_throttling_lowers_the_rate_and_calm_raises_it() -> None:
    """After a refusal the rate is seven tenths; ten calm seconds bring it back and beyond."""
    clock = Clock()
    rate = Rate(1_000.0, clock=clock)
    run(rate, clock, 1.0)
    rate.throttled()
    lowered = rate.units
    run(rate, clock, 10.0)

    assert lowered == pytest.approx(700.0)
    assert rate.units is not None
    assert rate.units > 1_000.0


def test_many_refusals_at_once_count_as_one() -> None:
    """What was in flight together is refused together, and lowers the rate once."""
    clock = Clock()
    rate = Rate(1_000.0, clock=clock)
    for _ in range(30):
        rate.throttled()

    assert rate.units == pytest.approx(700.0)


def test_refusals_without_end_do_not_starve_a_load() -> None:
    """However often it is refused, a load goes on with a share of what the table is known to take."""
    clock = Clock()
    rates = (Rate(4_000.0, clock=clock), Rate(None, clock=clock), Rate(4_000.0, most=20.0, clock=clock))
    for _ in range(100):
        clock.now += 1.0
        for rate in rates:
            rate.throttled()

    assert [rate.units for rate in rates] == [200.0, 500.0, 20.0]


def test_the_rate_never_passes_what_a_person_allows() -> None:
    """Calm raises the rate up to the given maximum only."""
    clock = Clock()
    rate = Rate(4_000.0, most=50.0, clock=clock)
    run(rate, clock, 30.0)

    assert rate.units == 50.0


def test_an_engine_is_not_metered_until_it_refuses() -> None:
    """Without a known capacity nothing waits; after a refusal the rate is what was seen, less a share."""
    clock = Clock()
    rate = Rate(None, clock=clock)
    assert [rate.delay(10.0) for _ in range(100)] == [0.0] * 100
    clock.now += 1.0
    rate.throttled()

    assert rate.units == pytest.approx(700.0)


def test_the_rate_does_not_grow_where_it_is_not_used() -> None:
    """A slow source says nothing about what the table would take."""
    clock = Clock()
    rate = Rate(1_000.0, clock=clock)
    for _ in range(60):
        clock.now += 1.0
        rate.delay(1.0)

    assert rate.units == 1_000.0


def test_index_writes_count_once_they_are_known() -> None:
    """What an answer counted beyond the guess is waited for before the next request."""
    clock = Clock()
    rate = Rate(10.0, most=10.0, clock=clock)
    rate.delay(10.0)
    rate.correct(20.0)

    assert rate.delay(1.0) == pytest.approx(3.0)
