"""Starts the process that runs SQL, gives it its request and takes its answer, within limits."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from executor.reports.errors import DuckDBMissingError, ReportError

if TYPE_CHECKING:
    from types import TracebackType

CHILD = Path(__file__).with_name("child.py")
CHECK_SECONDS = 30.0
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a report may use.

    Attributes:
        seconds: Wall time of the SQL, loading its sources included.
        memory_bytes: Of DuckDB; what is more goes to disk.
        address_bytes: Of the process as a whole, as the kernel counts.
        disk_bytes: Of one file: the database of the run, or what DuckDB moves out of memory.
        result_bytes: Of the result.
        threads: At once.
    """

    seconds: float = 300.0
    memory_bytes: int = 512 * MEGABYTE
    address_bytes: int = 4096 * MEGABYTE
    disk_bytes: int = 8192 * MEGABYTE
    result_bytes: int = 256 * MEGABYTE
    threads: int = 2

    def words(self) -> dict[str, Any]:
        """The limits as the process takes them."""
        return {
            "cpu_seconds": int(self.seconds * self.threads) + 5,
            "address_bytes": self.address_bytes,
            "file_bytes": self.disk_bytes,
            "result_bytes": self.result_bytes,
            "memory": f"{self.memory_bytes // MEGABYTE}MB",
            "temporary_bytes": f"{self.disk_bytes // MEGABYTE}MB",
            "threads": self.threads,
        }


LIMITS = Limits()


def find_duckdb() -> Path | None:
    """The folder of packages that DuckDB is in; None where it is not installed. Nothing of it is imported."""
    found = importlib.util.find_spec("duckdb")
    return None if found is None or found.origin is None else Path(found.origin).parent.parent


class SqlProcess:
    """One process for one request; started early, so that DuckDB is there when the request is ready.

    Raises:
        DuckDBMissingError: DuckDB is not installed.
        ReportError: The process cannot be started.
    """

    def __init__(self) -> None:
        packages = find_duckdb()
        if packages is None:
            raise DuckDBMissingError
        try:
            # No environment: it holds credentials. A session of its own: a Ctrl-C is for us, and we end it.
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", "-S", str(CHILD), str(packages)],
                env={},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        except OSError as problem:
            raise ReportError(f"The process for SQL cannot be started: {problem.strerror}.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def end(self) -> None:
        """End the process, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()

    def ask(self, request: dict[str, Any], limits: Limits = LIMITS) -> dict[str, Any]:
        """Give the request and wait for the answer.

        Raises:
            ReportError: There is no answer in time, or none at all.
        """
        text = json.dumps({**request, **limits.words()}).encode()
        try:
            answer, _ = self._process.communicate(text, timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            self.end()
            raise ReportError(
                f"it ran longer than {limits.seconds:g} s and was ended. Read less, sum up earlier, or allow more."
            ) from None
        return _parsed(answer, self._process.returncode)


def _parsed(answer: bytes, code: int) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except ValueError:
        why = "it used more memory or processor time than a report may" if code < 0 else "DuckDB ended without a word"
        raise ReportError(f"{why} (the process ended with {code}). Read less, or sum up earlier.") from None
    return dict(found)
