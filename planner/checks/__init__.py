"""Every check of a plan: the one way from a ``Plan`` to a ``CheckedPlan``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.checked import CheckedPlan
from planner.checks.entities import check_entities
from planner.checks.extras import check_extras
from planner.checks.indexes import check_indexes, check_keys
from planner.checks.names import check_names
from planner.checks.order import check_order
from planner.checks.queries import check_query, check_query_of
from planner.checks.replicas import check_replicas
from planner.checks.reports import check_report
from planner.checks.seeds import check_seed
from planner.checks.settings import check_settings
from planner.checks.transactions import check_overwrites, check_transaction
from planner.diagnostics import Report
from planner.limits import DEFAULT_QUOTAS
from planner.reading.row_problems import STRICT, RowPolicy

if TYPE_CHECKING:
    from planner.checked import CompiledQuery
    from planner.checks.seeds import Rows
    from planner.diagnostics import Diagnostic
    from planner.limits import Quotas
    from planner.plan import Plan, Query, Table
    from planner.values import Item


class InvalidQueryError(ValueError):
    """A query cannot be run with the values it was given; ``diagnostics`` says why."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(found.what.rstrip(".") for found in diagnostics))
        self.diagnostics = diagnostics


def check(
    plan: Plan,
    report: Report,
    rows: Rows | None = None,
    quotas: Quotas = DEFAULT_QUOTAS,
    policy: RowPolicy | None = None,
) -> CheckedPlan | None:
    """Check a plan wholly; all problems go to the report, warnings included.

    Args:
        plan: As read.
        report: Takes the problems.
        rows: Reads the rows of a seed; ``planner.reading.rows.read_rows`` unless given.
        quotas: What the account allows.
        policy: What happens to bad rows of seeds; without it one is enough to keep the plan from being used.

    Returns:
        The checked plan; None when there are errors.
    """
    if rows is None:
        from planner.reading.rows import read_rows  # noqa: PLC0415 - reading brings the YAML parser with it

        rows = read_rows
    # A report keeps a finding once, so a count of errors says something only where nothing was found before.
    found = Report()
    checked = _check(plan, found, rows, quotas, policy or STRICT)
    report.extend(found)
    return checked


def _check(plan: Plan, report: Report, rows: Rows, quotas: Quotas, policy: RowPolicy) -> CheckedPlan | None:
    for table in plan.tables.values():
        check_names(table, report)
        check_keys(table, report)
        check_indexes(table, report, quotas)
        check_settings(table, report)
        check_extras(table, report)
        check_entities(plan, table, report)
        check_replicas(plan, table, report)
    order = check_order(plan, report)
    transactions = {name: check_transaction(plan, plan.transactions[name], report) for name in order}
    queries = {query.name: check_query(plan, query, report) for query in plan.queries.values()}
    reports = {name: check_report(plan, one, report) for name, one in plan.reports.items()}
    seeds = {key: check_seed(plan, seed, rows, report, policy) for key, seed in plan.seeds.items()}
    good = {name: one for name, one in transactions.items() if one is not None}
    if not report.has_errors:
        # Rows are read again for this, so it waits until each of them is known to be sound.
        check_overwrites(good, {key: seed for key, seed in seeds.items() if seed is not None}, report)
    if report.has_errors:
        return None
    return CheckedPlan(
        plan=plan,
        transactions=good,
        queries={name: query for name, query in queries.items() if query is not None},
        seeds={key: seed for key, seed in seeds.items() if seed is not None},
        reports={name: one for name, one in reports.items() if one is not None},
    )


def compile_query(query: Query, table: Table, values: Item | None = None) -> CompiledQuery:
    """A query as a call, with other values than the plan's.

    Args:
        query: As in the plan.
        table: The table that it reads.
        values: By name without the colon; they replace the plan's values of the same names.

    Raises:
        InvalidQueryError: The query cannot be run with these values.
    """
    report = Report()
    given = replace(query, values={**query.values, **(values or {})}, expect=None)
    compiled = check_query_of(table, given, report)
    if compiled is None:
        raise InvalidQueryError(report.sorted())
    return replace(compiled, expect=query.expect)


__all__ = ["InvalidQueryError", "check", "compile_query"]
