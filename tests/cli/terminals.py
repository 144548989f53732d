"""A process at a terminal, with somebody who reads and types."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import time
from typing import TYPE_CHECKING

from tests.cli.support import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Screen:
    """A process at a terminal of 80 columns."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment(TERM="xterm", COLUMNS="80", LINES="40"))  # noqa: S606 - a program of ours, at a terminal of its own
        self._text = ""

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self._descriptor, text.encode())

    def read_until(self, words: str, *, seconds: float = 60.0) -> str:
        """What is on the screen once ``words`` are, without escapes."""
        deadline = time.monotonic() + seconds
        while words not in self._plain():
            ready, _, _ = select.select([self._descriptor], [], [], max(0.0, deadline - time.monotonic()))

            assert ready, f"{words!r} did not come in:\n{self._plain()}"

            self._text += os.read(self._descriptor, 65536).decode(errors="replace")
        return self._plain()

    def wait(self) -> int:
        """The exit code."""
        while True:
            try:
                if not os.read(self._descriptor, 65536):
                    break
            except OSError:
                break
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        """Give the terminal back."""
        os.close(self._descriptor)

    def _plain(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._text)


@contextlib.contextmanager
def terminal(command: list[str], folder: Path) -> Iterator[Screen]:
    """A process at a terminal."""
    screen = Screen(command, folder)
    try:
        yield screen
    finally:
        screen.close()
