"""The estimate of a whole plan: parts that add up, what is unknown, and what a wrong item size would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.cost.once import index_fill, seed_load
from planner.cost.prices import MILLION, PRICES, PRICES_OF, SECONDS_A_MONTH, Prices
from planner.cost.sizes import Sizes
from planner.cost.standing import address_of, class_of, is_provisioned, standing_of
from planner.cost.values import Estimate, Kind, Part, Unknown
from planner.cost.work import work_of
from planner.settings.kinesis import Kinesis
from planner.settings.replica_values import regions_of
from planner.settings.replicas import Replicas
from planner.settings.units import OFF

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.cost.work import Load
    from planner.plan import Table

NO_PRICES = Prices()
ERROR = Decimal("0.5")
"""How wrong an item size is taken to be, up and down."""


def estimate(checked: CheckedPlan, region: str, scale: Decimal = Decimal(1)) -> Estimate:
    """What a plan costs in a Region.

    Args:
        checked: The plan.
        region: Whose prices; those of a Region that the price table lacks are unknown.
        scale: By how much every stated item size is multiplied.
    """
    sizes = Sizes(checked, scale)
    prices = PRICES.get(region, NO_PRICES)
    tables = [table for table in checked.plan.tables.values() if not table.external]
    work = work_of(checked.plan, sizes)
    monthly = [part for load in work.loads for part in _billed(checked.plan.tables[load.table], load, prices)]
    unknown, notes = list(work.unknown), list[str]()
    once, fills = list[Part](), list[Part]()
    for table in tables:
        standing = standing_of(table, sizes, work.loads, prices)
        monthly += standing.parts
        monthly += _elsewhere(table, [*standing.parts, *_writes(monthly, table)], unknown)
        monthly += _streamed(table, work.loads, prices)
        unknown += standing.unknown
        notes += standing.notes
        for name in table.global_indexes:
            fills += index_fill(table, name, sizes, prices)
    for seed in checked.seeds.values():
        once += seed_load(seed, sizes, prices)
        if seed.seed.source is not None:
            fix = "DynamoDB's importers are billed by the GB of rows before compression, not by write units."
            unknown.append(Unknown(address=seed.address, missing="size of the rows in S3", fix=fix))
    parts = (*monthly, *once, *fills)
    unknown += [*_unpriced(parts, region)]
    return Estimate(
        region=region,
        monthly=tuple(monthly),
        once=tuple(once),
        fills=tuple(fills),
        unknown=tuple(dict.fromkeys(unknown)),
        notes=tuple(notes),
    )


def _billed(table: Table, load: Load, prices: Prices) -> Iterator[Part]:
    """The units of a month."""
    of_class = prices.of_class(class_of(table))
    price = of_class.read if load.reads else of_class.write
    quantity = load.per_second * SECONDS_A_MONTH
    by_hour = is_provisioned(table)
    yield Part(
        cause=load.cause,
        resource=address_of(table, load.index),
        kind=Kind.READ if load.reads else Kind.WRITE,
        quantity=quantity,
        money=None if by_hour or price is None else quantity * price / MILLION,
        billed=not by_hour,
        how=f"{load.how}, {load.rate.normalize():f} a second",
    )


def _writes(parts: Iterable[Part], table: Table) -> list[Part]:
    own = {address_of(table, name) for name in (None, *table.global_indexes)}
    return [part for part in parts if part.kind is Kind.WRITE and part.resource in own]


def _elsewhere(table: Table, parts: Iterable[Part], unknown: list[Unknown]) -> Iterator[Part]:
    """The same once more in each replica's Region, by its prices: what is stored, recovered and written."""
    value = table.settings.get(Replicas.name, OFF)
    for region, own in ({} if value == OFF else regions_of(value)).items():
        prices = PRICES.get(region)
        if prices is None:
            missing = f"prices of {region}"
            fix = f"Nothing: the price table of {PRICES_OF} does not have that Region."
            unknown.append(Unknown(address=f"{table.address}.replicas.{region}", missing=missing, fix=fix))
            continue
        there = prices.of_class(str(own.get("table_class", class_of(table))))
        by_kind = {
            Kind.STORAGE: there.storage,
            Kind.WRITE: None if there.write is None else there.write / MILLION,
            Kind.CAPACITY_READ: there.read_hour,
            Kind.CAPACITY_WRITE: there.write_hour,
            Kind.RECOVERY: prices.recovery,
        }
        for part in parts:
            # Recovery is a setting of each replica.
            if part.kind is Kind.RECOVERY and own.get("point_in_time_recovery", OFF) == OFF:
                continue
            price = by_kind[part.kind]
            money = None if price is None or not part.billed else part.quantity * price
            yield replace(part, money=money, region=region)


def _streamed(table: Table, loads: list[Load], prices: Prices) -> Iterator[Part]:
    """Changes that go to Kinesis: one for each item that is written."""
    if table.settings.get(Kinesis.name, OFF) == OFF:
        return
    rates = (load.rate for load in loads if load.table == table.key and load.changes)
    changes = sum(rates, Decimal(0)) * SECONDS_A_MONTH
    if changes:
        yield Part(
            cause=f"{table.address}.kinesis",
            resource=table.address,
            kind=Kind.STREAM,
            quantity=changes,
            money=None if prices.kinesis is None else changes * prices.kinesis / MILLION,
            how="one for each item that is written",
        )


def _unpriced(parts: Iterable[Part], region: str) -> Iterator[Unknown]:
    kinds = dict.fromkeys(
        (part.kind, part.region or region) for part in parts if part.billed and part.money is None and part.quantity
    )
    for kind, where in kinds:
        fix = f"Nothing: the price table of {PRICES_OF} does not have it. Ask with --region for another Region's."
        yield Unknown(address="", missing=f"price of {kind} in {where}", fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What a wrong item size would change.

    Attributes:
        smaller: US dollars a month with every stated size half as large.
        larger: The same with every size half as large again.
        address: What changes most when sizes are larger; empty where nothing does.
        more: By how many US dollars.
    """

    smaller: Decimal
    larger: Decimal
    address: str
    more: Decimal


def sensitivity(checked: CheckedPlan, region: str) -> Sensitivity:
    """What an item size that is 50 % off would change."""
    now = dict(estimate(checked, region).by_cause())
    smaller, larger = (estimate(checked, region, 1 + error) for error in (-ERROR, ERROR))
    changes = {name: money - now.get(name, Decimal(0)) for name, money in larger.by_cause()}
    address, more = max(changes.items(), key=lambda entry: entry[1], default=("", Decimal(0)))
    return Sensitivity(smaller=smaller.total, larger=larger.total, address=address if more else "", more=more)
