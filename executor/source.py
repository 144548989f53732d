"""Rows of a bulk write from a file that was agreed on: its hash is checked before the first row is written."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from executor.errors import CallError
from planner.diagnostics import Report
from planner.reading.files import open_regular
from planner.reading.rows import file_rows
from planner.reading.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from planner.values import Item

_BLOCK = 1024 * 1024


def rows_of(file: str, sha256: str, given: Callable[[], Iterable[Item]] | None) -> Callable[[], Iterable[Item]]:
    """The rows of a file, streamed.

    Args:
        file: An absolute path.
        sha256: Of the file's bytes, as hex.
        given: Rows that the caller reads itself, such as several files of one seed; then the file is not opened.

    Raises:
        CallError: SourceChanged, SourceUnreadable.
    """
    if given is not None:
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
    report = Report()
    for row in file_rows(path, str(path), Scope(report)):
        if report.has_errors:
            raise _unreadable(report)
        yield row.item
    if report.has_errors:
        raise _unreadable(report)


def _unreadable(report: Report) -> CallError:
    problem = report.sorted()[0]
    place = f"{problem.position}: " if problem.position else ""
    return CallError("SourceUnreadable", f"{place}{problem.what} {problem.fix}")
