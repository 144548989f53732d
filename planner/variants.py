"""The variants of a plan that ``ddbplan test`` proves: each environment's tables with the plan's own data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.diagnostics import Diagnostic, Report

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.plan import Plan
    from planner.reading import PlanSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One plan to prove.

    Attributes:
        environment: Its name; None for a plan without environments.
        checked: The plan with the environment's tables and the plan's own seeds and transactions; None when it has
            errors.
        diagnostics: What was found while reading and checking it.
    """

    environment: str | None
    checked: CheckedPlan | None
    diagnostics: tuple[Diagnostic, ...]


def variants(source: PlanSource) -> Iterator[Variant]:
    """Each environment of a plan in turn, or the plan itself where it has none.

    An environment may load no seeds and pin an account; here its tables are proved with the seeds, transactions and
    queries of the plan itself, wherever it is. Each needs an engine of its own: two of them may use the same names.
    """
    from planner.reading import environments  # noqa: PLC0415 - reading imports much that importing values should not

    for environment in environments(source) or (None,):
        yield variant_of(source, environment)


def variant_of(source: PlanSource, environment: str | None, prefix: str = "") -> Variant:
    """One of the variants of a plan.

    Args:
        source: The plan's files.
        environment: Its environment; None for the plan itself.
        prefix: Stands before the database's name and the name of every table that is the plan's own, so that it can be
            proved beside others on one engine.
    """
    from planner.checks import check  # noqa: PLC0415 - as above
    from planner.reading import read_plan  # noqa: PLC0415 - as above

    plan, report = read_plan(source, environment)
    base, base_report = (plan, report) if environment is None else read_plan(source, None)
    found = Report()
    found.extend(report)
    found.extend(base_report)
    if plan is None or base is None:
        return Variant(environment=environment, checked=None, diagnostics=found.sorted())
    checked = check(_named(for_proof(plan, base), prefix), found)
    return Variant(environment=environment, checked=checked, diagnostics=found.sorted())


def for_proof(plan: Plan, base: Plan) -> Plan:
    """The environment's tables with the base plan's data, pinned to no account and no region."""
    return replace(
        plan,
        account=None,
        region=None,
        seeds=base.seeds,
        transactions=base.transactions,
        queries=base.queries,
        reports=base.reports,
    )


def _named(plan: Plan, prefix: str) -> Plan:
    if not prefix:
        return plan
    tables = {
        key: table if table.external else replace(table, name=f"{prefix}{table.name}")
        for key, table in plan.tables.items()
    }
    return replace(plan, database=f"{prefix}{plan.database}", tables=tables)
