"""Rows of a bulk write from a file that was agreed on: its hash is checked before the first row is written."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from executor.errors import CallError
from executor.retry import StoppedError
from planner.diagnostics import Report
from planner.reading.files import open_regular
from planner.reading.row_problems import KnownProblems, RowsError
from planner.reading.rows import file_rows
from planner.reading.scope import Scope

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator

    from planner.values import Item

_BLOCK = 1024 * 1024


def rows_of(
    file: str,
    sha256: str,
    given: Callable[[], Iterable[Item]] | None,
    stop: threading.Event,
) -> Callable[[], Iterable[Item]]:
    """The rows of a file, streamed, after all of it was found to be what was agreed on.

    Args:
        file: An absolute path.
        sha256: Of the file's bytes, as hex.
        given: Rows that the caller reads itself, such as several files of one seed; then the file is not opened. It
            raises by its last row where they are not those that were agreed on, so they are read once for nothing else.
        stop: Ends the reading.

    Raises:
        CallError: SourceChanged, SourceUnreadable.
        StoppedError: A stop was asked for.
    """
    if given is not None:
        for _ in given():
            if stop.is_set():
                raise StoppedError
        return given
    path = Path(file)
    if not path.is_absolute():
        raise CallError("InvalidArguments", f"source.file: {file} is not an absolute path.")
    if file_hash(path) != sha256:
        message = f"{file} has changed since it was agreed on. Nothing was written. Run `ddbplan diff` again."
        raise CallError("SourceChanged", message)
    return lambda: _read(path)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex, without reading it into memory.

    Raises:
        CallError: SourceUnreadable.
    """
    report = Report()
    opened = open_regular(path, str(path), report)
    if opened is None:
        raise _unreadable(report)
    digest = hashlib.sha256()
    with opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _read(path: Path) -> Iterator[Item]:
    try:
        for row in file_rows(path, str(path), KnownProblems(Scope(Report()))):
            yield row.item
    except RowsError as problem:
        raise CallError("SourceUnreadable", str(problem)) from problem


def _unreadable(report: Report) -> CallError:
    problem = report.sorted()[0]
    place = f"{problem.position}: " if problem.position else ""
    return CallError("SourceUnreadable", f"{place}{problem.what} {problem.fix}")
