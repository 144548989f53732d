"""A picture of a plan as one HTML file that needs nothing else: no network, no server, no other file.

All text of a plan goes into the file as JSON, made harmless character by character, and the page's program sets it as
text alone. The page's policy lets no other script run and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ddbplan.views.cost import money
from ddbplan.views.diagram import plan_svg
from ddbplan.views.output import harmless, one_line
from planner.values import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.diagnostics import Diagnostic
    from planner.picture import (
        Collection,
        CostLine,
        ExpectedRows,
        Picture,
        PictureOperation,
        PictureQuery,
        PictureReport,
        PictureTable,
        PictureTransaction,
    )
    from planner.values import AttributeValue, Item

SCRIPTS = ("dom.js", "grid.js", "places.js", "reports.js", "changes.js", "search.js", "main.js")
MAX_PAGE_CHARACTERS = 12_000_000
"""Values are cut shorter until the data of a page is no longer than this, or they cannot be cut further."""
CUTS = (400, 120, 40, 16)
MAX_COLUMNS = 200
"""Attributes of a table beyond these are left out, and the page says so."""


def page(picture: Picture, change: Mapping[str, Any] | None = None, steps_svg: str = "") -> str:
    """The whole file.

    Args:
        picture: What is shown.
        change: What an apply would do, as ``views.picture_change`` writes it.
        steps_svg: The graph of its steps.
    """
    style = _part("style.css")
    script = "".join(map(_part, SCRIPTS))
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    texts = {
        "policy": policy,
        "title": html.escape(harmless(_title(picture, change))),
        "style": style,
        "diagram": plan_svg(picture),
        "steps": steps_svg,
        "data": _embedded(data(picture, change)),
        "script": script,
    }
    # One pass: what is filled in is not looked at again.
    return re.sub(r"\{\{([a-z]+)\}\}", lambda found: texts[found[1]], _part("page.html"))


def _title(picture: Picture, change: Mapping[str, Any] | None) -> str:
    environment = f" ({picture.environment})" if picture.environment else ""
    return f"{picture.database}{environment} · ddbplan {'show' if change is None else 'diff'}"


@cache
def _part(name: str) -> str:
    return resources.files("ddbplan").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _embedded(found: Mapping[str, Any]) -> str:
    """JSON that a script element can hold: nothing in it ends the element or begins another."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def data(picture: Picture, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the page's program reads: every text harmless, long values cut."""
    found: dict[str, Any] = {}
    for cut in CUTS:
        found = _data(picture, cut)
        if sum(_size(table["items"]) for table in found["tables"]) <= MAX_PAGE_CHARACTERS:
            break
    cleaned: dict[str, Any] = _clean(found | {"change": change})
    return cleaned


def _size(items: Iterable[Sequence[Any]]) -> int:
    return sum(len(cell if isinstance(cell, str) else cell[1]) + 8 for item in items for cell in item if cell)


def _data(picture: Picture, cut: int) -> dict[str, Any]:
    return {
        "version": 1,
        "file": picture.file,
        "database": picture.database,
        "environment": picture.environment,
        "description": one_line(picture.description),
        "hash": picture.text_hash,
        "cost": _total(picture),
        "cut": cut,
        "tables": [_table(table, cut) for table in picture.tables],
        "queries": [_query(query) for query in picture.queries],
        "transactions": [_transaction(one) for one in picture.transactions],
        "reports": [_report(one) for one in picture.reports],
        "findings": [finding_data(found) for found in picture.findings],
    }


def _table(table: PictureTable, cut: int) -> dict[str, Any]:
    columns = table.base.columns[:MAX_COLUMNS]
    at = {name: number for number, name in enumerate(columns)}
    return {
        "key": table.key,
        "name": table.name,
        "address": table.address,
        "description": one_line(table.description),
        "external": table.external,
        "types": dict(table.key_types),
        "columns": list(columns),
        "more": len(table.base.columns) - len(columns),
        "items": [_cells(one.item, columns, cut) for one in table.items],
        "origins": [[one.origin, list(one.changed_by), one.entity or ""] for one in table.items],
        "count": table.count,
        "partial": table.why_partial,
        "collections": [_collection(one, at) for one in (table.base, *table.indexes)],
        "findings": [finding_data(found) for found in table.findings],
        "costs": [[_cause(one, table), _money(one)] for one in table.costs],
    }


def _total(picture: Picture) -> str:
    costs = picture.costs
    return "" if costs is None else f"{money(costs.total)} a month in {costs.region}"


def _cause(one: CostLine, table: PictureTable) -> str:
    index = one.address.removeprefix(table.address)
    return f"{one.cause} ({index.removeprefix('.')})" if index and one.cause != one.address else one.cause


def _money(one: CostLine) -> str:
    return f"not known without {one.missing}" if one.money is None else money(one.money)


def _cells(item: Item, columns: Sequence[str], cut: int) -> list[Any]:
    cells = [_cell(item[name], cut) if name in item else None for name in columns]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _cell(value: AttributeValue, cut: int) -> str | list[str]:
    """A text as it is, everything else as its type and a text."""
    ((kind, content),) = value.items()
    if kind in {"S", "N"}:
        text = content
    else:
        text = json.dumps(plain(value), default=str, ensure_ascii=False)
        text = json.loads(text) if kind == "B" else text
    if len(text) > cut:
        text = f"{text[:cut]}… ({len(text):,} characters)"
    return text if kind == "S" else [kind, text]


def _collection(one: Collection, at: Mapping[str, int]) -> dict[str, Any]:
    return {
        "address": one.address,
        "name": one.name,
        "kind": one.kind,
        "pk": list(one.partition_key),
        "sk": list(one.sort_key),
        "columns": [at[name] for name in one.columns if name in at],
        "hidden": list(one.hidden),
        "groups": [list(group.items) for group in one.groups],
        "absent": [[absent.attribute, list(absent.items)] for absent in one.absent],
        "settings": [list(pair) for pair in one.settings],
    }


def _query(query: PictureQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "address": query.address,
        "description": one_line(query.description),
        "table": query.table,
        "reads": query.reads,
        "kind": query.kind,
        "key_condition": query.key_condition,
        "filter": query.filter,
        "values": _pairs(query.values),
        "projection": list(query.projection),
        "facts": [list(pair) for pair in query.facts],
        "read": list(query.read),
        "returned": list(query.returned),
        "unmet": list(query.unmet),
        "expects": query.expects,
        "unknown": query.unknown,
    }


def _report(report: PictureReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "address": report.address,
        "description": one_line(report.description),
        "sources": [
            {
                "name": one.name,
                "query": one.query,
                "runs": [_pairs(values) for values in one.runs if values],
                "facts": [list(pair) for pair in one.facts],
            }
            for one in report.sources
        ],
        "sql": report.sql.expandtabs(4).splitlines(),  # by line: a line's end is not harmless within a text
        "expected": [_expected(one) for one in report.expected],
    }


def _expected(one: ExpectedRows) -> dict[str, Any]:
    columns = list(dict.fromkeys(name for row in one.rows for name in row))
    return {"says": one.says, "columns": columns, "rows": [_cells(row, columns, CUTS[0]) for row in one.rows]}


def _transaction(one: PictureTransaction) -> dict[str, Any]:
    return {
        "name": one.name,
        "address": one.address,
        "description": one_line(one.description),
        "run": one.run,
        "outcome": str(one.outcome),
        "expected": one.expected,
        "facts": [list(pair) for pair in one.facts],
        "operations": [_operation(operation) for operation in one.operations],
    }


def _operation(one: PictureOperation) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "table": one.table,
        "key": _pairs(one.key),
        "expression": one.expression,
        "condition": one.condition,
        "values": _pairs(one.values),
        "met": one.met,
        "before": None if one.before is None else _pairs(one.before),
        "after": None if one.after is None else _pairs(one.after),
        "unknown": one.unknown,
    }


def _pairs(item: Item) -> list[list[Any]]:
    return [[name, _cell(value, CUTS[0])] for name, value in item.items()]


def finding_data(found: Diagnostic) -> dict[str, Any]:
    """A finding as the page's program reads it."""
    return {
        "code": found.code,
        "severity": str(found.severity),
        "title": found.title,
        "place": "" if found.position is None else str(found.position),
        "address": found.address,
        "what": found.what,
        "why": found.why,
        "fix": found.fix,
    }


def _clean(value: Any) -> Any:
    """The value with every text in it harmless, names of objects included."""
    match value:
        case str():
            return harmless(value)
        case dict():
            return {harmless(name): _clean(member) for name, member in value.items()}
        case list() | tuple():
            return [_clean(member) for member in value]
        case _:
            return value
