"""The time of the fake: moved by hand, or running many times as fast as the real one."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

START = datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp()
PATIENCE = 0.5
"""Real seconds that a thread that has woken may take to call."""


class Clock:
    """Seconds since the epoch that pass only when somebody says so.

    Args:
        start: The first moment.
    """

    def __init__(self, start: float = START) -> None:
        self._lock = threading.Lock()
        self._now = start
        self._due: dict[int, float] = {}
        self._read: dict[int, float] = {}

    def now(self) -> float:
        """This moment."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._now += max(0.0, seconds)

    def expect_a_call(self) -> None:
        """This thread has woken to call: until it has, nobody else moves time on."""
        with self._lock:
            self._due[threading.get_ident()] = time.monotonic()

    def called(self) -> None:
        """This thread has called: it is on its way no more, and what it read of the time is old."""
        with self._lock:
            self._due.pop(threading.get_ident(), None)
            self._read.pop(threading.get_ident(), None)

    def read(self) -> float:
        """This moment, from which this thread counts what it waits next."""
        now = self.now()
        with self._lock:
            self._read[threading.get_ident()] = now
        return now

    def waits_until(self, seconds: float) -> float:
        """The moment until which this thread waits: others may have moved time on since it read it."""
        with self._lock:
            self._due.pop(threading.get_ident(), None)
            return self._read.pop(threading.get_ident(), self._now) + seconds

    def is_awaited(self) -> bool:
        """Whether a thread that has woken is still on its way; one that takes long has something else to do."""
        with self._lock:
            return any(time.monotonic() - since < PATIENCE for since in self._due.values())

    def move_to(self, moment: float) -> None:
        """Let time pass until a moment; nothing where it is past."""
        with self._lock:
            self._now = max(self._now, moment)


class ScaledClock(Clock):
    """Passes by itself, ``factor`` times as fast as real time; for processes that wait in real time.

    Args:
        factor: Seconds here for one real second.
        start: The first moment.
    """

    def __init__(self, factor: float, start: float = START) -> None:
        super().__init__(start)
        self._factor = factor
        self._origin = time.monotonic()

    def now(self) -> float:
        """This moment."""
        return super().now() + (time.monotonic() - self._origin) * self._factor


def iso(moment: float) -> str:
    """As AWS writes a moment in its messages: milliseconds, Z."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def spelled(moment: float) -> str:
    """As AWS writes a moment in the text of the decrease budget (K 184)."""
    found = datetime.fromtimestamp(moment, UTC)
    hour = found.hour % 12 or 12
    half = "AM" if found.hour < 12 else "PM"
    return f"{found:%A, %B} {found.day}, {found.year} at {hour}:{found:%M:%S} {half} Coordinated Universal Time"


def day_of(moment: float) -> float:
    """00:00 UTC of the moment's day: budgets of decreases start anew then (K 326)."""
    return moment - moment % 86_400.0
