"""Proves queries and reports: each runs, and comes to what the plan expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.failure import CallError
from executor.proof.values import CaseFailedError, CaseSkippedError, skip_external
from executor.registry import call_function
from executor.reports.errors import DuckDBMissingError, ReportError
from executor.reports.running import run_report
from planner.checks.queries import returned_attributes
from planner.expectations import comes_in_order, unmet

if TYPE_CHECKING:
    from executor.clients import Clients
    from planner.checked import CheckedPlan, CompiledQuery
    from planner.plan import Query
    from planner.reports import CompiledReport
    from planner.values import Json


def prove_query(query: CompiledQuery, checked: CheckedPlan, clients: Clients) -> None:
    """The query works, returns nothing that its index does not hold, and finds what the plan expects."""
    planned = checked.plan.queries[query.name]
    skip_external((planned.table,), checked)
    result = call_function(query.call.function, clients, **query.call.arguments)
    if not result.ok:
        raise CaseFailedError(result.message)
    items = result.value["items"]
    _refuse_foreign(planned, items, checked)
    if query.expect is None:
        return
    in_order = comes_in_order(checked.plan, planned)
    if missed := unmet(query.expect, items, in_order=in_order, descending=planned.descending):
        raise CaseFailedError("; ".join(missed))


def _refuse_foreign(query: Query, items: list[Json], checked: CheckedPlan) -> None:
    """An attribute that the index does not copy is not there on AWS, whatever an engine answers."""
    held = returned_attributes(checked.plan.tables[query.table], query)
    if held is None:
        return
    foreign = sorted({name for item in items for name in item} - held)
    if foreign:
        source = f"index {query.index}" if query.index else f"query {query.name}"
        raise CaseFailedError(f"the engine returned {', '.join(foreign)}, which the {source} does not hold")


def prove_report(report: CompiledReport, checked: CheckedPlan, clients: Clients) -> None:
    """The report runs and comes to what the plan expects."""
    skip_external((source.table for source in report.sources), checked)
    try:
        with run_report(report, clients) as result:
            if report.expect is None:
                return
            missed = unmet(report.expect, result.items(), in_order=result.ordered, descending=False)
    except DuckDBMissingError as missing:
        raise CaseSkippedError(str(missing)) from missing
    except (CallError, ReportError) as failed:
        raise CaseFailedError(str(failed)) from failed
    if missed:
        raise CaseFailedError("; ".join(missed))
