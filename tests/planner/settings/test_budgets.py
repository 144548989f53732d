"""Changes that DynamoDB counts: when the next one passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from planner.settings.budgets import (
    BILLING,
    ENCRYPTION,
    KINESIS,
    TABLE_CLASS,
    TIME_TO_LIVE,
    Budget,
    kept,
    next_time,
    spent,
)

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def ago(**span: float) -> datetime:
    """A time before now."""
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("budget", "times", "allowed"),
    [
        (TIME_TO_LIVE, (), None),
        (TIME_TO_LIVE, (ago(minutes=61),), None),
        (TIME_TO_LIVE, (ago(minutes=20),), NOW + timedelta(minutes=40)),
        (TABLE_CLASS, (ago(days=2),), None),
        (TABLE_CLASS, (ago(days=20), ago(days=2)), NOW + timedelta(days=10)),
        (TABLE_CLASS, (ago(days=31), ago(days=2)), None),
        (BILLING, (ago(hours=20), ago(hours=9), ago(hours=2)), None),
        (BILLING, (ago(hours=20), ago(hours=9), ago(hours=2), ago(hours=1)), NOW + timedelta(hours=4)),
        (KINESIS, (ago(hours=20), ago(hours=2)), None),
        (KINESIS, (ago(hours=20), ago(hours=2), ago(hours=1)), NOW + timedelta(hours=4)),
        (ENCRYPTION, (ago(hours=20), ago(hours=9), ago(hours=8), ago(hours=7)), None),
        (ENCRYPTION, (ago(hours=20), ago(hours=9), ago(hours=8), ago(hours=1)), NOW + timedelta(hours=4)),
        (ENCRYPTION, (ago(hours=9), ago(hours=8), ago(hours=7), ago(hours=1)), NOW + timedelta(hours=5)),
    ],
)
def test_a_change_passes_when_the_window_has_room(
    budget: Budget,
    times: tuple[datetime, ...],
    allowed: datetime | None,
) -> None:
    """The oldest of the counted changes has to leave the window, or the pause after the last has to be over."""
    assert next_time(budget, times, NOW) == allowed


def test_without_a_present_time_nothing_is_told() -> None:
    """The planner has no clock of its own."""
    assert next_time(TIME_TO_LIVE, (ago(minutes=1),), None) is None


def test_only_the_counted_times_are_kept() -> None:
    """As many times as the budget counts, the latest ones."""
    assert kept(["2026-01-03", "2026-01-01", "2026-01-02"], "table_class") == ("2026-01-02", "2026-01-03")


def test_what_describe_table_tells() -> None:
    """Decreases of the table and of each index apart; what was never spent is absent."""
    units = {"NumberOfDecreasesToday": 2, "LastDecreaseDateTime": "2026-11-23T07:00:00+00:00"}
    table = {
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 5},
        "TableClassSummary": {"TableClass": "STANDARD", "LastUpdateDateTime": "2026-11-01T00:00:00+00:00"},
        "GlobalSecondaryIndexes": [{"IndexName": "by_state", "ProvisionedThroughput": units}],
    }

    assert spent(table) == {
        "table_class": "2026-11-01T00:00:00+00:00",
        "index.by_state.capacity": {"today": 2, "last": "2026-11-23T07:00:00+00:00"},
    }
