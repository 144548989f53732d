"""Queries: that a key serves each, that what it reads is there, and the call that it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.checked import CompiledQuery
from planner.checks.attributes import check_comparisons
from planner.checks.expectations import check_expectation
from planner.checks.key_conditions import check_key_condition, keys_of
from planner.checks.placeholders import check_defined, check_used
from planner.checks.tables import find_table
from planner.codes import model as codes
from planner.expressions.conditions import parse_condition
from planner.expressions.problems import ExpressionSyntaxError, Problem, into
from planner.expressions.projections import parse_projection
from planner.expressions.render import Aliases, render, render_path
from planner.expressions.rules import check_condition, check_overlaps
from planner.expressions.tree import paths
from planner.plan import Expression
from planner.steps import Call
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.diagnostics import Report
    from planner.expressions.tree import Condition, Path
    from planner.plan import Index, Plan, Query, Table
    from planner.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    """A query's expressions; ``whole`` when each that the plan has could be read."""

    key_condition: Condition | None
    filter: Condition | None
    projection: tuple[Path, ...]
    whole: bool


def check_query(plan: Plan, query: Query, report: Report) -> CompiledQuery | None:
    """Check a query; None when it has errors, which the report then holds."""
    table = find_table(plan, query.table, query.position, query.address, report)
    return None if table is None else check_query_of(table, query, report)


def check_query_of(table: Table, query: Query, report: Report) -> CompiledQuery | None:
    """Check a query whose table is known; None when it has errors, which the report then holds."""
    before = report.error_count
    parsed = _parse(query, report)
    if query.index is not None and query.index not in table.indexes:
        _complain_index(table, query, report)
        return None
    index = table.indexes[query.index] if query.index is not None else None
    _check_kind(table, query, report)
    _check_options(query, index, report)
    _check_conditions(table, query, parsed, report)
    _check_reads(table, query, index, parsed, report)
    if parsed.whole:
        nodes = [node for node in (parsed.key_condition, parsed.filter) if node is not None]
        check_used(nodes, query.values, report, query.position, query.address)
        check_expectation(query, table, _readable(table, index, parsed.projection), report)
    if report.error_count > before:
        return None
    return _compile(table, query, parsed)


def returned_attributes(table: Table, query: Query) -> frozenset[str] | None:
    """The attributes that a query of a checked plan can return: its projection's, or its index's; None for all."""
    index = table.indexes[query.index] if query.index is not None else None
    return _readable(table, index, [path for text in query.projection for path in parse_projection(text)])


def _parse(query: Query, report: Report) -> _Parsed:
    conditions: list[Condition | None] = []
    whole = True
    for expression in (query.key_condition, query.filter):
        condition = None
        if expression is not None:
            try:
                condition = parse_condition(expression.text)
            except ExpressionSyntaxError as error:
                into(report, expression, query.address)(error.problem)
                whole = False
        conditions.append(condition)
    projection: list[Path] = []
    for text in query.projection:
        try:
            projection += parse_projection(text)
        except ExpressionSyntaxError as error:
            report.add(
                error.problem.code,
                query.positions.get("projection", query.position),
                address=f"{query.address}.projection",
                what=f"'{text[:60]}': {error.problem.what}",
                fix=error.problem.fix,
            )
            whole = False
    return _Parsed(key_condition=conditions[0], filter=conditions[1], projection=tuple(projection), whole=whole)


def _complain_index(table: Table, query: Query, report: Report) -> None:
    name = str(query.index)
    known = ", ".join(f"'{index}'" for index in table.indexes) or "none"
    report.add(
        codes.UNKNOWN_TABLE,
        query.position,
        address=query.address,
        what=f"Table '{table.key}' has no index '{name}'.",
        fix=f"{did_you_mean(name, table.indexes)}Its indexes: {known}. Declare it, or name another.",
    )


def _check_kind(table: Table, query: Query, report: Report) -> None:
    problems: list[tuple[str, str]] = []
    if query.scan and query.key_condition is not None:
        what = f"'{query.name}' is a scan and has a key condition."
        problems.append((what, "Remove `scan: true`: the key condition makes it a query."))
    if query.scan and query.descending:
        problems.append((f"'{query.name}' is a scan and has an order.", "Remove `descending`: a scan has no order."))
    if not query.scan and query.key_condition is None:
        wanted = " AND ".join(f"{name} = :{name}" for name in keys_of(table)[0].partition)
        what = f"'{query.name}' has no key condition."
        problems.append((what, f"Add one, such as `key_condition: {wanted}`, or `scan: true` where a scan is meant."))
    for what, fix in problems:
        report.add(codes.SCAN_NOT_MEANT, query.position, address=query.address, what=what, fix=fix)


def _check_options(query: Query, index: Index | None, report: Report) -> None:
    if query.consistent and index is not None and index.kind == "global":
        report.add(
            codes.STRONG_READ,
            query.positions.get("consistent", query.position),
            address=query.address,
            what=f"'{query.name}' reads the global index '{index.name}' consistently.",
            fix="Remove `consistent: true`, or read the table or a local index.",
        )
    if query.limit is not None and query.limit < 1:
        report.add(
            codes.BAD_LIMIT,
            query.position,
            address=query.address,
            what=f"The limit of '{query.name}' is {query.limit}.",
            fix="Write a number from 1, or remove the limit.",
        )


def _check_conditions(table: Table, query: Query, parsed: _Parsed, report: Report) -> None:
    if query.key_condition is not None and parsed.key_condition is not None:
        complain = into(report, query.key_condition, query.address)
        check_condition(parsed.key_condition, query.values, complain)
        check_defined(parsed.key_condition, query.values, complain)
        if not query.scan:
            check_key_condition(parsed.key_condition, table, query.index, query.values, complain)
    if query.filter is not None and parsed.filter is not None:
        complain = into(report, query.filter, query.address)
        check_condition(parsed.filter, query.values, complain)
        check_defined(parsed.filter, query.values, complain)
        check_comparisons(parsed.filter, table, query.values, complain)
        if not query.scan:
            _check_filter(table, query, parsed.filter, query.filter, report)


def _check_filter(table: Table, query: Query, condition: Condition, text: Expression, report: Report) -> None:
    key = next(key for key in keys_of(table) if key.index == query.index)
    complain = into(report, text, query.address)
    for path in paths(condition):
        if path.attribute in key.names:
            complain(
                Problem(
                    code=codes.FILTER_ON_KEY,
                    offset=path.offset,
                    what=f"'{path.attribute}' is in the key that '{query.name}' reads by.",
                    fix="Move the condition to `key_condition`, or look it up by an index with another key.",
                ),
            )


def _check_reads(table: Table, query: Query, index: Index | None, parsed: _Parsed, report: Report) -> None:
    """Projection and filter against what the index holds."""
    whole = Expression(text="", position=query.positions.get("projection", query.position))
    check_overlaps(parsed.projection, into(report, whole, f"{query.address}.projection"))
    held = _held(table, index)
    if held is None or index is None:
        return
    missing: dict[str, str] = {}
    if index.kind != "local":  # DynamoDB fetches what a local index lacks from the table
        missing = {path.attribute: "projection" for path in parsed.projection if path.attribute not in held}
    if parsed.filter is not None:
        missing |= {path.attribute: "filter" for path in paths(parsed.filter) if path.attribute not in held}
    for name, key in missing.items():
        report.add(
            codes.NOT_PROJECTED,
            query.positions.get(key, query.position),
            address=query.address,
            what=f"'{query.name}' reads '{name}', which the index '{index.name}' does not hold.",
            fix=f"Add '{name}' to the projection of '{index.name}', or do not read it.",
        )


def _held(table: Table, index: Index | None) -> frozenset[str] | None:
    """The attributes that the table or index holds; None for all."""
    if index is None or index.projection == "ALL":
        return None
    copied: Sequence[str] = index.projection if isinstance(index.projection, tuple) else ()
    return frozenset({*table.key_names, *index.key_names, *copied})


def _readable(table: Table, index: Index | None, projection: Sequence[Path]) -> frozenset[str] | None:
    """The attributes that the query returns; None for all."""
    if projection:
        return frozenset(path.attribute for path in projection)
    return _held(table, index)


def _compile(table: Table, query: Query, parsed: _Parsed) -> CompiledQuery:
    aliases = Aliases()
    arguments: dict[str, Json] = {"table_name": table.name}
    if query.index is not None:
        arguments["index_name"] = query.index
    if parsed.key_condition is not None:
        arguments["key_condition_expression"] = render(parsed.key_condition, aliases)
    if parsed.filter is not None:
        arguments["filter_expression"] = render(parsed.filter, aliases)
    if parsed.projection:
        arguments["projection_expression"] = ", ".join(render_path(path, aliases) for path in parsed.projection)
    if aliases.names:
        arguments["expression_attribute_names"] = aliases.names
    if query.values:
        arguments["expression_attribute_values"] = {f":{name}": value for name, value in query.values.items()}
    if query.descending:
        arguments["scan_index_forward"] = False
    if query.consistent:
        arguments["consistent_read"] = True
    if query.limit is not None:
        arguments["limit"] = query.limit
    return CompiledQuery(
        name=query.name,
        address=query.address,
        call=Call(function="scan_table" if query.scan else "query_table", arguments=arguments),
        expect=query.expect,
        live=query.live,
        position=query.position,
    )
