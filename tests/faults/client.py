"""Starts the real command line as a process, and ends, freezes and wakes it.

Two ways to start it do the same: ``exec`` runs the installed console script; ``fork`` forks a process that has the
program's imports and the AWS client's models behind it, which saves most of a second for each of thousands of runs.
Nothing of one run is in the next: what is forked has imported and read, and run nothing. A mutant is always started
anew: it changes modules before others import from them.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.engines import CREDENTIALS, ROOT
from tests.faults import child

if TYPE_CHECKING:
    from collections.abc import Sequence

How = Literal["exec", "fork"]
SCRIPT = Path(sys.executable).with_name("ddbplan")
TIMEOUT = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that has ended.

    Attributes:
        code: Its exit code; negative for the signal that ended it.
        output: All it printed, both streams.
        seconds: Wall time.
    """

    code: int
    output: str
    seconds: float


class Client:
    """A running command line."""

    def __init__(self, process: subprocess.Popen[bytes] | multiprocessing.process.BaseProcess, output: Path) -> None:
        self._process = process
        self._output = output
        self._started = time.monotonic()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    def send(self, number: signal.Signals) -> None:
        """Send a signal; a process that has ended takes none."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def ended(self) -> bool:
        """Whether it has ended."""
        if isinstance(self._process, subprocess.Popen):
            return self._process.poll() is not None
        return self._process.exitcode is not None

    def wait(self, timeout: float = TIMEOUT) -> Ended:
        """Wait for its end.

        Raises:
            TimeoutError: It did not end in time; it is killed then.
        """
        deadline = time.monotonic() + timeout
        if isinstance(self._process, subprocess.Popen):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout)
            code = self._process.returncode
        else:
            self._process.join(timeout)
            code = self._process.exitcode
        if code is None:
            self.send(signal.SIGKILL)
            raise TimeoutError(f"no end within {timeout:.0f} s: {self._text()}")
        seconds = time.monotonic() - self._started
        assert time.monotonic() < deadline + timeout
        text = self._text()
        self._output.unlink(missing_ok=True)
        return Ended(code=code, output=text, seconds=seconds)

    def _text(self) -> str:
        return self._output.read_text(errors="replace")


def environment() -> dict[str, str]:
    """A client's environment: dummy credentials and nothing of the machine's own."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DDBPLAN_"))},
        **CREDENTIALS,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": str(ROOT),
    }


def launch(arguments: Sequence[str], *, folder: Path, how: How, mutant: str = "") -> Client:
    """Start ``ddbplan`` with these arguments.

    Args:
        arguments: Its own, from the command's name on.
        folder: Its working folder.
        how: See the module.
        mutant: Which of ``tests.faults.mutants`` it is; empty for the product itself.
    """
    handle, name = tempfile.mkstemp(dir=folder, prefix="output-")
    output = Path(name)
    if how == "fork" and not mutant:
        os.close(handle)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.faults.child"])
        process = context.Process(target=child.run, args=(tuple(arguments), environment(), str(folder), name))
        process.start()
        return Client(process, output)
    command = [sys.executable, "-m", "tests.faults.mutants", mutant] if mutant else [str(SCRIPT)]
    with os.fdopen(handle, "wb") as stream:
        started = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    return Client(started, output)
