"""Whether a plan is good: checks that need no opinion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from executor import local
from executor.clients import Clients, Target
from executor.proof import CaseOutcome, CaseResult, prove
from planner.checked import CheckedPlan
from planner.diagnostics import Severity
from planner.loading import load_plan
from planner.plan import Plan, Query
from tests.evals.purposes import Pattern, Purpose

CHECKS = ("valid", "clean", "applies", "diff", "patterns", "by query", "rows", "refusals", "budget")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of one plan.

    Attributes:
        name: One of ``CHECKS``.
        passed: Whether it holds.
        message: What does not hold.
    """

    name: str
    passed: bool
    message: str = ""


def judge(purpose: Purpose, file: Path, cost: Decimal | None) -> tuple[Check, ...]:
    """The checks of a plan, in the order of ``CHECKS``.

    Args:
        purpose: What it is for.
        file: The plan.
        cost: US dollars that it took; None where nothing was paid, or the price is not known.
    """
    loaded = load_plan(file)
    errors = [found.what for found in loaded.diagnostics if found.severity is Severity.ERROR]
    warnings = [found.what for found in loaded.diagnostics if found.severity is Severity.WARNING]
    checks = [_check("valid", errors), _check("clean", warnings)]
    if loaded.plan is None:
        rest = [Check(name=name, passed=False, message="the plan has errors") for name in CHECKS[2:-1]]
        return (*checks, *rest, *_budget(purpose, cost))
    cases = _proved(loaded.plan)
    plan = loaded.plan.plan
    return (
        *checks,
        _check("applies", _failed(cases, "apply")),
        _check("diff", _failed(cases, "diff")),
        _check("patterns", _unanswered(purpose.patterns, plan)),
        _check("by query", [name for name, query in plan.queries.items() if query.scan]),
        _check("rows", [*_failed(cases, "query."), *_failed(cases, "transaction."), *_silent(plan)]),
        _refusals(purpose, plan),
        *_budget(purpose, cost),
    )


def _proved(checked: CheckedPlan) -> tuple[CaseResult, ...]:
    with local.throwaway() as url, Clients(Target(endpoint_url=url, local=True)) as clients:
        return prove(checked, clients)


def _check(name: str, problems: Sequence[str]) -> Check:
    return Check(name=name, passed=not problems, message="; ".join(problems))


def _failed(cases: Iterable[CaseResult], address: str) -> list[str]:
    return [
        f"{case.address}: {case.message}"
        for case in cases
        if case.address.startswith(address) and case.outcome is not CaseOutcome.PASSED
    ]


def _unanswered(patterns: Iterable[Pattern], plan: Plan) -> list[str]:
    """Patterns that no query serves."""
    queries = [_words(query) for query in plan.queries.values()]
    return [" ".join(pattern) for pattern in patterns if not any(_serves(words, pattern) for words in queries)]


def _words(query: Query) -> str:
    condition = query.key_condition.text if query.key_condition else ""
    parts = (query.name, query.description, query.table, query.index or "", condition)
    return " ".join(parts).lower()


def _serves(words: str, pattern: Pattern) -> bool:
    return all(re.search(rf"(?:{alternatives})", words) for alternatives in pattern)


def _silent(plan: Plan) -> list[str]:
    return [f"query.{name} expects nothing" for name, query in plan.queries.items() if query.expect is None]


def _refusals(purpose: Purpose, plan: Plan) -> Check:
    found = sum(1 for transaction in plan.transactions.values() if transaction.expect_fails is not None)
    what = "" if found >= purpose.refusals else f"{found} transactions prove a refusal; {purpose.refusals} are needed"
    return Check(name="refusals", passed=not what, message=what)


def _budget(purpose: Purpose, cost: Decimal | None) -> tuple[Check, ...]:
    """Nothing where nothing is known to have been paid."""
    if cost is None:
        return ()
    over = cost > purpose.budget
    return (Check(name="budget", passed=not over, message=f"${cost:.2f} of ${purpose.budget}" if over else ""),)
