"""What of a draft the plan's own checks take: the rest becomes a comment, and what remains wrong is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.checks import check
from planner.diagnostics import Diagnostic
from planner.importing.values import Draft
from planner.importing.yaml_text import plan_text
from planner.reading import PlanSource, read_plan

MOST_ROUNDS = 5
_FILE = "plan.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A draft after the checks.

    Attributes:
        draft: Without queries and rows that cannot be.
        problems: Errors that remain; a person has to see to them.
    """

    draft: Draft
    problems: tuple[Diagnostic, ...]


def settle(draft: Draft, database: str) -> Settled:
    """Check a draft's plan, and turn queries and rows that cannot be into comments.

    Args:
        draft: As imported.
        database: The plan's identity.
    """
    for _ in range(MOST_ROUNDS):
        text = plan_text(draft, database)
        problems = tuple(found for found in _check(text) if found.severity == "error")
        smaller = _without(draft, text, problems)
        if smaller == draft:
            return Settled(draft=draft, problems=problems)
        draft = smaller
    return Settled(draft=draft, problems=problems)


def _check(text: str) -> tuple[Diagnostic, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        path.write_text(text, encoding="utf-8", newline="")
        plan, report = read_plan(PlanSource(name=_FILE, folder=Path(folder), files=(path,)), None)
        if plan is not None:
            check(plan, report)
    return report.sorted()


def _without(draft: Draft, text: str, problems: Iterable[Diagnostic]) -> Draft:
    lines = text.splitlines()
    for problem in problems:
        kind, _, name = problem.address.partition(".")
        if kind == "query":
            draft = _without_query(draft, name.partition(".")[0], problem)
        elif kind == "seed" and problem.position is not None:
            draft = _without_row(draft, lines, name.partition(".")[0], problem)
    return draft


def _without_query(draft: Draft, name: str, problem: Diagnostic) -> Draft:
    queries = []
    for query in draft.queries:
        if query.name == name and query.settings:
            asked = " ".join(str(query.settings.get(part, "")) for part in ("description", "key_condition")).strip()
            todo = f"{asked}: {problem.what.rstrip('.')}."
            queries.append(replace(query, settings={}, todos=(*query.todos, todo)))
        else:
            queries.append(query)
    return replace(draft, queries=tuple(queries))


def _without_row(draft: Draft, lines: list[str], key: str, problem: Diagnostic) -> Draft:
    """A row stands on one line of its own, below the line that names its table."""
    at = (problem.position.line if problem.position else 0) - 1
    start = at
    while start > 0 and re.fullmatch(r"  \S.*:", lines[start]) is None:
        start -= 1
    row = at - start - 1
    items = draft.seeds.get(key, ())
    if not 0 <= row < len(items):
        return draft
    left = (*items[:row], *items[row + 1 :])
    todo = f"seed: a row was left out, for {problem.what.rstrip('.')}: `{lines[at].strip()[:200]}`."
    tables = tuple(replace(table, todos=(*table.todos, todo)) if table.key == key else table for table in draft.tables)
    seeds = {name: left if name == key else own for name, own in draft.seeds.items()}
    return replace(draft, tables=tables, seeds={name: own for name, own in seeds.items() if own})
