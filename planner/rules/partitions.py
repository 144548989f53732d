"""The partition keys of a model: of every table and of every global index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.checks.indexes import index_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.diagnostics import Position
    from planner.plan import Index, Table
    from planner.rules.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionKey:
    """The partition key of a table, or of one of its global indexes.

    Attributes:
        table: The table.
        index: The index; None for the table's own key.
        names: The attributes that it is made of.
    """

    table: Table
    index: Index | None
    names: tuple[str, ...]

    @property
    def address(self) -> str:
        """Of what has this key."""
        return self.table.address if self.index is None else index_address(self.table, self.index)

    @property
    def position(self) -> Position:
        """Where the key stands, or else what has it."""
        owner = self.table if self.index is None else self.index
        return owner.positions.get("partition_key", owner.position)

    @property
    def owner(self) -> str:
        """What has this key, in words."""
        return f"table '{self.table.key}'" if self.index is None else f"the index '{self.index.name}'"


def partition_keys(model: Model) -> Iterator[PartitionKey]:
    """Each table's key, and after it those of its global indexes."""
    for table in model.tables:
        yield PartitionKey(table=table, index=None, names=(table.partition_key,))
        for index in table.global_indexes.values():
            yield PartitionKey(table=table, index=index, names=index.partition_key)
