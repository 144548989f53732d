"""CSV files: columns with the types that the plan, the table's key or, with a warning, the first rows give them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from planner.codes import reading as codes
from planner.codes import sources
from planner.diagnostics import Position
from planner.plan import Columns, SeedItem
from planner.reading.row_problems import RowProblems
from planner.reading.scope import listed
from planner.reading.sources.cells import CELLS, CellError, guessed
from planner.reading.sources.lines import MAX_LINE_BYTES
from planner.reading.sources.opening import opened
from planner.values import AttributeValue, Item

SAMPLE_ROWS = 1000
"""So many rows are looked at before a column without a declared type gets one."""
_ROW_FIX = "Correct the cell, or declare the column's type under `columns:` of the seed."

_Row = tuple[int, list[str]]


def read_csv(
    path: Path,
    shown: str,
    problems: RowProblems,
    columns: Columns,
    key_types: Mapping[str, str],
) -> Iterator[SeedItem]:
    """The rows of a CSV file of any size, each with its line.

    Args:
        path: The file, packed or not.
        shown: Its name in messages.
        problems: Takes what cannot be read.
        columns: What the seed says of its columns.
        key_types: Types of the table's key attributes, which need no declaration.
    """
    with opened(path, shown, problems) as stream:
        # The module's own limit is for all of a process; ours is what a row of any kind may have.
        csv.field_size_limit(MAX_LINE_BYTES)
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        reader = _Reader(text, shown, problems, columns)
        try:
            names = reader.names()
            if names is not None:
                yield from _items(reader.rows(len(names)), names, shown, problems, columns, key_types)
        finally:
            text.detach()


class _Lines:
    """The lines of a file, of which no row takes more than a row may have: a packed file may hold any."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._size = 0

    def begin_row(self) -> None:
        """What was read so far is done with."""
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(MAX_LINE_BYTES + 1):
            self._size += len(line)
            if self._size > MAX_LINE_BYTES:
                raise csv.Error(f"the row is longer than {MAX_LINE_BYTES:,} characters")
            yield line


class _Reader:
    """The rows of a file as texts, each with the line that it begins on."""

    def __init__(self, text: io.TextIOWrapper, shown: str, problems: RowProblems, columns: Columns) -> None:
        self._lines = _Lines(text)
        self._rows = csv.reader(self._lines, delimiter=columns.delimiter, strict=True)
        self._shown = shown
        self._problems = problems
        self._columns = columns
        self._broken = False

    def names(self) -> tuple[str, ...] | None:
        """The columns' names; None after a diagnostic."""
        if not self._columns.header:
            return tuple(self._columns.types)
        position = Position(self._shown, 1, 1)
        first = next(self._texts(), None)
        if self._broken:
            return None
        names = () if first is None else tuple(first[1])
        wrong = {name for name, times in Counter(names).items() if not name.strip() or times > 1}
        unknown = [name for name in self._columns.types if name not in names]
        if wrong or not names:
            what = f"the first line names {listed(sorted(wrong))} twice or not at all" if wrong else "the file is empty"
            fix = "Name each column once in the first line; or write `header: false` and all names under `columns:`."
            self._problems.of_file(codes.BAD_ROW, position, what, fix)
            return None
        if unknown:
            what = f"the seed declares {listed(unknown)}, and the first line has no such column"
            fix = f"Its columns are {listed(names[:20])}; write `header: false` where the first line is a row."
            self._problems.of_file(codes.BAD_ROW, position, what, fix)
            return None
        return names

    def rows(self, width: int) -> Iterator[_Row]:
        """The rows of that many cells; empty lines are none."""
        for line, cells in self._texts():
            if len(cells) == width:
                yield line, cells
            elif cells:
                what = f"the row has {len(cells)} cells, and there are {width} columns"
                fix = "Give each row a cell for each column, empty where it has no value."
                self._problems.bad_text(Position(self._shown, line, 1), what, fix, _text(cells, self._columns))

    def _texts(self) -> Iterator[_Row]:
        before = self._rows.line_num
        try:
            for cells in self._rows:
                self._lines.begin_row()
                yield before + 1, cells
                before = self._rows.line_num
        except csv.Error as problem:
            self._broken = True
            what, fix = f"the file is not CSV from here: {problem}", 'Quote cells as `"a ""b"" c"`.'
            self._problems.of_file(codes.BAD_ROW, Position(self._shown, before + 1, 1), what, fix)
        except UnicodeDecodeError as problem:
            self._broken = True
            what = f"byte 0x{problem.object[problem.start]:02x} is not UTF-8, here or in the lines after it"
            self._problems.of_file(codes.BAD_ROW, Position(self._shown, before + 1, 1), what, "Save the file as UTF-8.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    name: str
    kind: str
    guess: bool


def _items(
    rows: Iterator[_Row],
    names: tuple[str, ...],
    shown: str,
    problems: RowProblems,
    columns: Columns,
    key_types: Mapping[str, str],
) -> Iterator[SeedItem]:
    known = {name: columns.types.get(name) or key_types.get(name) for name in names}
    sample: list[_Row] = []
    if not all(known.values()):
        for row in rows:
            sample.append(row)
            if len(sample) == SAMPLE_ROWS:
                break
    found = tuple(_column(place, name, known[name], sample) for place, name in enumerate(names))
    _warn_of_guesses(found, shown, problems)
    for line, cells in chain(sample, rows):
        position = Position(shown, line, 1)
        try:
            yield SeedItem(item=_item(found, cells, columns.empty), position=position)
        except CellError as problem:
            problems.bad_text(position, str(problem), _ROW_FIX, _text(cells, columns))


def _column(place: int, name: str, kind: str | None, sample: Sequence[_Row]) -> _Column:
    if kind is not None:
        return _Column(name=name, kind=kind, guess=False)
    return _Column(name=name, kind=guessed(cells[place] for _, cells in sample), guess=True)


def _warn_of_guesses(columns: Sequence[_Column], shown: str, problems: RowProblems) -> None:
    guesses = [column for column in columns if column.guess]
    if not guesses:
        return
    declared = ", ".join(f"{json.dumps(column.name, ensure_ascii=False)}: {column.kind}" for column in guesses[:40])
    what = f"the types of {len(guesses)} columns of `{shown}` are guessed from its first rows"
    problems.of_file(
        sources.GUESSED_TYPES,
        Position(shown, 1, 1),
        what.replace(" 1 columns", " a column"),
        f"Check them and declare them at the seed: `columns: {{{declared}}}`.",
    )


def _item(columns: Sequence[_Column], cells: Sequence[str], empty: str) -> Item:
    item: dict[str, AttributeValue] = {}
    for column, cell in zip(columns, cells, strict=True):
        if cell:
            try:
                item[column.name] = CELLS[column.kind](cell)
            except ValueError as problem:
                guess = " (guessed from the first rows)" if column.guess else ""
                reason = str(problem)[:160]
                raise CellError(f"the column `{column.name[:60]}` is {column.kind}{guess}: {reason}") from None
        elif empty == "null":
            item[column.name] = {"NULL": True}
        elif empty == "text":
            item[column.name] = {"S": ""}
    return item


def _text(cells: Sequence[str], columns: Columns) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=columns.delimiter, lineterminator="").writerow(cells)
    return out.getvalue()
