"""Data files as streams of bytes, unpacked on the way where they are compressed."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from planner.codes import reading as codes
from planner.diagnostics import Report
from planner.reading.files import open_regular

if TYPE_CHECKING:
    from planner.reading.row_problems import RowProblems

COMPRESSIONS = (".gz", ".zst")
_BUFFER = 1024 * 1024
_MAX_WINDOW_LOG = 26
"""Zstandard keeps 2 to this many bytes while it unpacks: 64 MB, where the levels up to 19 need 8 MB."""


def format_of(path: Path) -> str:
    """The suffix that says what a file holds, such as ``.csv``, in lower case and without that of its compression."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


class UnreadableError(Exception):
    """A file cannot be read, or not on; why was told."""


@contextmanager
def opened(path: Path, shown: str, problems: RowProblems) -> Iterator[BinaryIO]:
    """A file's bytes, unpacked.

    Args:
        path: The file.
        shown: Its name in messages.
        problems: Takes why it cannot be read: missing, no regular file, damaged.

    Raises:
        UnreadableError: After that was told.
    """
    report = Report()
    raw = open_regular(path, shown, report)
    if raw is None:
        problems.take(report)
        raise UnreadableError
    with raw:
        try:
            yield _unpacked(raw, path.suffix.lower())
        except (OSError, EOFError, zlib.error) as problem:
            _damaged(shown, problem, problems)
            raise UnreadableError from problem
        except Exception as problem:
            if type(problem).__name__ != "ZstdError":
                raise
            _damaged(shown, problem, problems)
            raise UnreadableError from problem


def _unpacked(raw: BinaryIO, suffix: str) -> BinaryIO:
    match suffix:
        case ".gz":
            return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=raw, mode="rb")), _BUFFER)
        case ".zst":
            zstd = _zstd()
            options = {zstd.DecompressionParameter.window_log_max: _MAX_WINDOW_LOG}
            file = zstd.ZstdFile(raw, "rb", options=options)
            return io.BufferedReader(cast("io.RawIOBase", file), _BUFFER)
        case _:
            return raw


def _damaged(shown: str, problem: Exception, problems: RowProblems) -> None:
    reason = str(problem).strip() or type(problem).__name__
    what = f"`{shown}` cannot be read to its end: {reason[:160]}"
    problems.of_file(codes.UNREADABLE, None, what, "Check that the file is whole; make or fetch it again.")


def _zstd() -> Any:
    """The standard library's module, or the one that stands in for it before Python 3.14."""
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415 - only for compressed sources
    else:
        from backports import zstd  # noqa: PLC0415 - as above
    return zstd


def packed(path: Path, mode: str = "xb") -> BinaryIO:
    """A new file for writing, packed as its suffix says.

    Args:
        path: The file.
        mode: ``xb`` refuses one that exists, ``wb`` replaces it.

    Raises:
        OSError: It exists, or cannot be made.
    """
    match path.suffix.lower():
        case ".gz":
            raw = path.open(mode)
            # Neither time nor name: the same rows make the same file.
            return cast("BinaryIO", _Packed(gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0), raw))
        case ".zst":
            raw = path.open(mode)
            return cast("BinaryIO", _Packed(_zstd().ZstdFile(raw, "wb"), raw))
        case _:
            return cast("BinaryIO", path.open(mode))


class _Packed(io.BufferedWriter):
    """Closes the packed stream, and then the file under it."""

    def __init__(self, stream: object, raw: object) -> None:
        super().__init__(cast("io.RawIOBase", stream), _BUFFER)
        self._under = cast("BinaryIO", raw)

    def close(self) -> None:
        """Write what is left and close both."""
        try:
            super().close()
        finally:
            self._under.close()
