"""How large items are, in a table and in its indexes: what the plan states, and what its sample items show of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from planner.values import item_size, key_hash

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.entities import Volume
    from planner.plan import Index, Table
    from planner.values import Item

SAMPLE = 1000
"""Rows of a seed that are looked at; proportions do not get truer by more."""


@dataclass(frozen=True)
class Sizes:
    """Sizes of one plan's items.

    Attributes:
        checked: The plan.
        scale: By how much every stated size is multiplied, to see what an error in it changes.
    """

    checked: CheckedPlan
    scale: Decimal = Decimal(1)

    @cached_property
    def samples(self) -> Mapping[str, Mapping[str, Item]]:
        """Items that the plan itself writes, by table and key hash: seeds first, then puts of transactions."""
        found: dict[str, dict[str, Item]] = {key: {} for key in self.checked.plan.tables}
        for key, seed in self.checked.seeds.items():
            found[key] |= {row.key_hash: row.item for row in islice(seed.rows(), SAMPLE)}
        for transaction in self.checked.plan.transactions.values():
            for operation in transaction.operations:
                if operation.item is not None:
                    table = self.checked.plan.tables[operation.table]
                    name = key_hash({name: operation.item[name] for name in table.key_names})
                    found[operation.table].setdefault(name, operation.item)
        return found

    def scaled(self, size: int | Decimal) -> Decimal:
        """A stated size, as it is reckoned with."""
        return size * self.scale

    def of_table(self, table: Table) -> Decimal | None:
        """Bytes of a typical item, as the volume states them; those of entities are averaged by their numbers."""
        if table.volume is not None and table.volume.item_size is not None:
            return self.scaled(table.volume.item_size)
        sized = [
            (volume.items, volume.item_size)
            for volume in _volumes(table)
            if volume.items is not None and volume.item_size is not None
        ]
        if not sized or len(sized) < len(table.entities):
            return None
        return self.scaled(Decimal(sum(items * size for items, size in sized)) / sum(items for items, _ in sized))

    def count(self, table: Table) -> int | None:
        """How many items there will be, as the volume or those of all entities state it."""
        if table.volume is not None and table.volume.items is not None:
            return table.volume.items
        counts = [volume.items for volume in _volumes(table) if volume.items is not None]
        return sum(counts) if counts and len(counts) == len(table.entities) else None

    def in_index(self, table: Table, index: Index, size: Decimal) -> Decimal:
        """Bytes of an item in an index, by the plan's sample items that it holds; the whole item where there are none.

        Keys are as large as in the samples. What else is projected has the part of the rest that it has there.
        """
        if index.projection == "ALL":
            return size
        found = (table.key, index.name)
        if found not in self._parts:
            self._parts[found] = self._parts_of(table, index)
        keys, part = self._parts[found]
        return size if keys is None else min(size, keys + max(Decimal(0), size - keys) * part)

    @cached_property
    def _parts(self) -> dict[tuple[str, str], tuple[Decimal | None, Decimal]]:
        """What ``_parts_of`` found, by table and index: a seed asks for every row."""
        return {}

    def _parts_of(self, table: Table, index: Index) -> tuple[Decimal | None, Decimal]:
        """Bytes of the keys in an index, None where no sample is in it, and which part of the rest it holds."""
        held = [item for item in self.samples[table.key].values() if is_in(index, item)]
        if not held:
            return None, Decimal(0)
        key_names = frozenset({*table.key_names, *index.key_names})
        keys = _average(held, key_names)
        rest = _average(held, frozenset(name for item in held for name in item) - key_names)
        copied = _average(held, projected(table, index) - key_names)
        return keys, copied / rest if rest else Decimal(0)

    def share(self, table: Table, index: Index) -> Decimal:
        """The share of a table's items that is in an index, by the sample items; all where there are none."""
        items = self.samples[table.key].values()
        if not items:
            return Decimal(1)
        return Decimal(sum(is_in(index, item) for item in items)) / len(items)


def projected(table: Table, index: Index) -> frozenset[str]:
    """The attributes that an index holds; for a projection of all it is not asked."""
    copied = index.projection if isinstance(index.projection, tuple) else ()
    return frozenset({*table.key_names, *index.key_names, *copied})


def is_in(index: Index, item: Item) -> bool:
    """Whether an item has every key attribute of an index."""
    return all(name in item for name in index.key_names)


def _average(items: list[Item], names: frozenset[str]) -> Decimal:
    """Bytes that these attributes take in an item, on average."""
    sizes = (item_size({name: value for name, value in item.items() if name in names}) for item in items)
    return Decimal(sum(sizes)) / len(items)


def _volumes(table: Table) -> Iterator[Volume]:
    for entity in table.entities.values():
        if entity.volume is not None:
            yield entity.volume
