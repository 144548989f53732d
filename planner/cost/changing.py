"""What a diff changes of the cost: the plan's work on the tables as they are, and as the plan wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.cost.estimating import estimate
from planner.cost.prices import PRICES, PRICES_OF
from planner.cost.standing import address_of
from planner.cost.values import Estimate, Part
from planner.plan import Index
from planner.settings.billing import Billing, Capacity
from planner.settings.kinesis import Kinesis
from planner.settings.recovery import PointInTimeRecovery
from planner.settings.replicas import Replicas
from planner.settings.table_class import TableClass

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.plan import Plan, Table
    from planner.state import LiveState, TableState
    from planner.values import Json

_BILLED = (Billing.name, Capacity.name, TableClass.name, PointInTimeRecovery.name, Replicas.name, Kinesis.name)
"""Settings that change what is billed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCost:
    """What one table costs a month, as far as it is known.

    Attributes:
        address: Such as ``table.orders``.
        before: US dollars as it is live; None where it does not exist.
        after: US dollars as the plan wants it.
        missing: What is not in the figures.
    """

    address: str
    before: Decimal | None
    after: Decimal
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostChange:
    """What a diff changes of the cost.

    Attributes:
        region: Whose prices these are.
        prices_of: Their date.
        tables: Those whose cost changes, and that something is known of.
        once: What its steps cost once: rows that are loaded, indexes that are filled.
        before: US dollars a month for all tables of the plan, as they are live.
        after: The same as the plan wants them.
    """

    region: str
    prices_of: str
    tables: tuple[TableCost, ...]
    once: tuple[Part, ...]
    before: Decimal
    after: Decimal


def cost_change(checked: CheckedPlan, live: LiveState, region: str, addresses: Iterable[str]) -> CostChange | None:
    """What a diff changes of the cost; None where the plan states no rate and no volume, or the Region has no prices.

    Args:
        checked: The plan.
        live: What is live.
        region: Whose prices.
        addresses: Of the diff's steps, with those that a step covers.
    """
    if region not in PRICES or not _says_anything(checked.plan):
        return None
    touched = frozenset(addresses)
    wanted = estimate(
        _with_tables(checked, {key: _wanted(table, live) for key, table in checked.plan.tables.items()}), region
    )
    there = {
        key: _live(table, live.tables[table.name])
        for key, table in checked.plan.tables.items()
        if table.name in live.tables
    }
    present = estimate(_with_tables(checked, there), region)
    tables = [
        _table(table, present if key in there else None, wanted)
        for key, table in checked.plan.tables.items()
        if not table.external
    ]
    return CostChange(
        region=region,
        prices_of=PRICES_OF,
        tables=tuple(cost for cost in tables if cost is not None),
        once=_once(checked.plan, there, wanted, touched),
        before=present.total,
        after=wanted.total,
    )


def _says_anything(plan: Plan) -> bool:
    rates = [query.rate for query in plan.queries.values()]
    rates += [transaction.rate for transaction in plan.transactions.values()]
    volumes = [table.volume for table in plan.tables.values()]
    volumes += [entity.volume for table in plan.tables.values() for entity in table.entities.values()]
    return any(rate is not None for rate in rates) or any(volume is not None for volume in volumes)


def _wanted(table: Table, live: LiveState) -> Table:
    """The table as it will be: what the plan does not say stays as it is."""
    state = live.tables.get(table.name)
    return table if state is None else replace(table, settings={**_of_live(state), **table.settings})


def _live(table: Table, state: TableState) -> Table:
    """The table as it is, with what the plan says of its items."""
    indexes: Mapping[str, Json] = state.settings.get("global_secondary_indexes", {})
    return replace(
        table,
        settings={**{n: v for n, v in table.settings.items() if n not in _BILLED}, **_of_live(state)},
        global_indexes={name: _index(table, name, index) for name, index in indexes.items()},
    )


def _of_live(state: TableState) -> dict[str, Json]:
    return {name: state.settings[name] for name in _BILLED if state.settings.get(name) is not None}


def _index(table: Table, name: str, value: Mapping[str, Json]) -> Index:
    projection = value["projection"]
    return Index(
        name=name,
        kind="global",
        partition_key=tuple(value["partition_key"]),
        sort_key=tuple(value["sort_key"]),
        projection=projection if isinstance(projection, str) else tuple(projection),  # type: ignore[arg-type] # canonical
        settings={part: value[part] for part in ("capacity",) if part in value},
        position=table.position,
    )


def _with_tables(checked: CheckedPlan, tables: Mapping[str, Table]) -> CheckedPlan:
    """The plan with other tables, and of its work what these can do."""
    plan = checked.plan
    queries = {
        name: query
        for name, query in plan.queries.items()
        if query.table in tables and (query.index is None or query.index in tables[query.table].indexes)
    }
    transactions = {
        name: replace(one, operations=tuple(o for o in one.operations if o.table in tables))
        for name, one in plan.transactions.items()
    }
    changed = replace(plan, tables=tables, queries=queries, transactions=transactions)
    return replace(checked, plan=changed, seeds={key: seed for key, seed in checked.seeds.items() if key in tables})


def _table(table: Table, present: Estimate | None, wanted: Estimate) -> TableCost | None:
    after = _sum(wanted, table)
    before = None if present is None else _sum(present, table) or Decimal(0)
    if after is None or after == before:
        return None
    missing = [
        one.missing
        for one in wanted.unknown
        if one.address == table.address or one.address.startswith(f"{table.address}.")
    ]
    return TableCost(address=table.address, before=before, after=after, missing=tuple(dict.fromkeys(missing)))


def _sum(found: Estimate, table: Table) -> Decimal | None:
    """US dollars a month of a table and its indexes; None where nothing of it is known."""
    own = [
        part.money
        for part in found.monthly
        if part.money is not None and (part.resource == table.address or part.resource.startswith(f"{table.address}."))
    ]
    return sum(own, Decimal(0)) if own else None


def _once(plan: Plan, there: Mapping[str, Table], wanted: Estimate, touched: frozenset[str]) -> tuple[Part, ...]:
    """Seeds that are loaded, and indexes that are made on tables that exist: those of new tables are made empty."""
    existing = {
        address_of(table, name) for key, table in plan.tables.items() if key in there for name in table.global_indexes
    }
    seeds = [part for part in wanted.once if part.cause in touched]
    fills = [part for part in wanted.fills if part.cause in touched & existing]
    return (*seeds, *fills)


def as_json(change: CostChange) -> Json:
    """The change as JSON values; money in US dollars as text, so that nothing is rounded on the way."""
    return {
        "region": change.region,
        "prices_of": change.prices_of,
        "currency": "USD",
        "before": exact(change.before),
        "after": exact(change.after),
        "tables": [
            {
                "address": cost.address,
                "before": None if cost.before is None else exact(cost.before),
                "after": exact(cost.after),
                "missing": list(cost.missing),
            }
            for cost in change.tables
        ],
        "once": [part_json(part) for part in change.once],
    }


def exact(number: Decimal) -> str:
    """A number with every digit, and without zeros behind them."""
    return f"{number.normalize():f}"


def part_json(part: Part) -> Json:
    """A part as JSON values."""
    return {
        "cause": part.cause,
        "resource": part.resource,
        "kind": str(part.kind),
        "quantity": exact(part.quantity),
        "money": None if part.money is None else exact(part.money),
        "billed": part.billed,
        "region": part.region or None,
        "how": part.how,
    }
