"""Runs one report: its sources are read into files, its SQL runs beside in a process, its rows come back in a file.

Nothing here holds more than one page of items or one row of the result.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from executor.reports.columns import Columns, rows
from executor.reports.errors import ReportError, about_columns, where_in
from executor.reports.process import LIMITS, Limits, SqlProcess
from executor.streaming import ItemStream
from planner.values import AttributeValue, InvalidNumberError, Item, canonical_number

if TYPE_CHECKING:
    import threading

    from executor.clients import Clients
    from planner.reports import CompiledReport, CompiledSource

Row = list[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """A column of a result: its name, and its type in SQL's words."""

    name: str
    type: str

    @property
    def kind(self) -> str:
        """``exact`` or ``float`` for numbers, ``boolean``, ``nested`` for what is JSON, ``text`` for all else."""
        word = self.type.upper()
        if word.endswith("]") or word.startswith(("JSON", "STRUCT", "MAP", "UNION", "VARIANT")):
            return "nested"
        if word.startswith("DECIMAL") or (word.endswith("INT") and word != "POINT") or word in {"INTEGER", "UINTEGER"}:
            return "exact"
        if word in {"DOUBLE", "FLOAT"}:
            return "float"
        return "boolean" if word == "BOOLEAN" else "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult:
    """What a report came to; valid while its run's context lasts.

    Attributes:
        name: The report.
        columns: In order.
        count: Of rows.
        ordered: The SQL says in which order they come.
        read: Items of each source.
        consumed: Capacity units by table or ``table/index``.
        notes: What the SQL did not see as it is, by sentences.
        parquet: The result as a Parquet file, where it was asked for.
        file: The rows, as lines of JSON lists of texts.
    """

    name: str
    columns: tuple[ResultColumn, ...]
    count: int
    ordered: bool
    read: Mapping[str, int]
    consumed: Mapping[str, float]
    notes: tuple[str, ...]
    parquet: Path | None
    file: Path = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """The rows, one at a time; may be called again."""
        with self.file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    def items(self) -> tuple[Item, ...]:
        """All rows in DynamoDB JSON, as an expectation names them."""
        return tuple(
            {column.name: attribute(column, text) for column, text in zip(self.columns, row, strict=True)}
            for row in self.rows()
        )


def attribute(column: ResultColumn, text: str | None) -> AttributeValue:
    """A cell in DynamoDB JSON: numbers are N with every digit, NULL is NULL; times and what N cannot hold are text."""
    if text is None:
        return {"NULL": True}
    match column.kind:
        case "exact" | "float":
            return _number(text)
        case "boolean":
            return {"BOOL": text == "true"}
        case "nested":
            try:
                return _nested(json.loads(text, parse_float=_Number, parse_int=_Number))
            except RecursionError:
                return {"S": text}
        case _:
            return {"S": text}


def _number(text: str) -> AttributeValue:
    """A number, or its text where DynamoDB has no such one: SQL's reach to infinity."""
    try:
        return {"N": canonical_number(text)}
    except InvalidNumberError:
        return {"S": text}


class _Number(str):
    """A number's text."""

    __slots__ = ()


def _nested(value: Any) -> AttributeValue:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case _Number():
            return _number(value)
        case dict():
            return {"M": {name: _nested(member) for name, member in value.items()}}
        case list():
            return {"L": [_nested(member) for member in value]}
        case _:
            return {"S": str(value)}


@contextlib.contextmanager
def run_report(
    report: CompiledReport,
    clients: Clients,
    *,
    parquet: bool = False,
    limits: Limits = LIMITS,
    stop: threading.Event | None = None,
) -> Iterator[ReportResult]:
    """Read the sources, run the SQL and yield what it came to.

    Args:
        report: From a checked plan.
        clients: Of the target.
        parquet: Write the result as a Parquet file, too.
        limits: What the SQL may use.
        stop: Once set, reading ends before its next page.

    Raises:
        CallError: A source cannot be read.
        ReportError: The SQL failed or took too much; the message says why.
    """
    with SqlProcess() as process, tempfile.TemporaryDirectory(prefix="ddbplan-report-") as name:
        folder = Path(name)
        loaded = [_load(source, clients, folder / f"{n}.jsonl", stop) for n, source in enumerate(report.sources)]
        places = max(source.columns.places for source in loaded)
        request: dict[str, Any] = {
            "mode": "run",
            "sql": report.sql,
            "sources": [source.request(places) for source in loaded],
            "database": str(folder / "report.db"),
            "temporary": str(folder / "temporary"),
            "rows": str(folder / "rows.jsonl"),
            "parquet": str(folder / "result.parquet") if parquet else "",
        }
        answer = process.ask(request, limits)
        if not answer["ok"]:
            said = str(answer["message"])
            known = [column["name"] for source in request["sources"] for column in source["columns"]]
            raise ReportError(f"{said}{where_in(report.sql, answer.get('position'))}{about_columns(said, known)}")
        yield _result(report, answer, loaded, folder, places, parquet=parquet)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    """A source in its file."""

    name: str
    file: Path
    columns: Columns
    count: int
    consumed: Mapping[str, float]

    def request(self, places: int) -> dict[str, Any]:
        """The source as the process takes it."""
        with _named(self.name):
            settled, _ = self.columns.settled(places)
        columns = [{"field": one.field, "name": one.name, "type": one.type} for one in settled]
        return {"name": self.name, "file": str(self.file), "columns": columns}

    def notes(self, places: int) -> list[str]:
        """What the SQL did not see as it is."""
        return [f"source {self.name}: {note}." for note in self.columns.settled(places)[1]]


@contextlib.contextmanager
def _named(source: str) -> Iterator[None]:
    try:
        yield
    except ReportError as problem:
        raise ReportError(f"source {source}: {problem}") from None


def _load(source: CompiledSource, clients: Clients, file: Path, stop: threading.Event | None) -> _Loaded:
    columns, consumed, count = Columns(source.columns, source.known), dict[str, float](), 0
    with _named(source.name), file.open("w", encoding="utf-8") as out:
        for call in source.calls:
            stream = ItemStream(clients, call, stop)
            out.writelines(rows(stream, columns))
            count += stream.count
            _add(consumed, stream.consumed)
    return _Loaded(name=source.name, file=file, columns=columns, count=count, consumed=consumed)


def _add(total: dict[str, float], more: Mapping[str, float]) -> None:
    for name, units in more.items():
        total[name] = total.get(name, 0.0) + units


def _result(
    report: CompiledReport,
    answer: Mapping[str, Any],
    loaded: list[_Loaded],
    folder: Path,
    places: int,
    *,
    parquet: bool,
) -> ReportResult:
    consumed: dict[str, float] = {}
    for source in loaded:
        _add(consumed, source.consumed)
    return ReportResult(
        name=report.name,
        columns=tuple(ResultColumn(name=column["name"], type=column["type"]) for column in answer["columns"]),
        count=answer["count"],
        ordered=bool(answer["ordered"]),
        read={source.name: source.count for source in loaded},
        consumed=consumed,
        notes=tuple(note for source in loaded for note in source.notes(places)),
        parquet=folder / "result.parquet" if parquet else None,
        file=folder / "rows.jsonl",
    )
