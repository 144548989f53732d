"""Rows of a seed record as compact binary chunks, so that 10,000 rows need two items.

A row is 64 bytes: SHA-256 of its key, SHA-256 of its content. Rows are sorted by key hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HASH_BYTES = 32
ROW_BYTES = 2 * HASH_BYTES
ROWS_PER_CHUNK = 5_000
"""320 KB of the 400 KB that an item may have."""


def pack(rows: Mapping[str, str]) -> tuple[bytes, ...]:
    """The chunks for rows given as content hash by key hash, both as 64 hex digits."""
    packed = b"".join(bytes.fromhex(key) + bytes.fromhex(rows[key]) for key in sorted(rows))
    size = ROWS_PER_CHUNK * ROW_BYTES
    return tuple(packed[start : start + size] for start in range(0, len(packed), size))


def unpack(chunks: Iterable[bytes]) -> dict[str, str]:
    """Content hash by key hash.

    Raises:
        ValueError: A chunk does not hold whole rows.
    """
    rows: dict[str, str] = {}
    for chunk in chunks:
        if len(chunk) % ROW_BYTES:
            raise ValueError("a chunk of seed rows is cut off")
        for start in range(0, len(chunk), ROW_BYTES):
            middle = start + HASH_BYTES
            rows[chunk[start:middle].hex()] = chunk[middle : start + ROW_BYTES].hex()
    return rows
