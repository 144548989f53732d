"""What is billed once: the seeds' rows, and filling an index of a table that is full."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from planner.cost.prices import MILLION, Prices
from planner.cost.sizes import SAMPLE, Sizes, is_in
from planner.cost.standing import address_of, class_of, is_provisioned
from planner.cost.units import TRANSACTED, write_units
from planner.cost.values import Kind, Part
from planner.values import item_size

if TYPE_CHECKING:
    from planner.checked import CheckedSeed
    from planner.plan import Table


def seed_load(seed: CheckedSeed, sizes: Sizes, prices: Prices) -> Iterator[Part]:
    """Writing a seed's rows: each alone, or in transactions where they replace others or set attributes of items.

    Of a long seed the first rows stand for all.
    """
    if not seed.count:
        return
    transacted = seed.seed.on_conflict == "overwrite" or bool(seed.seed.attributes)
    table, times = seed.table, TRANSACTED if transacted else 1
    rows = [row.item for row in islice(seed.rows(), SAMPLE)]
    factor = Decimal(seed.count) / len(rows)
    written = Decimal(sum(write_units(Decimal(item_size(row))) for row in rows)) * times * factor
    for index in table.local_indexes.values():
        written += factor * sum(
            write_units(sizes.in_index(table, index, Decimal(item_size(row)))) for row in rows if is_in(index, row)
        )
    how = f"{seed.count:,} rows" + ("" if len(rows) == seed.count else f", by the first {len(rows):,}")
    yield _written(seed.address, table, None, written, how, prices)
    for name, index in table.global_indexes.items():
        units = factor * sum(
            write_units(sizes.in_index(table, index, Decimal(item_size(row)))) for row in rows if is_in(index, row)
        )
        if units:
            yield _written(seed.address, table, name, units, how, prices)


def index_fill(table: Table, name: str, sizes: Sizes, prices: Prices) -> Iterator[Part]:
    """Filling a global index of a table that holds what its volume states: its writes are billed, its reads are not."""
    count, size = sizes.count(table), sizes.of_table(table)
    if count is None or size is None:
        return  # the table's storage is unknown for the same reason, and is said to be
    index = table.global_indexes[name]
    items = count * sizes.share(table, index)
    units = items * write_units(sizes.in_index(table, index, size))
    yield _written(address_of(table, name), table, name, units, f"{items:,.0f} items", prices)


def _written(cause: str, table: Table, index: str | None, units: Decimal, how: str, prices: Prices) -> Part:
    price = prices.of_class(class_of(table)).write
    by_hour = is_provisioned(table)
    return Part(
        cause=cause,
        resource=address_of(table, index),
        kind=Kind.WRITE,
        quantity=units,
        money=None if by_hour or price is None else units * price / MILLION,
        billed=not by_hour,
        how=how,
    )
