"""What one thread does at a time: rows of one table, encoded, in the form of one kind of request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from executor.errors import CallError
from planner.values import canonical_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from planner.values import AttributeValue, Item

MAX_BATCH_ITEMS = 25
"""What BatchWriteItem and BatchExecuteStatement take."""
MAX_BATCH_BYTES = 15 * 1024 * 1024
"""Of the 16 MB that a request may have, as it is sent: binary values are a third longer there than in the table."""
ROOM = 64
"""Bytes that a request has beside each item's own, at most."""
SINGLE_UNTIL = 64
"""The first so many puts go out one by one, so that a small load uses every thread."""
UNIT_BYTES = 1_024
"""A write unit is 1 KB of an item, begun ones counted whole."""


class Way(StrEnum):
    """How rows are written."""

    BATCH = "batch"
    """BatchWriteItem: over whatever is there."""
    PUT = "put"
    """PutItem for each, where no item with its key exists."""
    INSERT = "insert"
    """BatchExecuteStatement of INSERTs, each of which is refused where an item with its key exists."""


class Row(NamedTuple):
    """An item and its JSON text; a tuple, since one is made of every row of a load."""

    item: Item
    text: bytes

    @property
    def units(self) -> int:
        """Write units that it takes."""
        return units_of(self.text)


def units_of(text: bytes) -> int:
    """Write units that an item takes, by its text: a little more than by its content."""
    return -(-len(text) // UNIT_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Rows that belong together on the way.

    Attributes:
        first: How many rows of the load stand before it.
        rows: The rows; no key twice.
    """

    first: int
    rows: tuple[Row, ...]

    @property
    def units(self) -> int:
        """Write units that it takes, at least."""
        return sum(row.units for row in self.rows)


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no DynamoDB JSON")


def encode(value: Any) -> bytes:
    """A value as JSON text.

    Raises:
        CallError: InvalidArguments: it cannot be written as JSON, such as half of a surrogate pair.
    """
    try:
        return orjson.dumps(value, _plain)
    except TypeError as error:
        raise CallError("InvalidArguments", f"An item can't be sent: {str(error).rstrip('.')}.") from error


def pieces(
    rows: Iterable[Item],
    key_names: Sequence[str],
    *,
    growing: bool = False,
    most: int = MAX_BATCH_ITEMS,
    most_bytes: int = MAX_BATCH_BYTES,
) -> Iterator[Piece]:
    """Rows in the largest pieces that one request may carry, by their number and size, no key twice.

    Args:
        rows: The items.
        key_names: The table's key attributes.
        growing: The first pieces hold one row, later ones more.
        most: Rows in one, at most.
        most_bytes: Bytes of their JSON in one, at most.
    """
    piece: list[Row] = []
    keys: set[object] = set()
    size = begun = 0
    limit = 1 if growing else most
    for count, item in enumerate(rows):
        row = Row(item, encode(item))
        row_size = len(row.text) + ROOM
        key = _key(item, key_names)
        if piece and (len(piece) >= limit or size + row_size > most_bytes or key in keys):
            yield Piece(first=begun, rows=tuple(piece))
            piece, keys, size, begun = [], set(), 0, count
            limit = min(most, 1 + count // SINGLE_UNTIL) if growing else most
        piece.append(row)
        keys.add(key)
        size += row_size
    if piece:
        yield Piece(first=begun, rows=tuple(piece))


def _key(item: Item, names: Sequence[str]) -> object:
    """Equal for rows with equal keys; numbers that are written differently are one key."""
    if len(names) == 1:
        return _key_part(item.get(names[0]))
    return tuple(_key_part(item.get(name)) for name in names)


def _key_part(value: AttributeValue | None) -> object:
    if not value:
        return None
    if "S" in value:
        return value["S"]
    ((kind, content),) = value.items()
    return canonical_number(content) if kind == "N" else content
