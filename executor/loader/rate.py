"""How many write units a second a load asks for: from what the table is known to take, by what comes back.

Multiplicative decrease on throttling and slow recovery, as TCP does it: a load shares the table with the application.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NEW_TABLE_UNITS = 4_000.0
"""What an on-demand table takes at once when it is new (guide, "Initial throughput for on-demand capacity mode")."""
LEAST_UNITS = 1.0
LEAST_SHARE = 0.05
"""Of what the table is known to take: refusals that have another reason than the rate must not starve a load."""
LEAST_UNMETERED = 500.0
"""Where no capacity is known, a refusal says little."""
DECREASE = 0.7
INCREASE = 1.08
"""A second without throttling at the present rate earns this; from 70 % back to all takes about five."""
CALM_SECONDS = 0.5
"""Throttles within so short a time are one event: many requests were in flight."""
BURST_SECONDS = 0.5


def known_capacity(table: Mapping[str, Any]) -> float:
    """Write units a second that a table is known to take, by DescribeTable.

    Provisioned units; on demand what it is warmed for, at most its maximum.
    """
    provisioned = table.get("ProvisionedThroughput", {}).get("WriteCapacityUnits", 0)
    if table.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST" and provisioned:
        return float(provisioned)
    warm = table.get("WarmThroughput", {}).get("WriteUnitsPerSecond") or NEW_TABLE_UNITS
    most = table.get("OnDemandThroughput", {}).get("MaxWriteRequestUnits", -1)
    return float(min(warm, most) if most > 0 else warm)


class Rate:
    """Spaces requests out; shared by all that are in flight.

    Args:
        start: Units a second to begin with; None for no limit until the first throttling (an engine meters nothing).
        most: Never more than this; None for no such limit.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        start: float | None,
        most: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._most = most
        self._units = most if start is None else min(start, most or start)
        least = LEAST_UNMETERED if start is None else max(LEAST_UNITS, start * LEAST_SHARE)
        self._least = min(least, most or least)
        now = clock()
        self._next = now
        self._began = now
        self._spent = 0.0
        self._throttled_at = float("-inf")
        self._grown_at = now
        self._waited = False

    @property
    def units(self) -> float | None:
        """Units a second at present; None without a limit."""
        return self._units

    def delay(self, units: float) -> float:
        """Take a slot; seconds until it begins."""
        with self._lock:
            now = self._clock()
            self._spent += units
            if self._units is None:
                return 0.0
            self._grow(now)
            slot = max(self._next, now - BURST_SECONDS)
            self._next = slot + units / self._units
            delay = max(0.0, slot - now)
            self._waited = self._waited or delay > 0
            return delay

    def correct(self, units: float) -> None:
        """What a request came to, beyond (or below) what was taken for it."""
        with self._lock:
            self._spent += units
            if self._units is not None:
                self._next += units / self._units

    def throttled(self) -> None:
        """The table refused: ask for less."""
        with self._lock:
            now = self._clock()
            if now - self._throttled_at < CALM_SECONDS:
                return
            self._throttled_at = self._grown_at = now
            seen = self._spent / max(now - self._began, CALM_SECONDS)
            self._units = max(self._least, DECREASE * (seen if self._units is None else self._units))

    def _grow(self, now: float) -> None:
        """Ask for more after a second in which all that was asked for was taken; only where the limit was felt."""
        assert self._units is not None  # noqa: S101 - the only caller has just looked
        if now - self._grown_at < 1.0 or now - self._throttled_at < 1.0:
            return
        if self._waited:
            grown = self._units * INCREASE
            self._units = grown if self._most is None else min(grown, self._most)
        self._grown_at, self._waited = now, False
