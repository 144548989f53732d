"""Ctrl-C and SIGTERM during an apply: the first asks to stop before the next step, the second to stop at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

from ddbplan.exits import Exit
from ddbplan.failures import Terminated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from executor.apply import Stop

GRACE_SECONDS = 3.0
"""How long a second signal lets a call that is under way come to its end."""
ENDED = "Stopped at once. A call that was under way may still land; the same command continues from what is live."
_SECOND_PRESS = 2


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
        self._at_rest = threading.Event()

    def begin(self) -> None:
        """From here on a signal asks the run to stop."""
        self._at_rest.clear()
        self._begun = True

    def rest(self) -> None:
        """Nothing is under way any more."""
        self._at_rest.set()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        terminated = number == signal.SIGTERM
        self.exit_code = Exit.TERMINATED if terminated else Exit.INTERRUPTED
        self._presses += 1
        if not self._begun:
            raise Terminated if terminated else KeyboardInterrupt
        self._stop.press()
        if self._presses == _SECOND_PRESS:
            threading.Thread(target=self._end_soon, daemon=True).start()
        elif self._presses > _SECOND_PRESS and not self._at_rest.is_set():
            self._end()

    def _end_soon(self) -> None:
        """A call that waits for its answer cannot be taken back: the process leaves it, as a crash would."""
        if not self._at_rest.wait(GRACE_SECONDS):
            self._end()

    def _end(self) -> None:
        # Python would wait for the threads that wait for the answer.
        show_cursor = "\x1b[?25h" if os.isatty(2) else ""
        with contextlib.suppress(OSError):
            os.write(2, f"{show_cursor}\n{ENDED}\n".encode())
        os._exit(self.exit_code)

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
