"""One place for every failed request, before and after its first byte: what is asked again, when, and how often."""

from __future__ import annotations

from collections.abc import Callable

from planner.author.events import Listener, Waiting
from planner.author.values import Answer, Asker, AskError, AskFailure, Prompt, Usage

ATTEMPTS = 4
LONGEST_WAIT = 60.0
"""Seconds; when the provider asks for more, the person decides, not we."""


class Patient:
    """Asks, and asks again where that may help; each wait is told.

    Attributes:
        spent: What failed attempts used.
    """

    def __init__(self, ask: Asker, listen: Listener, sleep: Callable[[float], None]) -> None:
        self.spent = Usage()
        self._ask = ask
        self._listen = listen
        self._sleep = sleep

    def __call__(self, prompt: Prompt, hear: Callable[[str], None]) -> Answer:
        """Ask until there is an answer.

        Raises:
            AskError: Asking again does not help, or did not.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._ask(prompt, hear)
            except AskError as error:
                self.spent += error.usage
                if not error.may_pass:
                    raise
                self._wait(error, attempt)
        raise AssertionError("the last attempt answers or raises. This is a bug in ddbplan.")

    def _wait(self, error: AskError, attempt: int) -> None:
        if attempt == ATTEMPTS:
            raise AskError(error.failure, f"{error.message} It was tried {ATTEMPTS} times.") from error
        seconds = float(2 ** (attempt - 1)) if error.retry_after is None else error.retry_after
        if seconds > LONGEST_WAIT:
            raise AskError(error.failure, f"{error.message} The wait is to be {seconds:.0f} seconds.") from error
        reason = "the provider is busy" if error.failure is AskFailure.BUSY else "the connection failed"
        self._listen(Waiting(seconds=seconds, reason=reason))
        self._sleep(seconds)
