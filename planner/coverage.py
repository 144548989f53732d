"""Which tables and indexes the queries of a plan read. An index that nobody asks costs a write for every write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What queries read; external tables, whose indexes are not the plan's, are left out.

    Attributes:
        tables: Names of the queries that read a table itself, by the table's address.
        indexes: Names of the queries that read an index, by the index's address.
        unread: Addresses of tables of which no query reads anything, not even an index.
    """

    tables: Mapping[str, tuple[str, ...]]
    indexes: Mapping[str, tuple[str, ...]]
    unread: tuple[str, ...]

    @property
    def unused(self) -> tuple[str, ...]:
        """Addresses of indexes that no query reads."""
        return tuple(address for address, queries in self.indexes.items() if not queries)


def coverage(plan: Plan) -> Coverage:
    """What the plan's queries read, and what they leave out."""
    readers: dict[tuple[str, str | None], list[str]] = {}
    for query in plan.queries.values():
        readers.setdefault((query.table, query.index), []).append(query.name)
    own = [table for table in plan.tables.values() if not table.external]
    read = {table for table, _ in readers}
    return Coverage(
        tables={table.address: tuple(readers.get((table.key, None), ())) for table in own},
        indexes={
            f"{table.address}.index.{index}": tuple(readers.get((table.key, index), ()))
            for table in own
            for index in table.indexes
        },
        unread=tuple(table.address for table in own if table.key not in read),
    )
