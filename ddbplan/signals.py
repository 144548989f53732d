"""Ctrl-C and SIGTERM during an apply: the first asks to stop before the next step, the second to stop at once."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

from ddbplan.exits import Exit
from ddbplan.failures import Terminated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from executor.apply import Stop

_LAST_PRESS = 3


class Signals:
    """Passes signals on to a run's Stop, once there is something to stop.

    Until ``begin`` nothing has been written, so a signal simply ends the command.

    Attributes:
        exit_code: What the command ends with after a signal.
    """

    def __init__(self, stop: Stop) -> None:
        self.exit_code = Exit.INTERRUPTED
        self._stop = stop
        self._begun = False
        self._presses = 0

    def begin(self) -> None:
        """From here on a signal asks the run to stop."""
        self._begun = True

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        terminated = number == signal.SIGTERM
        self.exit_code = Exit.TERMINATED if terminated else Exit.INTERRUPTED
        self._presses += 1
        if self._begun and self._presses < _LAST_PRESS:
            self._stop.press()
            return
        raise Terminated if terminated else KeyboardInterrupt

    @contextlib.contextmanager
    def handled(self) -> Iterator[None]:
        """Handle both signals; put back what handled them before."""
        before = {}
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                before[number] = signal.signal(number, self._on_signal)
        except ValueError:  # not the main thread: whoever embeds the command line keeps its own handlers
            yield
            return
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
