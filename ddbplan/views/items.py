"""Items that a query found, and the queries there are.

Memory does not grow with the number of items but for ``table``, whose columns are as wide as their widest cell.
"""

from __future__ import annotations

import json
import tempfile
from typing import TYPE_CHECKING, Any

from ddbplan.views.cells import cell, csv_cell, csv_row, csv_value
from ddbplan.views.output import Output, Span, one_line, stderr, stdout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from executor.streaming import ItemStream
    from planner.plan import Query
    from planner.values import Item


def write_items(name: str, stream: ItemStream, form: str, *, first: Sequence[str]) -> None:
    """A query's answer, written while it is read.

    Args:
        name: The query.
        stream: Its items, not yet read.
        form: ``table`` and ``csv`` show plain values in columns; ``json`` and ``jsonl`` (a line for each item, as a
            seed's file has them) are DynamoDB JSON, in which nothing is lost.
        first: Attributes whose columns come first: the key.
    """
    out = stdout()
    match form:
        case "json":
            _write_json(out, name, stream)
        case "jsonl":
            for item in _while_read(out, stream):
                out.json({"Item": item}, compact=True)
            stderr().line(came_to(stream))
        case "csv":
            _write_csv(out, stream, first)
            stderr().line(came_to(stream))
        case _:
            _write_table(out, list(stream), first)
            out.line(came_to(stream))


def came_to(stream: ItemStream) -> str:
    """How many items there were, how many were read for them, and what that cost."""
    items = f"{stream.count:,} item" + ("" if stream.count == 1 else "s")
    return f"{items}, {stream.scanned:,} read{units(stream.consumed)}."


def units(consumed: Mapping[str, float]) -> str:
    """Such as ``, 1.5 read units``; nothing where the engine does not say."""
    total = sum(consumed.values())
    return f", {total:,g} read unit" + ("" if total == 1 else "s") if consumed else ""


def answer_json(name: str, stream: ItemStream, items: Sequence[Item]) -> dict[str, Any]:
    """A query's answer as JSON values."""
    return {"query": name, "items": items, **_totals(stream)}


def write_answer(name: str, stream: ItemStream, *, first: Sequence[str]) -> None:
    """One of several answers, under its name."""
    out = stdout()
    out.line(Span(name, "bold"))
    _write_table(out, list(stream), first)
    out.line(came_to(stream))
    out.line("")


def write_answers(answers: Sequence[Mapping[str, Any]]) -> None:
    """Several answers as one JSON value."""
    stdout().json({"version": 1, "queries": answers})


def write_missed(name: str, message: str) -> None:
    """That one of several queries could not be run."""
    stderr().prose(f"query.{name}: {message}", first="Error: ", style="bold red")


def write_queries(queries: Iterable[Query], form: str) -> None:
    """The queries of a plan."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "queries": [_query_json(query) for query in queries]})
        return
    if form == "jsonl":
        for query in queries:
            out.json(_query_json(query), compact=True)
        return
    headers = ("query", "reads", "values", "description")
    rows = [(query.name, _where(query), ", ".join(query.values), one_line(query.description)) for query in queries]
    if form == "csv":
        out.raw("".join(csv_row([csv_cell(text) for text in row]) for row in (headers, *rows)))
    else:
        out.table(headers, rows)


def _while_read(out: Output, stream: ItemStream) -> Iterator[Item]:
    """The items, as long as somebody reads them: reading takes units."""
    for item in stream:
        if out.unread:
            return
        yield item


def _totals(stream: ItemStream) -> dict[str, Any]:
    return {"count": stream.count, "scanned": stream.scanned, "consumed": dict(stream.consumed)}


def _write_json(out: Output, name: str, stream: ItemStream) -> None:
    """The value that ``Output.json`` would write, piece by piece."""
    out.raw(f'{{\n  "version": 1,\n  "query": {json.dumps(name)},\n  "items": [')
    separator = "\n"
    for item in _while_read(out, stream):
        out.raw(f"{separator}    {json.dumps(item)}")
        separator = ",\n"
    out.raw("\n  ]" if separator != "\n" else "]")
    for key, value in _totals(stream).items():
        out.raw(f",\n  {json.dumps(key)}: {json.dumps(value)}")
    out.raw("\n}\n")


def _write_table(out: Output, items: Sequence[Item], first: Sequence[str]) -> None:
    columns = _columns(dict.fromkeys(name for item in items for name in item), first)
    if items:
        out.table(columns, [[cell(item.get(column)) for column in columns] for item in items])


def _write_csv(out: Output, stream: ItemStream, first: Sequence[str]) -> None:
    """The header names every attribute of every item, so the items wait in a file until all are read."""
    names: dict[str, None] = {}
    with tempfile.TemporaryFile("w+", encoding="utf-8", prefix="ddbplan-") as waiting:
        for item in stream:
            names.update(dict.fromkeys(item))
            waiting.write(json.dumps(item) + "\n")
        columns = _columns(names, first)
        if columns:
            out.raw(csv_row([csv_cell(column) for column in columns]))
        waiting.seek(0)
        for line in waiting:
            item = json.loads(line)
            out.raw(csv_row([csv_value(item.get(column)) for column in columns]))


def _columns(names: Mapping[str, None], first: Sequence[str]) -> list[str]:
    return [*(name for name in first if name in names), *sorted(name for name in names if name not in first)]


def _where(query: Query) -> str:
    return query.table + (f".{query.index}" if query.index else "") + (" (scan)" if query.scan else "")


def _query_json(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "description": query.description,
        "table": query.table,
        "index": query.index,
        "scan": query.scan,
        "values": dict(query.values),
    }
