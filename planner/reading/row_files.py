"""Files of rows: one JSON object per line, or one JSON array; each row is read when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from planner.codes import reading as codes
from planner.diagnostics import Position
from planner.plan import SeedItem
from planner.reading.dynamodb_json import InvalidValueError, JsonNumber, row_item
from planner.reading.files import decode, open_regular, position_at, read_bytes
from planner.reading.scope import Scope
from planner.values import Item, Json

# An item is at most 400 KB; escapes such as \u00e9 can make its text six times as long.
MAX_LINE_BYTES = 4 * 1024 * 1024
MAX_ARRAY_BYTES = 64 * 1024 * 1024
MAX_BAD_ROWS = 20


def read_lines(path: Path, shown: str, scope: Scope) -> Iterator[SeedItem]:
    """The rows of a ``.jsonl`` file of any size, each with its line; bad ones are reported and left out."""
    yield from _Lines(shown, scope).read(path)


class _Lines:
    """Reads one ``.jsonl`` file, and stops after too many bad rows."""

    def __init__(self, shown: str, scope: Scope) -> None:
        self._shown = shown
        self._scope = scope
        self._bad = 0

    def read(self, path: Path) -> Iterator[SeedItem]:
        opened = open_regular(path, self._shown, self._scope.report)
        if opened is None:
            return
        with opened:
            yield from self._lines(opened)

    def _lines(self, opened: BinaryIO) -> Iterator[SeedItem]:
        number = 0
        while line := opened.readline(MAX_LINE_BYTES + 1):
            number += 1
            position = Position(self._shown, number, 1)
            if len(line) > MAX_LINE_BYTES:
                what = f"the line is longer than {MAX_LINE_BYTES:,} bytes"
                fix = "Write one row per line; an item has at most 400 KB."
                self._scope.error(codes.BAD_ROW, position, what, fix)
                return
            row = self._row(line, position)
            if row is not None:
                yield SeedItem(item=row, position=position)
            if self._bad >= MAX_BAD_ROWS:
                _give_up(position, self._scope)
                return

    def _row(self, line: bytes, position: Position) -> Item | None:
        if not line.strip():
            return None
        try:
            text = line.decode("utf-8-sig" if position.line == 1 else "utf-8")
            return row_item(_parse(text.rstrip("\r\n")))
        except UnicodeDecodeError:
            self._refuse(position, "the line is not UTF-8", "Save the file as UTF-8.")
        except json.JSONDecodeError as problem:
            place = Position(position.file, position.line, problem.colno)
            self._refuse(place, f"the line is not JSON: {problem.msg}", "Write one JSON object per line.")
        except InvalidValueError as problem:
            self._refuse(position, str(problem), _ROW_FIX)
        return None

    def _refuse(self, position: Position, what: str, fix: str) -> None:
        self._bad += 1
        self._scope.error(codes.BAD_ROW, position, what, fix)


_ROW_FIX = 'Write a row as `{"id": "x"}`, or wholly in DynamoDB JSON as `{"Item": {"id": {"S": "x"}}}`.'


def read_array(path: Path, shown: str, scope: Scope) -> Iterator[SeedItem]:
    """The rows of a JSON array, each parsed when it is asked for."""
    fix = "Write the rows as `.jsonl`, one per line; such a file may have any size."
    data = read_bytes(path, shown, scope.report, limit=MAX_ARRAY_BYTES, fix=fix)
    text = None if data is None else decode(data, shown, scope.report)
    if text is None:
        return
    index, bad = _skip(text, 0), 0
    if text[index : index + 1] != "[":
        what = "a .json file of rows is one array"
        scope.error(codes.BAD_ROW, position_at(text, index, shown), what, "Write `[{...}, {...}]`, or a .jsonl file.")
        return
    index = _skip(text, index + 1)
    places = _Places(text, shown)
    while text[index : index + 1] != "]":
        position = places.at(index)
        try:
            given, index = _DECODER.raw_decode(text, index)
            index = _next(text, index)
        except (json.JSONDecodeError, InvalidValueError, RecursionError) as problem:
            _refuse_array(problem, text, index, shown, scope)
            return
        try:
            yield SeedItem(item=row_item(given), position=position)
        except InvalidValueError as problem:
            bad += 1
            scope.error(codes.BAD_ROW, position, str(problem), _ROW_FIX)
            if bad >= MAX_BAD_ROWS:
                _give_up(position, scope)
                return
    rest = _skip(text, index + 1)
    if rest < len(text):
        scope.error(codes.BAD_ROW, position_at(text, rest, shown), "text follows the array", "Write one array.")


class _Places:
    """Places of growing indexes in a text, each counted from the one before: an array may be one long line."""

    def __init__(self, text: str, shown: str) -> None:
        self._text = text
        self._shown = shown
        self._line = 1
        self._line_start = 0
        self._seen = 0

    def at(self, index: int) -> Position:
        """The place of a character at or after the last one."""
        self._line += self._text.count("\n", self._seen, index)
        last = self._text.rfind("\n", self._seen, index)
        if last >= 0:
            self._line_start = last + 1
        self._seen = index
        return Position(self._shown, self._line, index - self._line_start + 1)


def _give_up(position: Position, scope: Scope) -> None:
    """Say that a file with so many bad rows was not read to its end."""
    what = f"{MAX_BAD_ROWS} rows cannot be read; the rest of the file was not looked at"
    scope.error(codes.BAD_ROW, position, what, "Correct these first.")


def _refuse_array(problem: Exception, text: str, index: int, shown: str, scope: Scope) -> None:
    """Say why an array cannot be read on."""
    place = problem.pos if isinstance(problem, json.JSONDecodeError) else index
    message = problem.msg if isinstance(problem, json.JSONDecodeError) else str(problem)
    if isinstance(problem, RecursionError):
        message = "it is nested too deeply"
    what = f"the array cannot be read on: {message}"
    scope.error(codes.BAD_ROW, position_at(text, place, shown), what, "Write valid JSON: `[{...}, {...}]`.")


def _next(text: str, index: int) -> int:
    """Where the next element, or the closing bracket, begins."""
    index = _skip(text, index)
    match text[index : index + 1]:
        case "]":
            return index
        case ",":
            after = _skip(text, index + 1)
            if text[after : after + 1] == "]":
                raise json.JSONDecodeError("a comma stands before the closing bracket", text, index)
            return after
        case _:
            raise json.JSONDecodeError("a comma or the closing bracket is missing", text, index)


def _skip(text: str, index: int) -> int:
    while text[index : index + 1] and text[index] in " \t\r\n":
        index += 1
    return index


def _parse(text: str) -> Json:
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise InvalidValueError("it is nested too deeply") from None


def _without_duplicates(pairs: list[tuple[str, Json]]) -> Json:
    found: dict[str, Json] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidValueError(f"`{name[:60]}` stands twice in one object")
        found[name] = value
    return found


def _no_constant(word: str) -> NoReturn:
    raise InvalidValueError(f"`{word}` is not a JSON number")


_DECODER = json.JSONDecoder(
    parse_float=JsonNumber,
    parse_int=JsonNumber,
    parse_constant=_no_constant,
    object_pairs_hook=_without_duplicates,
)
