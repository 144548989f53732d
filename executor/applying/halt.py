"""When a call has to end: the person's second press, a lost lock, or its own reason."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from executor.ledger.lock import HeldLock

_LOOK = 0.1


class Halt(threading.Event):
    """An event that is also set while one of its causes holds.

    A process that was frozen past its lease sees the lost lock at its next look, before the heartbeat's thread has run.

    Args:
        now: Set when everything has to end.
        held: The lock, without which nothing more may be written.
    """

    def __init__(self, now: threading.Event, held: HeldLock) -> None:
        super().__init__()
        self._now = now
        self._held = held

    def is_set(self) -> bool:
        """Whether the call has to end."""
        return super().is_set() or self._now.is_set() or self._held.is_lost

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the call has to end, or for so many seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _LOOK if deadline is None else min(_LOOK, deadline - time.monotonic())
            if left <= 0:
                return False
            super().wait(left)
        return True
