"""Which entries belong to what: for `destroy` and `forget`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.ledger import entries

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEPT = (entries.LOCK, entries.LEASE, entries.RUN, entries.STEP)


def of_database(names: Iterable[str]) -> tuple[str, ...]:
    """Entries that go when a database goes: all but its lock, whose fencing number must not fall, and its history."""
    return tuple(name for name in names if not name.startswith(_KEPT))


def of_table(names: Iterable[str], table_key: str) -> tuple[str, ...]:
    """Entries that go when one table goes: its ownership and its seed's record. Markers of transactions stay."""
    seed = entries.SEED + table_key
    own = (entries.TABLE + table_key, seed, entries.load_name(table_key))
    return tuple(name for name in names if name in own or name.startswith(seed + entries.ROWS))
