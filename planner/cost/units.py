"""How many units a read or a write takes.

Source: DynamoDB's guide, "Read and write operations" and "Transactions: capacity"; modelling rule 44.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil

READ_BYTES = 4096
WRITE_BYTES = 1024
TRANSACTED = 2
"""A transaction prepares and commits each of its items."""
MOVED = 2
"""An index key that changes is a delete and a put in the index."""
OVERHEAD_BYTES = 100
"""What DynamoDB stores beside each item, in tables and in indexes (guide, "Storage")."""
GB = Decimal(1024**3)


def read_units(size: Decimal, items: int, *, consistent: bool) -> Decimal:
    """Units of one call that reads so many items: their sizes are added, then rounded up.

    Args:
        size: Bytes of an item.
        items: How many a call reads, before any filter.
        consistent: A strongly consistent read costs twice as much.
    """
    blocks = max(1, ceil(size * items / READ_BYTES))
    return Decimal(blocks) if consistent else Decimal(blocks) / 2


def write_units(size: Decimal) -> int:
    """Units of one write of an item of so many bytes, the larger of before and after."""
    return max(1, ceil(size / WRITE_BYTES))


def stored_gb(size: Decimal, items: Decimal) -> Decimal:
    """GB that so many items take."""
    return (size + OVERHEAD_BYTES) * items / GB
