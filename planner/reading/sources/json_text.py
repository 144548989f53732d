"""JSON text that does not fit into memory: a window over it that moves on, value by value, and knows its place."""

from __future__ import annotations

import codecs
import json
import re
from typing import BinaryIO

from planner.diagnostics import Position
from planner.reading.dynamodb_json import InvalidValueError
from planner.reading.sources.exact import DECODER, END_FINDER
from planner.reading.sources.lines import MAX_LINE_BYTES
from planner.values import Json

_CHUNK = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")


class BrokenJsonError(Exception):
    """The text cannot be read on from here."""

    def __init__(self, what: str, position: Position) -> None:
        super().__init__(what)
        self.what = what
        self.position = position


class JsonText:
    """A JSON text, read once from its beginning to its end."""

    def __init__(self, stream: BinaryIO, shown: str) -> None:
        self._stream = stream
        self._shown = shown
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._window = ""
        self._at = 0
        self._ended = False
        self._line = 1
        self._line_start = 0
        self._counted = 0

    @property
    def position(self) -> Position:
        """Where the next character stands."""
        return self._place(self._at)

    def peek(self, pattern: re.Pattern[str]) -> bool:
        """Whether the text goes on like this; only the first megabyte of it is looked at."""
        self._fill()
        return pattern.match(self._window, self._at) is not None

    def next_sign(self) -> str:
        """The next character that is not white space, not taken yet; empty at the end."""
        while True:
            found = _SPACE.match(self._window, self._at)
            self._at = self._at if found is None else found.end()
            if self._at < len(self._window) or not self._fill():
                return self._window[self._at : self._at + 1]

    def take(self, sign: str, what: str) -> None:
        """Take one character.

        Raises:
            BrokenJsonError: Another one stands there.
        """
        if self.next_sign() != sign:
            raise BrokenJsonError(what, self.position)
        self._at += 1

    def value(self) -> tuple[Json | InvalidValueError, str]:
        """The next value, or why DynamoDB has none like it; and its text.

        Raises:
            BrokenJsonError: It is not JSON, or longer than a row may be.
        """
        self.next_sign()
        while True:
            given, end, problem = self._try()
            # What stands at the window's very end may go on behind it.
            complete = end is not None and (end < len(self._window) or self._ended)
            if not complete and self._grow():
                continue
            if end is None or given is None:
                raise problem if problem is not None else BrokenJsonError("a value is missing", self.position)
            text = self._window[self._at : end]
            self._at = end
            return given[0], text

    def _try(self) -> tuple[tuple[Json | InvalidValueError] | None, int | None, BrokenJsonError | None]:
        try:
            found, end = DECODER.raw_decode(self._window, self._at)
        except json.JSONDecodeError as problem:
            return None, None, BrokenJsonError(problem.msg, self._place(problem.pos))
        except RecursionError:
            return None, None, BrokenJsonError("it is nested too deeply", self.position)
        except InvalidValueError as refused:
            return self._refused(refused)
        return (found,), end, None

    def _refused(
        self, refused: InvalidValueError
    ) -> tuple[tuple[InvalidValueError] | None, int | None, BrokenJsonError | None]:
        """Where a value ends that is JSON and no value of DynamoDB."""
        try:
            _, end = END_FINDER.raw_decode(self._window, self._at)
        except json.JSONDecodeError as problem:
            return None, None, BrokenJsonError(problem.msg, self._place(problem.pos))
        except RecursionError:
            return None, None, BrokenJsonError("it is nested too deeply", self.position)
        return (refused,), end, None

    def _grow(self) -> bool:
        if len(self._window) - self._at > MAX_LINE_BYTES:
            if self._ended:
                return False
            raise BrokenJsonError(f"a value is longer than {MAX_LINE_BYTES:,} bytes", self.position)
        return self._fill(more=True)

    def _fill(self, *, more: bool = False) -> bool:
        """Read on where little is left; whether there is more text than before."""
        if self._ended or (not more and len(self._window) - self._at > _CHUNK // 2):
            return False
        block = self._stream.read(_CHUNK)
        try:
            text = self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as problem:
            self._ended = True
            raise BrokenJsonError(f"byte 0x{problem.object[problem.start]:02x} is not UTF-8", self.position) from None
        self._ended = not block
        self._count_to(self._at)
        self._window = self._window[self._at :] + text
        self._line_start -= self._at
        self._at = 0
        self._counted = 0
        return bool(text)

    def _count_to(self, index: int) -> None:
        self._line += self._window.count("\n", self._counted, index)
        last = self._window.rfind("\n", self._counted, index)
        if last >= 0:
            self._line_start = last + 1
        self._counted = max(self._counted, index)

    def _place(self, index: int) -> Position:
        if index >= self._at:
            self._count_to(self._at)
        line = self._line + self._window.count("\n", self._counted, index)
        last = self._window.rfind("\n", self._counted, index)
        start = self._line_start if last < 0 else last + 1
        return Position(self._shown, line, index - start + 1)
