"""The order of steps: what has to be done before what, and what a limited run needs besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from planner.changes.found import Context, Findings
from planner.changes.ledger import LEDGER_STEP, ledger_step
from planner.settings.estimates import READ
from planner.steps import Step

if TYPE_CHECKING:
    from planner.checked import CompiledQuery, CompiledTransaction


def assemble(
    context: Context,
    found: Findings,
    seeds: Mapping[str, tuple[Step, ...]],
    transactions: Iterable[Step],
) -> tuple[Step, ...]:
    """All steps in an order in which they could run one by one, each with what it depends on."""
    steps = {step.id: step for table in found.by_table.values() for step in table}
    data: dict[str, list[str]] = {key: [] for key in context.desired.tables}
    for key, parts in seeds.items():
        before: tuple[str, ...] = found.last_of(key)
        for step in parts:
            steps[step.id] = replace(step, depends_on=before)
            before = (step.id,)
        data[key] += before
    compiled = {transaction.address: transaction for transaction in context.desired.transactions}
    before = ()
    for step in transactions:
        tables = _tables_of(compiled[step.address])
        steps[step.id] = replace(step, depends_on=_unique((*before, *_last_of_data(found, seeds, tables))))
        before = (step.id,)
        for key in tables:
            data[key].append(step.id)
    if steps or found.late:
        for step in _live_queries(context, found, data):
            steps[step.id] = step
            data[_key_of(context, step)].append(step.id)
    for key, late in found.late.items():
        for step in late:
            steps[step.id] = replace(step, depends_on=_unique((*found.last_of(key), *data[key])))
    return _with_ledger(context, tuple(steps.values()))


def _tables_of(transaction: CompiledTransaction) -> tuple[str, ...]:
    return _unique(touch.table for touch in transaction.touches)


def _last_of_data(found: Findings, seeds: Mapping[str, tuple[Step, ...]], tables: Iterable[str]) -> tuple[str, ...]:
    """The seed of each table, or where it has none the table's last step."""
    last: list[str] = []
    for key in tables:
        last += (seeds[key][-1].id,) if key in seeds else found.last_of(key)
    return tuple(last)


def _live_queries(context: Context, found: Findings, data: Mapping[str, list[str]]) -> list[Step]:
    """Queries with ``live: true``, after all that changes their table; never a reason for an apply by themselves."""
    steps = []
    for query in context.desired.queries:
        key = _table_of(context, query)
        if not query.live or key is None or not _readable(context, found, key):
            continue
        steps.append(
            Step(
                id=query.address,
                address=query.address,
                symbol=">",
                call=query.call,
                reason="Reads as the application will; prints keys and counts.",
                depends_on=_unique((*found.last_of(key), *data[key])),
                estimate=READ,
            ),
        )
    return steps


def _table_of(context: Context, query: CompiledQuery) -> str | None:
    name = query.call.arguments["table_name"]
    return next((key for key, table in context.desired.tables.items() if table.name == name), None)


def _readable(context: Context, found: Findings, key: str) -> bool:
    return key in found.usable or context.desired.tables[key].external


def _key_of(context: Context, step: Step) -> str:
    name = step.call.arguments["table_name"]
    return next(key for key, table in context.desired.tables.items() if table.name == name)


def _with_ledger(context: Context, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The making of the ledger before everything else, where it does not exist."""
    if context.live.ledger.exists or not steps:
        return steps
    after = tuple(step if step.depends_on else replace(step, depends_on=(LEDGER_STEP,)) for step in steps)
    return (ledger_step(context.live), *after)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
