"""From a checked plan to its picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from planner.picture.collections import of_index, of_table
from planner.picture.model import CostLine, Costs, Picture, PictureTable
from planner.picture.queries import ask
from planner.picture.reports import shown
from planner.picture.state import MAX_ITEMS, TableItems, run_all, seeded

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.diagnostics import Diagnostic
    from planner.plan import Plan


def draw(
    checked: CheckedPlan,
    findings: Sequence[Diagnostic] = (),
    costs: Costs | None = None,
    *,
    limit: int = MAX_ITEMS,
) -> Picture:
    """The picture of a plan.

    Args:
        checked: The plan.
        findings: What is to be said about it.
        costs: What it costs.
        limit: At most this many seed items.
    """
    plan = checked.plan
    held = seeded(checked, limit)
    transactions = run_all(checked, held)
    tables = {
        key: _table(one, _about(key, plan, findings), () if costs is None else costs.lines) for key, one in held.items()
    }
    places = {one.address: one for table in tables.values() for one in (table.base, *table.indexes)}
    queries = []
    for query in plan.queries.values():
        address = f"table.{query.table}" + ("" if query.index is None else f".index.{query.index}")
        queries.append(ask(plan, query, places[address], tables[query.table].items, held[query.table]))
    told = {id(found) for table in tables.values() for found in table.findings}
    return Picture(
        file=plan.file,
        database=plan.database,
        environment=plan.environment,
        description=plan.description,
        text_hash=plan.text_hash,
        tables=tuple(tables.values()),
        queries=tuple(queries),
        transactions=transactions,
        reports=tuple(map(shown, plan.reports.values())),
        findings=tuple(found for found in findings if id(found) not in told),
        costs=costs,
    )


def _table(held: TableItems, findings: tuple[Diagnostic, ...], costs: Iterable[CostLine]) -> PictureTable:
    table = held.table
    items = tuple(replace(item, number=number) for number, item in enumerate(held.items.values()))
    return PictureTable(
        key=table.key,
        name=table.name,
        description=table.description,
        external=table.external,
        key_types=table.key_types,
        items=items,
        count=max(held.count, len(items)),
        why_partial=held.why_partial,
        base=of_table(table, items),
        indexes=tuple(of_index(table, index, items) for index in table.indexes.values()),
        findings=findings,
        costs=tuple(one for one in costs if _below(one.address, table.address)),
    )


def _about(key: str, plan: Plan, findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings about a table, its indexes, its seed, and the queries and transactions that use it."""
    addresses = [f"table.{key}", f"seed.{key}"]
    addresses += [query.address for query in plan.queries.values() if query.table == key]
    addresses += [
        one.address for one in plan.transactions.values() if any(operation.table == key for operation in one.operations)
    ]
    return tuple(found for found in findings if any(_below(found.address, one) for one in addresses))


def _below(address: str, other: str) -> bool:
    return address == other or address.startswith((f"{other}.", f"{other}["))
