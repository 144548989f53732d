"""How many units a second a plan says that a table or an index takes.

DynamoDB guide, "Read and write capacity units": a write unit is 1 KB, doubled in a transaction; a read unit is 4 KB
read strongly, half of one otherwise; a query counts all it reads together.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan import Index, Table
    from planner.rules.model import Model, Read, Write

WRITE_UNIT = 1024
READ_UNIT = 4096
_TRANSACTIONAL = 2


def write_units(model: Model, table: Table, index: Index | None) -> Decimal:
    """Units a second that the application's transactions with a rate write to a table or one of its indexes."""
    rated = {one.name for one in model.patterns if one.rate is not None}
    return sum(
        (
            _written(write)
            for write in model.writes_of(table)
            if write.transaction.name in rated and (index is None or _touches(write, index))
        ),
        Decimal(0),
    )


def read_units(model: Model, table: Table, index: Index | None) -> Decimal:
    """Units a second that the queries with a rate read from a table or one of its indexes."""
    name = None if index is None else index.name
    return sum((_read(read) for read in model.reads_of(table) if read.query.index == name), Decimal(0))


def _written(write: Write) -> Decimal:
    rate = write.transaction.rate or Decimal(0)
    size = write.transaction.item_size or (write.table.volume.item_size if write.table.volume else None) or 1
    factor = _TRANSACTIONAL if len(write.transaction.operations) > 1 else 1
    return rate * _blocks(size, WRITE_UNIT) * factor


def _touches(write: Write, index: Index) -> bool:
    """Whether a write changes what an index holds."""
    if write.operation.kind == "check":
        return False
    if write.operation.kind == "delete":
        return True
    held = set(index.key_names) | (set(index.projection) if isinstance(index.projection, tuple) else set())
    if write.operation.kind == "put":
        return set(index.key_names) <= set(write.item)
    return index.projection == "ALL" or any(action.path.attribute in held for action in write.actions)


def _read(read: Read) -> Decimal:
    volume = read.table.volume
    size = read.query.item_size or (volume.item_size if volume else None) or 1
    number = 1 if read.one_item else read.query.reads or 1
    strength = Decimal(1) if read.query.consistent else Decimal("0.5")
    return (read.query.rate or Decimal(0)) * _blocks(size * number, READ_UNIT) * strength


def _blocks(size: int, unit: int) -> Decimal:
    return (Decimal(size) / unit).to_integral_value(rounding=ROUND_CEILING)
