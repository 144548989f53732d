"""Windows of DynamoDB's own: which messages are one, and when it opens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from executor.caller import failed
from executor.errors import ErrorKind, understand
from executor.windows import next_time, opens

DECREASES = (
    "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 "
    "decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number "
    "of decreases today: 4. Last decrease at {last}. Next decrease can be made at {next}"
)
KEY_CHANGES = (
    "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at "
    "2022-08-20T08:42:25.398Z. After the first 4 change, each subsequent change in the same window can be performed at "
    "most once every 21600 seconds. Number of updates today: 4"
)
MODE_CHANGES = (
    "Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 times in 1 day(s). Last update at "
    "Friday, October 9, 2026 at 1:21:34 AM Coordinated Universal Time. Next update can be made at Saturday, "
    "October 10, 2026 at 1:21:34 AM Coordinated Universal Time."
)


def refused(code: str, message: str) -> ClientError:
    """DynamoDB's refusal."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "UpdateTable")


@pytest.mark.parametrize(
    ("written", "time"),
    [
        (
            "Friday, October 9, 2026 at 1:21:34 AM Coordinated Universal Time",
            datetime(2026, 10, 9, 1, 21, 34, tzinfo=UTC),
        ),
        ("Friday, October 9, 2026 at 12:00:00 AM Coordinated Universal Time", datetime(2026, 10, 9, tzinfo=UTC)),
        ("Monday, February 13, 2023 at 12:25:39\u202fPM UTC", datetime(2023, 2, 13, 12, 25, 39, tzinfo=UTC)),
        ("Wednesday, July 25, 2018 9:48:14 PM UTC", datetime(2018, 7, 25, 21, 48, 14, tzinfo=UTC)),
    ],
)
def test_the_time_of_the_next_decrease_is_read(written: str, time: datetime) -> None:
    """DynamoDB writes times out in words, in several forms."""
    message = DECREASES.format(last="Sunday, March 24, 2019 9:07:28 AM UTC", next=written)

    assert next_time(message) == time
    assert opens(message) == time.strftime("at %Y-%m-%d %H:%M:%S UTC or later")


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        (
            "LimitExceededException",
            KEY_CHANGES,
            "six hours after the last change of the key",
        ),
        (
            "LimitExceededException",
            "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).",
            "30 days after the older of the last two changes of class",
        ),
        (
            "LimitExceededException",
            MODE_CHANGES,
            "at 2026-10-10 01:21:34 UTC or later",
        ),
        (
            "ValidationException",
            "Time to live has been modified multiple times within a fixed interval",
            "an hour after the last change of time to live",
        ),
    ],
)
def test_a_closed_window_is_told_with_its_time(code: str, message: str, told: str) -> None:
    """The refusal becomes TryLater, with the time or the rule when the command can be run again."""
    error = refused(code, message)
    failure = understand(error)
    result = failed(error, failure)

    assert failure.kind is ErrorKind.WINDOW
    assert result.code == "TryLater"
    assert result.message == f"{message.rstrip('.')}. Run the same command again {told}."


@pytest.mark.parametrize(
    "message",
    [
        "One or more parameter values were invalid: Table is already encrypted by default",
        "One or more parameter values were invalid: Table is already encrypted with given KMSMasterKeyId. Use ...",
    ],
)
def test_the_same_key_again_is_no_error(message: str) -> None:
    """A key that encrypts the table already is what was asked for."""
    assert understand(refused("ValidationException", message)).kind is ErrorKind.ALREADY
