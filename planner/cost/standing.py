"""What is billed for a table that is there, whether it is used or not: storage, recovery, provisioned units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from planner.cost.prices import HOURS_A_MONTH, ClassPrices, Prices
from planner.cost.sizes import Sizes
from planner.cost.units import stored_gb
from planner.cost.values import Kind, Part, Unknown
from planner.cost.work import per_second, resources
from planner.settings.billing import PROVISIONED, Billing, Capacity
from planner.settings.recovery import PointInTimeRecovery
from planner.settings.stream import Stream
from planner.settings.table_class import TableClass
from planner.settings.units import OFF, SIDES

if TYPE_CHECKING:
    from planner.cost.work import Load
    from planner.plan import Table
    from planner.values import Json

_CAPACITY = {"read": Kind.CAPACITY_READ, "write": Kind.CAPACITY_WRITE}
STANDARD = "standard"


@dataclass(slots=True)
class Standing:
    """What one table costs by being there."""

    parts: list[Part] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def address_of(table: Table, index: str | None) -> str:
    """Such as ``table.orders.index.by_status``."""
    return table.address if index is None else f"{table.address}.index.{index}"


def class_of(table: Table) -> str:
    """The table's class, in the plan's words."""
    return str(table.settings.get(TableClass.name, STANDARD))


def is_provisioned(table: Table) -> bool:
    """Whether units are paid by the hour and not by the request."""
    return table.settings.get(Billing.name) == PROVISIONED


def standing_of(table: Table, sizes: Sizes, loads: list[Load], prices: Prices) -> Standing:
    """Storage, recovery and provisioned units of a table in one Region."""
    found = Standing()
    _storage(table, sizes, prices, found)
    if is_provisioned(table):
        _capacity(table, loads, prices.of_class(class_of(table)), found)
    if table.settings.get(Stream.name, OFF) != OFF:
        found.unknown.append(
            Unknown(
                address=f"{table.address}.stream",
                missing="reads of the stream",
                fix="Nothing: those of Lambda are free, others are billed by the request, and no plan names them.",
            )
        )
    return found


def _storage(table: Table, sizes: Sizes, prices: Prices, found: Standing) -> None:
    count, size = sizes.count(table), sizes.of_table(table)
    if count is None or size is None:
        fix = "State `volume: {items: ..., item_size: ...}` of the table, or of each of its entities."
        found.unknown.append(Unknown(address=table.address, missing="storage", fix=fix))
        return
    price = prices.of_class(class_of(table)).storage
    whole = stored_gb(size, Decimal(count))
    local = sum((_of_index(table, name, sizes, count, size) for name in table.local_indexes), Decimal(0))
    parts = [(table.address, whole + local, f"{count:,} items of {size:,.0f} bytes")]
    parts += [
        (address_of(table, name), _of_index(table, name, sizes, count, size), "its part of the items")
        for name in table.global_indexes
    ]
    for address, quantity, how in parts:
        money = None if price is None else quantity * price
        found.parts.append(
            Part(cause=address, resource=address, kind=Kind.STORAGE, quantity=quantity, money=money, how=how)
        )
    if table.settings.get(PointInTimeRecovery.name, OFF) != OFF:
        recovery = None if prices.recovery is None else (whole + local) * prices.recovery
        found.parts.append(
            Part(
                cause=table.address,
                resource=table.address,
                kind=Kind.RECOVERY,
                quantity=whole + local,
                money=recovery,
                how="point-in-time recovery of the table",
            )
        )


def _of_index(table: Table, name: str, sizes: Sizes, count: int, size: Decimal) -> Decimal:
    index = table.indexes[name]
    return stored_gb(sizes.in_index(table, index, size), count * sizes.share(table, index))


def _capacity(table: Table, loads: list[Load], prices: ClassPrices, found: Standing) -> None:
    inherited = table.settings.get(Capacity.name, {})
    for name in resources(table):
        own = inherited if name is None else table.global_indexes[name].settings.get(Capacity.name, inherited)
        for side, units, how in _sides(own, table, name, loads, found):
            price = prices.read_hour if side == "read" else prices.write_hour
            hours = units * HOURS_A_MONTH
            address = address_of(table, name)
            found.parts.append(
                Part(
                    cause=address,
                    resource=address,
                    kind=_CAPACITY[side],
                    quantity=hours,
                    money=None if price is None else hours * price,
                    how=how,
                )
            )


def _sides(
    capacity: Mapping[str, Json], table: Table, index: str | None, loads: list[Load], found: Standing
) -> Iterator[tuple[str, Decimal, str]]:
    for side in SIDES:
        declared: Json = capacity.get(side)
        load = per_second(loads, table.key, index, reads=side == "read")
        if isinstance(declared, Mapping):
            aimed = Decimal(ceil(load * 100 / declared["target"]))
            units = max(Decimal(declared["min"]), min(Decimal(declared["max"]), aimed))
            how = f"{units:,} {side} units, where {declared['target']} % of them are used"
            most = Decimal(declared["max"])
        else:
            units = most = Decimal(declared or 0)
            how = f"{units:,} {side} units"
        if load > most:
            found.notes.append(
                f"{address_of(table, index)} needs {load:,.1f} {side} units a second by the stated rates, and has "
                f"{most:,}: calls beyond that are throttled."
            )
        yield side, units, how
