"""Windows of DynamoDB's own that are closed for now: which messages say so, and when they open again.

Sources: texts measured on live AWS by aws-controllers-k8s (``docs/api-quirks``, 143, 184, 283, 326, 443); the limits of
DynamoDB's "Service, account, and table quotas".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_RULES = {
    # The beginning of the message, and when the change passes where the message gives no time.
    "Provisioned throughput decreases are limited": "an hour after the last decrease, or from midnight (UTC) on",
    "Encryption mode changes are limited": "six hours after the last change of the key",
    "Updates to TableClass are limited": "30 days after the older of the last two changes of class",
    "Update to PayPerRequest mode are limited": "24 hours after the oldest of the last four switches to on demand",
    "Updates to ApproximateCreationDateTimePrecision are limited": "24 hours after the oldest of the last three",
    "Time to live has been modified multiple times": "an hour after the last change of time to live",
}
_PREFIX = "Subscriber limit exceeded: "
_NEXT = re.compile(
    r"Next (?:decrease|update) can be made at \w+, (?P<month>\w+) (?P<day>\d+), (?P<year>\d{4})(?: at)?\s"
    r"(?P<hour>\d+):(?P<minute>\d+):(?P<second>\d+)\s(?P<half>[AP]M)",
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def is_window(message: str) -> bool:
    """Whether a message says that a change passes later and not now."""
    return _rule(message) is not None or _NEXT.search(message) is not None


def opens(message: str) -> str:
    """When the change passes, in words: the time that the message gives, else the rule."""
    time = next_time(message)
    if time is not None:
        return time.strftime("at %Y-%m-%d %H:%M:%S UTC or later")
    return _rule(message) or "later"


def next_time(message: str) -> datetime | None:
    """The time that a message gives, as DynamoDB writes it out in words; None where it gives none."""
    found = _NEXT.search(message)
    if found is None or found["month"] not in _MONTHS:
        return None
    hour = int(found["hour"]) % 12 + (12 if found["half"] == "PM" else 0)
    month = _MONTHS.index(found["month"]) + 1
    return datetime(
        int(found["year"]), month, int(found["day"]), hour, int(found["minute"]), int(found["second"]), tzinfo=UTC
    )


def _rule(message: str) -> str | None:
    text = message.removeprefix(_PREFIX)
    return next((rule for start, rule in _RULES.items() if text.startswith(start)), None)
