"""Reports: that each source is a query that can be run with its values, and the calls that it comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.checks.queries import check_query_of
from planner.codes import reports as codes
from planner.diagnostics import Report
from planner.reports import CompiledReport, CompiledSource
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from planner.plan import Plan, Query, Table
    from planner.reports import ReportSource, SqlReport
    from planner.steps import Call
    from planner.values import Item


def check_report(plan: Plan, report: SqlReport, found: Report) -> CompiledReport | None:
    """Check a report but for its SQL; None when it has errors, which ``found`` then holds."""
    _check_names(report, found)
    sources = [_source(plan, report, source, found) for source in report.sources.values()]
    whole = tuple(source for source in sources if source is not None)
    if len(whole) < len(sources):
        return None
    return CompiledReport(
        name=report.name,
        address=report.address,
        sources=whole,
        sql=report.sql.text,
        expect=report.expect,
        position=report.position,
        sql_position=report.sql.position,
    )


def with_values(plan: Plan, report: SqlReport, compiled: CompiledReport, values: dict[str, Item]) -> CompiledReport:
    """The report with other values for some of its sources.

    Args:
        plan: The plan.
        report: As in the plan.
        compiled: As checked.
        values: By source; each of its runs takes them over its own.

    Raises:
        ValueError: The queries cannot be run with these values; the message says why.
    """
    problems = Report()
    sources = []
    for source in compiled.sources:
        declared = report.sources[source.name]
        runs = tuple({**run, **values.get(source.name, {})} for run in declared.values)
        made = _source(plan, report, replace(declared, values=_unlike(runs)), problems)
        sources.append(made or source)
    if problems.has_errors:
        raise ValueError("; ".join(one.what.rstrip(".") for one in problems.sorted()))
    return replace(compiled, sources=tuple(sources))


def _unlike(runs: tuple[Item, ...]) -> tuple[Item, ...]:
    """Each run once: where all shards get one key, it is to be read once."""
    kept: list[Item] = []
    for run in runs:
        if run not in kept:
            kept.append(run)
    return tuple(kept)


def _check_names(report: SqlReport, found: Report) -> None:
    seen: dict[str, str] = {}
    for source in report.sources.values():
        before = seen.setdefault(source.name.lower(), source.name)
        if before != source.name:
            what = f"'{source.name}' and '{before}' are one name in SQL."
            found.add(codes.SAME_SOURCE, source.position, address=report.address, what=what, fix="Rename one of them.")


def _source(plan: Plan, report: SqlReport, source: ReportSource, found: Report) -> CompiledSource | None:
    query = plan.queries.get(source.query)
    if query is None:
        found.add(
            codes.UNKNOWN_QUERY,
            source.position,
            address=report.address,
            what=f"The plan has no query '{source.query}'.",
            fix=f"{did_you_mean(source.query, plan.queries)}Declare it under `queries`; a whole table is read by a "
            "query with `scan: true`.",
        )
        return None
    table = plan.tables.get(query.table)
    if table is None:
        return None  # said of the query
    calls = [_call(query, table, report, source, run, found) for run in source.values]
    whole = tuple(call for call in calls if call is not None)
    if len(whole) < len(calls):
        return None
    return CompiledSource(
        name=source.name, table=table.key, calls=whole, columns=source.columns, known=_known(query, table)
    )


def _call(query: Query, table: Table, report: SqlReport, source: ReportSource, run: Item, found: Report) -> Call | None:
    problems = Report()
    unknown = [name for name in run if name not in query.values]
    limit = query.limit if source.limit == "own" else source.limit
    given = replace(
        query,
        values={**query.values, **{name: value for name, value in run.items() if name in query.values}},
        limit=limit if isinstance(limit, int) else None,
        expect=None,
    )
    compiled = check_query_of(table, given, problems)
    for name in unknown:
        fix = f"{did_you_mean(name, query.values)}Its values: {', '.join(query.values) or 'none'}."
        what = f"The query '{query.name}' has no value '{name}'."
        found.add(codes.BAD_VALUES, source.position, address=report.address, what=what, fix=fix)
    if not run and source.limit == "own":
        return compiled.call if compiled is not None else None  # whatever is wrong is said of the query
    for problem in problems.sorted():
        if problem.severity == "error":
            what = f"Source '{source.name}': {problem.what}"
            found.add(codes.BAD_VALUES, source.position, address=report.address, what=what, fix=problem.fix)
    return None if compiled is None or unknown else compiled.call


def _known(query: Query, table: Table) -> dict[str, str]:
    """Columns that are there whatever the items have: keys with their types, and what the projection names."""
    index = table.indexes.get(query.index) if query.index is not None else None
    keys = (*table.key_names, *(index.key_names if index is not None else ()))
    if query.projection:
        top = [path.split(".")[0].split("[")[0] for part in query.projection for path in part.split(",")]
        names = [name.strip().strip("`") for name in top]
        return {name: str(table.key_types.get(name, "S")) if name in keys else "" for name in names}
    copied = index.projection if index is not None and isinstance(index.projection, tuple) else ()
    return {**dict.fromkeys(copied, ""), **{name: str(table.key_types.get(name, "S")) for name in keys}}
