"""Trying again: exponential backoff with full jitter, a deadline, and a stop that is heard at once.

Source of the form: AWS Architecture Blog, "Exponential Backoff And Jitter" (full jitter: a random share of the whole
step, so that many clients that were refused together do not come back together).
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading


class StoppedError(Exception):
    """A stop was asked for while a call waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long and how often to try again.

    Attributes:
        seconds: From the first failure on; progress starts it anew.
        first: Upper end of the first pause, in seconds.
        longest: Upper end of any pause, in seconds.
    """

    seconds: float
    first: float = 0.05
    longest: float = 10.0


DATA = Patience(seconds=180.0)
"""Items: throttling lasts seconds, a partition split minutes."""
CONTROL = Patience(seconds=1_800.0, first=0.2, longest=15.0)
"""Tables: other changes of the same table, and the account's own control plane limits."""
BACKFILL = Patience(seconds=6 * 3_600.0, first=0.2, longest=15.0)
"""Filling an index takes 9 to 17 minutes when empty and hours when large (design of DynamoDB, K)."""
QUICK = Patience(seconds=0.0)
"""A first question, where a person waits for the answer: the client's own tries are enough."""
UNREACHABLE_SECONDS = 30.0
"""An endpoint that nobody listens at is rather a wrong address than a pause."""


class Backoff:
    """The pauses of one call.

    Patience is counted from the first failure of a kind on: a table that is busy for an hour and then a service that
    fails are two things to be patient with. Together they last no longer than twice the longest patience.
    """

    def __init__(self, patience: Patience, stop: threading.Event) -> None:
        self._patience = patience
        self._stop = stop
        self.reset()

    def reset(self) -> None:
        """Something moved on: the next failure counts as the first."""
        self._failures = 0
        self._reason = ""
        self._since = time.monotonic()
        self._end = self._since + 2 * self._patience.seconds

    def pause(self, reason: str = "", allowed: float | None = None) -> bool:
        """Wait before the next try.

        Args:
            reason: The kind of failure.
            allowed: Seconds to be patient with this kind; None for the call's own patience.

        Returns:
            False when patience has run out, at once.

        Raises:
            StoppedError: A stop was asked for.
        """
        seconds = self.next_pause(reason, allowed)
        if seconds is None:
            return False
        rest(seconds, self._stop)
        return True

    def next_pause(self, reason: str = "", allowed: float | None = None) -> float | None:
        """Seconds to wait before the next try, for who waits in a way of their own; None when patience has run out.

        Args:
            reason: As for ``pause``.
            allowed: As for ``pause``.
        """
        now = time.monotonic()
        if reason != self._reason:
            self._reason, self._since, self._failures = reason, now, 0
        seconds = self._patience.seconds if allowed is None else min(allowed, self._patience.seconds)
        left = min(self._since + seconds, self._end) - now
        if left <= 0:
            return None
        step = min(self._patience.longest, self._patience.first * 2 ** min(self._failures, 30))
        self._failures += 1
        return min(left, random.uniform(0, step))  # noqa: S311 - spreading load needs no secrecy


def rest(seconds: float, stop: threading.Event) -> None:
    """Sleep unless a stop is asked for.

    Raises:
        StoppedError: It was.
    """
    if stop.wait(seconds):
        raise StoppedError
