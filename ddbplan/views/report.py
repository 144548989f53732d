"""What a report came to, and the reports there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ddbplan.views.cells import csv_cell, csv_row
from ddbplan.views.hints import write_note
from ddbplan.views.items import units
from ddbplan.views.output import Output, one_line, stderr, stdout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from executor.reports.running import ReportResult, ResultColumn
    from planner.reports import SqlReport


def write_reports(reports: Iterable[SqlReport], form: str) -> None:
    """The reports of a plan."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "reports": [_report_json(report) for report in reports]})
        return
    headers = ("report", "reads", "description")
    rows = [(one.name, _reads(one), one_line(one.description)) for one in reports]
    if form == "csv":
        out.raw("".join(csv_row([csv_cell(text) for text in row]) for row in (headers, *rows)))
    else:
        out.table(headers, rows)


def _reads(report: SqlReport) -> str:
    return ", ".join(dict.fromkeys(source.query for source in report.sources.values()))


def write_report(result: ReportResult, form: str, file: TextIO | None = None) -> None:
    """A report's rows.

    Args:
        result: What it came to.
        form: ``table``, ``csv`` or ``json``.
        file: Where to; standard output without one.
    """
    out = Output(file) if file is not None else stdout()
    match form:
        case "csv":
            out.raw(csv_row([csv_cell(column.name) for column in result.columns]))
            for row in result.rows():
                cells = zip(result.columns, row, strict=True)
                out.raw(csv_row([csv_cell(text or "", number=_is_number(column)) for column, text in cells]))
        case "json":
            _write_json(out, result)
        case _:
            out.table([column.name for column in result.columns], _table_rows(result))
            out.line(came_to(result))


def write_came_to(result: ReportResult) -> None:
    """Beside a result that is for machines: what it took, for people."""
    stderr().line(came_to(result))


def write_notes(result: ReportResult) -> None:
    """What the SQL did not see as it is in DynamoDB."""
    for note in result.notes:
        write_note(note)


def came_to(result: ReportResult) -> str:
    """How many rows there are, of how many items, and what that cost."""
    rows = f"{result.count:,} row" + ("" if result.count == 1 else "s")
    items = sum(result.read.values())
    return f"{rows} of {items:,} item" + ("" if items == 1 else "s") + f"{units(result.consumed)}."


def _table_rows(result: ReportResult) -> Iterator[list[str]]:
    return (["null" if text is None else text for text in row] for row in result.rows())


def _is_number(column: ResultColumn) -> bool:
    return column.kind in {"exact", "float"}


def _write_json(out: Output, result: ReportResult) -> None:
    columns = [{"name": column.name, "type": column.type} for column in result.columns]
    out.raw(f'{{\n  "version": 1,\n  "report": {json.dumps(result.name)},\n  "columns": {json.dumps(columns)},\n')
    out.raw('  "rows": [')
    separator = "\n"
    for row in result.rows():
        values = [_json_value(column, text) for column, text in zip(result.columns, row, strict=True)]
        out.raw(f"{separator}    {json.dumps(values)}")
        separator = ",\n"
    out.raw("\n  ]" if separator != "\n" else "]")
    for key, value in {"count": result.count, "read": dict(result.read), "consumed": dict(result.consumed)}.items():
        out.raw(f",\n  {json.dumps(key)}: {json.dumps(value)}")
    out.raw("\n}\n")


_SHORT = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})


def _json_value(column: ResultColumn, text: str | None) -> Any:
    """A cell in JSON: integers of up to 64 bits and DOUBLE are numbers, longer ones are text with all digits."""
    if text is None:
        return None
    match column.kind:
        case "boolean":
            return text == "true"
        case "float":
            return float(text) if text[-1].isdigit() else text
        case "exact" if column.type in _SHORT:
            return int(text)
        case _:
            return text


def _report_json(report: SqlReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "description": report.description,
        "sources": {
            name: {"query": source.query, "values": [dict(run) for run in source.values]}
            for name, source in report.sources.items()
        },
        "sql": report.sql.text,
    }
