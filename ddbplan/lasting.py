"""Standard streams that a command outlasts: what was asked for is done, and its exit code is true, whoever reads it.

A reader that has seen enough (``ddbplan diff | head -1``), a full disk and a stream that was never open are nothing to
leave an apply half done for.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterator


class LastingStream:
    """A text stream that takes everything, and writes it for as long as that is possible.

    Attributes:
        problem: Why it can be written to no more; None as long as it can.
    """

    def __init__(self, inner: TextIO) -> None:
        self.problem: OSError | None = None
        self._inner = inner

    def write(self, text: str) -> int:
        """Write, or leave it."""
        if self.problem is None:
            with self._lasting():
                self._inner.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush what can be."""
        if self.problem is None:
            with self._lasting():
                self._inner.flush()

    @contextlib.contextmanager
    def _lasting(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            self.problem = problem
            _discard(self._inner)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@contextlib.contextmanager
def lasting_output() -> Iterator[LastingStream]:
    """Make standard output and error streams that last; yields the first. At the end they are what they were."""
    before = sys.stdout, sys.stderr
    streams = [LastingStream(stream) for stream in before]
    sys.stdout, sys.stderr = cast("list[TextIO]", streams)
    try:
        yield streams[0]
    finally:
        for stream in streams:
            stream.flush()
        sys.stdout, sys.stderr = before


def open_what_is_closed() -> None:
    """Give standard streams that were closed before the program began (``2>&-``) a place that takes everything."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - until the end


def _discard(stream: TextIO) -> None:
    # What the stream still holds is written once more when the interpreter ends, and must not fail then.
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
