"""Items that a query found, and the queries there are."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from ddbplan.views.output import Output, harmless, stdout
from planner.values import AttributeValue, Item, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.plan import Query


def write_items(name: str, value: Mapping[str, Any], form: str, *, first: Sequence[str]) -> None:
    """A query's answer: DynamoDB JSON, so that nothing is lost, or plain values in columns.

    Args:
        name: The query.
        value: What ``query_table`` or ``scan_table`` answered.
        form: ``table``, ``json`` or ``csv``.
        first: Attributes whose columns come first: the key.
    """
    out = stdout()
    items: Sequence[Item] = value["items"]
    if form == "json":
        out.json({"version": 1, "query": name, "count": len(items), "scanned": value["scanned"], "items": items})
        return
    columns = _columns(items, first)
    rows = [[_cell(item.get(column)) for column in columns] for item in items]
    if form == "csv":
        _write_csv(out, columns, rows)
        return
    if items:
        out.table(columns, rows)
    out.line(f"{len(items)} item" + ("" if len(items) == 1 else "s") + f", {value['scanned']} read.")


def write_queries(queries: Iterable[Query], form: str) -> None:
    """The queries of a plan."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "queries": [_query_json(query) for query in queries]})
        return
    rows = [(query.name, _where(query), ", ".join(query.values), query.description) for query in queries]
    if form == "csv":
        _write_csv(out, ["query", "reads", "values", "description"], rows)
    else:
        out.table(("query", "reads", "values", "description"), rows)


def _columns(items: Sequence[Item], first: Sequence[str]) -> list[str]:
    names = dict.fromkeys(name for item in items for name in item)
    return [*(name for name in first if name in names), *sorted(name for name in names if name not in first)]


def _cell(value: AttributeValue | None) -> str:
    if value is None:
        return ""
    shown = plain(value)
    match shown:
        case None:
            return "null"
        case bool():
            return "true" if shown else "false"
        case dict() | list():
            return json.dumps(shown, ensure_ascii=False, default=str)
        case _:
            return str(shown)


def _write_csv(out: Output, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_field(column) for column in columns])
    writer.writerows([_field(cell) for cell in row] for row in rows)
    out.raw(text.getvalue())


def _field(text: str) -> str:
    """A field as it is but for control characters; CSV itself quotes line breaks."""
    return "\n".join(harmless(line) for line in text.split("\n"))


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
