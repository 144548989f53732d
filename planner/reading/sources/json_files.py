"""Files with the suffix ``.json``: an array of rows, requests of BatchWriteItem, or one object after another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from planner.codes import reading as codes
from planner.plan import SeedItem
from planner.reading.dynamodb_json import InvalidValueError, row_item
from planner.reading.row_problems import RowProblems
from planner.reading.scope import listed
from planner.reading.sources.exact import ROW_FIX
from planner.reading.sources.fast import fast_item
from planner.reading.sources.json_text import BrokenJsonError, JsonText
from planner.reading.sources.lines import MAX_LINE_BYTES, read_lines
from planner.reading.sources.opening import opened

if TYPE_CHECKING:
    from planner.values import Json

_REQUESTS = re.compile(
    r'\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\[\s*(?:\]\s*[,}]|\{\s*"(?:PutRequest|DeleteRequest)")',
)
_KINDS = (
    "a .json file of rows is an array of objects, batch-write requests (`{table: [{PutRequest: ...}]}`), or one object "
    "after another"
)
_ARRAY_FIX = "Write valid JSON: `[{...}, {...}]`."


def read_json(path: Path, shown: str, problems: RowProblems, tables: tuple[str, ...]) -> Iterator[SeedItem]:
    """The rows of a file of any size, each with its line and column.

    Args:
        path: The file, packed or not.
        shown: Its name in messages.
        problems: Takes what cannot be read.
        tables: Names that requests of BatchWriteItem may call the seed's table by.
    """
    if _is_lines(path, shown, problems):
        # As DynamoDB's own exports are, with this suffix: the faster way.
        yield from read_lines(path, shown, problems)
        return
    with opened(path, shown, problems) as stream:
        text = JsonText(stream, shown)
        try:
            yield from _rows(text, path, shown, problems, tables)
        except BrokenJsonError as problem:
            what = f"the file cannot be read on: {problem.what}"
            problems.of_file(codes.BAD_ROW, problem.position, what, _ARRAY_FIX)


def _is_lines(path: Path, shown: str, problems: RowProblems) -> bool:
    """Whether the first line is a whole object."""
    with opened(path, shown, problems) as stream:
        line = stream.readline(MAX_LINE_BYTES)
        if not line.startswith(b"{"):
            return False
        more = stream.readline(16).lstrip()
        item = fast_item(line)
        if item is None or (more and not more.startswith(b"{")):
            return False
        # Requests of BatchWriteItem, and what wraps rows in a list, may stand on one line as well.
        return not (len(item) == 1 and "L" in next(iter(item.values()))) and not _REQUESTS.match(line.decode())


def _rows(
    text: JsonText,
    path: Path,
    shown: str,
    problems: RowProblems,
    tables: tuple[str, ...],
) -> Iterator[SeedItem]:
    match text.next_sign():
        case "[":
            yield from _array(text, problems)
            _require_end(text)
        case "{" if text.peek(_REQUESTS):
            yield from _requests(text, path, shown, problems, tables)
        case "{":
            yield from _objects(text, problems)
        case _:
            problems.of_file(codes.BAD_ROW, text.position, _KINDS, "Write `[{...}, {...}]`, or a .jsonl file.")


def _require_end(text: JsonText) -> None:
    if text.next_sign():
        raise BrokenJsonError("text follows the end of the rows", text.position)


def _array(text: JsonText, problems: RowProblems) -> Iterator[SeedItem]:
    text.take("[", "an array begins with `[`")
    if text.next_sign() == "]":
        text.take("]", "")
        return
    while True:
        yield from _row(text, problems)
        before = text.next_sign(), text.position
        if before[0] == "]":
            text.take("]", "")
            return
        text.take(",", "a comma or the closing bracket is missing")
        if text.next_sign() == "]":
            raise BrokenJsonError("a comma stands before the closing bracket", before[1])


def _objects(text: JsonText, problems: RowProblems) -> Iterator[SeedItem]:
    while text.next_sign():
        yield from _row(text, problems)


def _row(text: JsonText, problems: RowProblems) -> Iterator[SeedItem]:
    text.next_sign()
    position = text.position
    given, row = text.value()
    try:
        if isinstance(given, InvalidValueError):
            raise given
        _refuse_envelope(given)
        yield SeedItem(item=row_item(given), position=position)
    except InvalidValueError as problem:
        problems.bad_text(position, str(problem), ROW_FIX, row)


def _refuse_envelope(given: Json) -> None:
    """One object around a list of rows is no row; what reads it as one would complain of a missing key."""
    if isinstance(given, dict) and len(given) == 1:
        ((name, value),) = given.items()
        if isinstance(value, list) and value and isinstance(value[0], dict):
            raise InvalidValueError(f"the object holds nothing but the list `{name[:60]}`; rows stand in an array")


def _requests(
    text: JsonText,
    path: Path,
    shown: str,
    problems: RowProblems,
    tables: tuple[str, ...],
) -> Iterator[SeedItem]:
    """The puts of the one table that is meant."""
    with opened(path, shown, problems) as stream:
        names = _names_of_requests(JsonText(stream, shown))
    wanted = [name for name in names if name in tables] or (names if len(set(names)) == 1 else [])
    if not wanted:
        what = f"the file has requests for {listed(names[:5])}, and none of them is {listed(tables)}"
        fix = "Keep one table in a file, or call it by its name in the plan."
        problems.of_file(codes.BAD_ROW, text.position, what, fix)
        return
    text.take("{", "")
    while True:
        name, _ = text.value()
        text.take(":", "a colon is missing")
        for row in _array(text, problems if name in wanted else RowProblems(problems.scope)):
            if name in wanted:
                yield row
        if text.next_sign() == "}":
            text.take("}", "")
            _require_end(text)
            return
        text.take(",", "a comma or the closing brace is missing")
        text.next_sign()


def _names_of_requests(text: JsonText) -> list[str]:
    """The tables of a file of requests, as far as it can be read."""
    names: list[str] = []
    try:
        text.take("{", "")
        while text.next_sign() == '"':
            name, _ = text.value()
            names.append(str(name))
            text.take(":", "")
            _skip_array(text)
            if text.next_sign() != ",":
                break
            text.take(",", "")
    except BrokenJsonError:
        pass  # told by the reading of the rows
    return names


def _skip_array(text: JsonText) -> None:
    text.take("[", "")
    while text.next_sign() not in {"]", ""}:
        text.value()
        if text.next_sign() == ",":
            text.take(",", "")
    text.take("]", "")
