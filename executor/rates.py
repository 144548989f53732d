"""Calls that AWS counts per second and account: they are spaced out before they are sent, not after a refusal."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CALLS_PER_SECOND: Mapping[str, float] = {
    # Source: DynamoDB's service quotas and API reference of each call.
    "describe_time_to_live": 10.0,
    "describe_contributor_insights": 5.0,
    "get_resource_policy": 100.0,
    "list_tags_of_resource": 10.0,
    "tag_resource": 5.0,
    "untag_resource": 5.0,
}
BURST = 3
"""Calls that pass at once after a rest: throttling was seen from the fifth (K 360), and calls arrive closer together
than they were sent."""


class Rates:
    """Slots in time for each counted call; shared by all threads of a client."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def delay(self, operation: str) -> float:
        """Take the next slot.

        Returns:
            Seconds to wait before sending; 0 for calls that nobody counts.
        """
        rate = CALLS_PER_SECOND.get(operation)
        if rate is None:
            return 0.0
        now = time.monotonic()
        with self._lock:
            slot = max(self._next.get(operation, 0.0), now - (BURST - 1) / rate)
            self._next[operation] = slot + 1 / rate
        return max(0.0, slot - now)
