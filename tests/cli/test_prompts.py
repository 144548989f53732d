"""Questions at a terminal: what a person types, and what ends the wait for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.cli.terminals import terminal

if TYPE_CHECKING:
    from pathlib import Path

SIGNAL_TO_ANOTHER_THREAD = """\
import signal, threading, time
from ddbplan.views.prompts import ask

def press():
    time.sleep(0.5)
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

threading.Thread(target=press).start()
try:
    ask("Your name: ", without_terminal="--name")
except KeyboardInterrupt:
    raise SystemExit(130)
"""
HANDLER_THAT_GOES_ON = """\
import signal, threading, time
from ddbplan.views.prompts import ask

signal.signal(signal.SIGUSR1, lambda *_: print("noted", flush=True))
threading.Timer(0.5, signal.raise_signal, [signal.SIGUSR1]).start()
print("hello", ask("Your name: ", without_terminal="--name"))
"""


def test_signal_that_ends_no_read_still_ends_the_question(tmp_path: Path) -> None:
    """A thread that handles the signal leaves the read of the main thread waiting, as does one just before the read."""
    with terminal([sys.executable, "-c", SIGNAL_TO_ANOTHER_THREAD], tmp_path) as screen:
        screen.read_until("Your name:")

        assert screen.wait() == 130


def test_signal_that_ends_nothing_leaves_the_question_standing(tmp_path: Path) -> None:
    """After a handler that only notes its signal the answer is still taken."""
    with terminal([sys.executable, "-c", HANDLER_THAT_GOES_ON], tmp_path) as screen:
        screen.read_until("noted")
        screen.type("ann\n")
        screen.read_until("hello ann")

        assert screen.wait() == 0


def test_end_of_input_is_an_empty_answer(tmp_path: Path) -> None:
    """Ctrl-D answers with nothing."""
    asking = 'from ddbplan.views.prompts import ask; print("said", repr(ask("Name: ", without_terminal="-y")))'
    with terminal([sys.executable, "-c", asking], tmp_path) as screen:
        screen.read_until("Name:")
        screen.type("\x04")
        screen.read_until("said ''")

        assert screen.wait() == 0
