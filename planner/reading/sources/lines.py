"""Files of one JSON object per line, of any size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from planner.codes import reading as codes
from planner.diagnostics import Position
from planner.plan import SeedItem
from planner.reading.dynamodb_json import InvalidValueError, row_item
from planner.reading.row_problems import RowProblems
from planner.reading.sources.exact import ROW_FIX, parse
from planner.reading.sources.fast import fast_item
from planner.reading.sources.opening import opened
from planner.values import Item

# An item is at most 400 KB; escapes such as \u00e9 can make its text six times as long.
MAX_LINE_BYTES = 4 * 1024 * 1024


def read_lines(path: Path, shown: str, problems: RowProblems) -> Iterator[SeedItem]:
    """The rows of a file, each with its line; bad ones are told and left out.

    Args:
        path: The file, packed or not.
        shown: Its name in messages.
        problems: Takes what cannot be read.
    """
    with opened(path, shown, problems) as stream:
        yield from _rows(stream, shown, problems)


def _rows(stream: BinaryIO, shown: str, problems: RowProblems) -> Iterator[SeedItem]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            what = f"the line is longer than {MAX_LINE_BYTES:,} bytes"
            fix = "Write one row per line; an item has at most 400 KB."
            problems.of_file(codes.BAD_ROW, Position(shown, number, 1), what, fix)
            return
        item = fast_item(line)
        position = Position(shown, number, 1)
        if item is None and line.strip():
            item = _exact(line, position, problems)
        if item is not None:
            yield SeedItem(item=item, position=position)


def _exact(line: bytes, position: Position, problems: RowProblems) -> Item | None:
    row = line.decode("utf-8", "replace").rstrip("\r\n")
    try:
        text = line.decode("utf-8-sig" if position.line == 1 else "utf-8").rstrip("\r\n")
        return row_item(parse(text)) if text.strip() else None
    except UnicodeDecodeError:
        problems.bad_text(position, "the line is not UTF-8", "Save the file as UTF-8.", row)
    except json.JSONDecodeError as problem:
        place = Position(position.file, position.line, problem.colno)
        problems.bad_text(place, f"the line is not JSON: {problem.msg}", "Write one JSON object per line.", row)
    except InvalidValueError as problem:
        problems.bad_text(position, str(problem), ROW_FIX, row)
    return None
