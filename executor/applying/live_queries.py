"""Queries with ``live: true``: run at the end of an apply; a miss is a warning, and no item's values are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.expectations import comes_in_order, unmet

if TYPE_CHECKING:
    from executor.applying.session import Session
    from executor.result import Result
    from planner.steps import Step

SHOWN_KEYS = 20


def judged(session: Session, step: Step, result: Result) -> tuple[Result, tuple[str, ...]]:
    """A query's answer with keys and counts only, and a warning for each expectation that it misses."""
    plan = session.checked.plan
    query = plan.queries[step.address.removeprefix("query.")]
    items = result.value["items"]
    names = plan.tables[query.table].key_names
    keys = [{name: item[name] for name in names if name in item} for item in items[:SHOWN_KEYS]]
    shown = replace(result, value={"count": result.value["count"], "keys": keys})
    if query.expect is None:
        return shown, ()
    misses = unmet(query.expect, items, in_order=comes_in_order(plan, query), descending=query.descending)
    return shown, tuple(f"{step.address}: {miss}" for miss in misses)
