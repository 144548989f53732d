"""Questions to a person at a terminal."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from enum import Enum, auto
from typing import TYPE_CHECKING

from ddbplan.failures import Failure
from ddbplan.views.output import Span, harmless, stderr

if TYPE_CHECKING:
    from collections.abc import Iterator


class Answer(Enum):
    """What a person said."""

    YES = auto()
    NO = auto()


def at_terminal() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def reads_and_answers() -> bool:
    """Whether the person to ask also has the results before their eyes: what is printed there is read."""
    return at_terminal() and sys.stdout is not None and sys.stdout.isatty()


def confirm(question: str, *, without_terminal: str) -> Answer:
    """Ask a yes-or-no question; anything but ``yes`` or ``y`` is no.

    Args:
        question: The question, ending with a question mark.
        without_terminal: The option that stands for yes where nobody can be asked.

    Raises:
        Failure: There is no terminal to ask on.
    """
    answer = ask(f"{question} Type yes to go on: ", without_terminal=without_terminal)
    return Answer.YES if answer.strip().lower() in {"y", "yes"} else Answer.NO


def ask(prompt: str, *, without_terminal: str) -> str:
    """Ask for a line of text; an end of input counts as an empty line.

    Raises:
        Failure: There is no terminal to ask on.
    """
    if not at_terminal():
        raise Failure(f"There is no terminal to ask on. Give {without_terminal} to say so beforehand.")
    sys.stdout.flush()
    sys.stderr.write(harmless(prompt))
    sys.stderr.flush()
    line = _typed_line()
    if not line:
        stderr().line(Span(""))
    return line.rstrip("\n")


def _typed_line() -> str:
    """The next line, or whatever a signal's handler raises meanwhile."""
    with _signals_waking() as woken:
        while sys.stdin not in select.select([sys.stdin, woken], [], [])[0]:
            os.read(woken, select.PIPE_BUF)
    return sys.stdin.readline()


@contextlib.contextmanager
def _signals_waking() -> Iterator[int]:
    """A descriptor that every signal makes readable.

    A signal that comes just before a read begins, or to another thread, does not end the read, and its handler would
    wait with it for a line that nobody types.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = None
    try:
        # Outside the main thread, where no handler runs, nothing wakes.
        with contextlib.suppress(ValueError):
            before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        yield reader
    finally:
        if before is not None:
            signal.set_wakeup_fd(before)
        os.close(reader)
        os.close(writer)
