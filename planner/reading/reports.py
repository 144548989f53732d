"""Reports: their sources, their SQL and what they must come to."""

from __future__ import annotations

import re

from planner.codes import reading as codes
from planner.diagnostics import Position
from planner.reading import grammar_reports as grammar
from planner.reading.items import item
from planner.reading.nodes import Entry, Node, ScalarNode, SequenceNode, is_off
from planner.reading.queries import read_expect
from planner.reading.scope import Scope
from planner.reading.typed import Fields, fields, name, named, text
from planner.reports import ReportSource, SqlReport
from planner.values import Item

_TYPE = re.compile(grammar.TYPE_PATTERN)


def read_reports(plan: Fields) -> dict[str, SqlReport]:
    """Every report of a plan by name; what is wrong is reported and left out."""
    declared = plan.section("reports", grammar.MAX_REPORTS)
    found = {}
    for entry in () if declared is None else named(declared, "a report", plan.scope):
        report = _read_report(entry, plan.scope.at(f"report.{entry.key}"))
        if report is not None:
            found[entry.key] = report
    return found


def _read_report(entry: Entry, scope: Scope) -> SqlReport | None:
    given = fields(entry.value, grammar.REPORT, scope)
    if given is None:
        return None
    description, sources = given.text("description") or "", _sources(given)
    sql, expect = given.expression("sql"), read_expect(given)
    if sql is None:
        return None
    return SqlReport(
        name=entry.key, description=description, sources=sources, sql=sql, expect=expect, position=entry.position
    )


def _sources(given: Fields) -> dict[str, ReportSource]:
    declared = given.section("sources", grammar.MAX_SOURCES)
    if declared is not None and not declared.entries:
        fix = "Name at least one: `sources: {postings: recent_postings}`."
        given.scope.error(codes.NO_VALUE, given.position("sources"), "`sources` names nothing", fix)
    found = {}
    for entry in () if declared is None else named(declared, "a source", given.scope):
        source = _source(entry, given.scope)
        if source is not None:
            found[entry.key] = source
    return found


def _source(entry: Entry, scope: Scope) -> ReportSource | None:
    if isinstance(entry.value, ScalarNode):
        query = name(entry.value, entry.key, scope)
        return None if query is None else _made(entry.key, query, entry.position)
    given = fields(entry.value, grammar.REPORT_SOURCE, scope)
    query = None if given is None else given.name("query")
    if given is None or query is None:
        return None
    return ReportSource(
        name=entry.key,
        query=query,
        values=_values(given),
        limit=_limit(given),
        columns=_columns(given),
        position=entry.position,
    )


def _made(name: str, query: str, position: Position) -> ReportSource:
    return ReportSource(name=name, query=query, values=({},), limit="own", columns={}, position=position)


def _values(given: Fields) -> tuple[Item, ...]:
    node = given.value("values")
    if node is None:
        return ({},)
    if not isinstance(node, SequenceNode):
        single = item(node, given.scope)
        return ({},) if single is None else (single,)
    if not 1 <= len(node.members) <= grammar.MAX_RUNS:
        what = f"`values` lists {len(node.members)} runs of the query; a source has 1 to {grammar.MAX_RUNS}"
        given.scope.error(codes.OUT_OF_RANGE, node.position, what, "List fewer, or remove `values`.")
        return ({},)
    found = (item(member, given.scope) for member in node.members)
    return tuple(member for member in found if member is not None) or ({},)


def _limit(given: Fields) -> str | int | None:
    node = given.value("limit")
    if node is None:
        return "own"
    return None if is_off(node) else given.integer("limit", 1, grammar.MAX_LIMIT)


def _columns(given: Fields) -> dict[str, str]:
    declared = given.mapping("columns")
    found = {}
    for entry in () if declared is None else declared.entries.values():
        word = _type(entry.value, entry.key, given.scope)
        if word is not None:
            found[entry.key] = word
    return found


def _type(node: Node, key: str, scope: Scope) -> str | None:
    word = text(node, key, scope)
    if word is None:
        return None
    matched = _TYPE.fullmatch(word)
    if matched and (matched[2] is None or int(matched[3]) <= int(matched[2])):
        return word.replace(" ", "")
    fix = (
        "Write VARCHAR, BIGINT, DOUBLE, BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, JSON, BLOB, or DECIMAL(38,2) with "
        "as many digits in all, and after the point, as it needs."
    )
    scope.error(codes.NOT_A_CHOICE, node.position, f"`{key}` cannot have the type `{word[:40]}`", fix)
    return None
