"""Reading files that nobody has vouched for: bounded, never blocking, never outside the folder that was agreed."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from planner.codes import reading as codes
from planner.diagnostics import Position, Report
from planner.reading.scope import Scope

MAX_PLAN_BYTES = 5 * 1024 * 1024
_BUFFER = 128 * 1024
"""Read at a time; rows of 1 KB take three times as long with the eight of Python's default."""

# What YAML 1.2 calls non-printable (section 5.1), without the byte order mark, which is taken off first.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def open_regular(path: Path, shown: str, report: Report) -> BinaryIO | None:
    """Open a regular file without ever blocking.

    Args:
        path: The file.
        shown: Its name in messages.
        report: Takes the reason when it is not to be had.

    Returns:
        The open file, or None after a diagnostic: missing, a folder, a device, a pipe, no permission.
    """
    try:
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            _refuse(shown, f"`{shown}` is {_kind(before.st_mode)}, not a file", report)
            return None
        # A pipe that took the file's place since would block the open; O_NONBLOCK does not wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as problem:
        _refuse(shown, f"`{shown}` cannot be opened: {_reason(problem)}", report)
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        _refuse(shown, f"`{shown}` is not a regular file", report)
        return None
    return os.fdopen(descriptor, "rb", _BUFFER)


def read_bytes(path: Path, shown: str, report: Report, *, limit: int, fix: str) -> bytes | None:
    """The content of a regular file of at most ``limit`` bytes, or None after a diagnostic that ends with ``fix``."""
    opened = open_regular(path, shown, report)
    if opened is None:
        return None
    with opened:
        size = os.fstat(opened.fileno()).st_size
        try:
            # A file of /proc says size 0, and one that grows says less than there is: one byte more tells.
            data = opened.read(limit + 1) if size <= limit else b""
        except OSError as problem:
            _refuse(shown, f"`{shown}` cannot be read: {_reason(problem)}", report)
            return None
    if size > limit or len(data) > limit:
        what = f"`{shown}` has {max(size, len(data)):,} bytes; the limit is {limit:,}"
        Scope(report).error(codes.TOO_LARGE, None, what, fix)
        return None
    return data


def decode(data: bytes, shown: str, report: Report) -> str | None:
    """The text of a UTF-8 file without its byte order mark, or None after a diagnostic with the place."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = data[: problem.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        what = f"byte 0x{data[problem.start]:02x} is not valid UTF-8"
        fix = _encoding_fix(data)
        Scope(report).error(codes.NOT_TEXT, Position(shown, line, column), what, fix)
        return None
    forbidden = _FORBIDDEN.search(text)
    if forbidden is None:
        return text
    what = f"the file holds the character U+{ord(forbidden.group()):04X}, which YAML does not allow"
    fix = 'Remove it, or write it as an escape inside double quotes, such as "\\u0000".'
    Scope(report).error(codes.NOT_TEXT, position_at(text, forbidden.start(), shown), what, fix)
    return None


def position_at(text: str, index: int, shown: str) -> Position:
    """The place of a character, counted from the text's start."""
    line_start = text.rfind("\n", 0, index) + 1
    return Position(shown, text.count("\n", 0, index) + 1, index - line_start + 1)


def inside_by_text(relative: str) -> str | None:
    """Why a data file's path is refused by its text alone, or None when it may lie in the plan's folder."""
    pure = PurePosixPath(relative)
    if pure.is_absolute() or relative.startswith("~") or "\\" in relative or "\0" in relative:
        return "it is not a path relative to the plan's folder"
    if ".." in pure.parts:
        return "it leads out of the plan's folder by `..`"
    return None


def inside(folder: Path, path: Path) -> str | None:
    """Why a data file is refused by where it really lies, symbolic links resolved; None when it is in the folder."""
    try:
        if path.resolve().is_relative_to(folder.resolve()):
            return None
    except (OSError, RuntimeError, ValueError) as problem:
        return f"it cannot be resolved ({_reason(problem)})"
    return "a symbolic link leads out of the plan's folder"


def _refuse(shown: str, what: str, report: Report) -> None:
    fix = f"Check the path `{shown}` and that it is a readable file."
    Scope(report).error(codes.UNREADABLE, None, what, fix)


def _reason(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return str(problem) or type(problem).__name__


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _encoding_fix(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "Save the file as UTF-8; it is UTF-16 now."
    if data.startswith(b"\x1f\x8b"):
        return "Unpack the file; it is compressed by gzip."
    return "Save the file as UTF-8."
