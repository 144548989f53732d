"""A plan that has passed every check: what its transactions and queries come to, and its seeds' fingerprints.

These are made by ``planner.checks.check`` alone. Whoever holds a ``CheckedPlan`` need not look for mistakes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.encoding import encoded
from planner.plan import Expect, Plan, Seed, SeedItem, Table
from planner.reports import CompiledReport
from planner.values import Item, Json, content_hash, item_hash, key_hash

if TYPE_CHECKING:
    from planner.diagnostics import Position
    from planner.steps import Call

MAX_RECORDED_ROWS = 10_000
"""Above this many rows the ledger keeps one hash for a seed's whole source instead of one per row."""

RowReader = Callable[[], Iterator[SeedItem]]
"""Reads a seed's rows from the beginning; may be called again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """An item that a transaction's operation is about.

    Attributes:
        table: The table's name in the plan.
        name: Its physical name.
        key: The item's primary key, in DynamoDB JSON.
        key_hash: Identifies the key within its table.
    """

    table: str
    name: str
    key: Item
    key_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTransaction:
    """A transaction as DynamoDB takes it.

    Attributes:
        name: As in the plan.
        address: ``transaction.NAME``.
        run: ``once`` or ``test``.
        after: Transactions that come first, beside plan order.
        items: Members of ``TransactItems``, with physical table names; binary values as base64 text.
        content_hash: Of the parsed operations in canonical form, with the form's version: the same for every way of
            writing them and every name a table has in an environment.
        touches: The item of each operation, in the operations' order.
        expect_fails: The operation (from 0) whose condition must refuse; None when it must succeed.
        position: Where it stands.
    """

    name: str
    address: str
    run: str
    after: tuple[str, ...]
    items: tuple[Json, ...]
    content_hash: str
    touches: tuple[Touched, ...]
    expect_fails: int | None
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledQuery:
    """A query as a call of ``query_table`` or ``scan_table``.

    Attributes:
        name: As in the plan.
        address: ``query.NAME``.
        call: The call; binary values as base64 text.
        expect: What it must find, if the plan says.
        live: Whether ``apply`` runs it at the end.
        position: Where it stands.
    """

    name: str
    address: str
    call: Call
    expect: Expect | None
    live: bool
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRow:
    """One row of a seed.

    Attributes:
        item: The whole item, in DynamoDB JSON.
        key_names: The attributes of its primary key, partition first.
        encoded: The item as the UTF-8 text of its DynamoDB JSON, as a request carries it.
        position: Where it stands.
    """

    item: Item
    key_names: tuple[str, ...]
    encoded: bytes = field(repr=False, compare=False)
    position: Position

    @property
    def key(self) -> Item:
        """Its primary key."""
        return {name: self.item[name] for name in self.key_names}

    @property
    def key_hash(self) -> str:
        """Identifies the key within its table; made at each call, which takes longer than reading the row."""
        return key_hash(self.key)

    @property
    def content_hash(self) -> str:
        """Identifies the whole item; made at each call."""
        return item_hash(self.item)


def seed_row(table: Table, row: SeedItem) -> SeedRow:
    """A row of a table's seed; it must have the table's key attributes."""
    return SeedRow(item=row.item, key_names=table.key_names, encoded=encoded(row.item), position=row.position)


def recorded_as(row: SeedRow, attributes: tuple[str, ...]) -> str:
    """What the ledger knows a row as: its item, or only these attributes of it; one is never taken for the other."""
    if not attributes:
        return row.key_hash
    return content_hash([row.key_hash, *sorted(attributes)], kind="attributes/1")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSeed:
    """A seed whose every row was read and checked once.

    Attributes:
        seed: As in the plan.
        table: Where it goes.
        count: How many rows it has.
        source_hash: Identifies all rows in their order. Up to ``MAX_RECORDED_ROWS`` rows it is made of their hashes,
            whatever way they are written in; above, of their DynamoDB JSON as it was read.
        row_hashes: Each row's content hash by what the row is recorded as; empty above ``MAX_RECORDED_ROWS`` rows.
        read: Reads the rows again, as they were checked.
    """

    seed: Seed
    table: Table
    count: int
    source_hash: str
    row_hashes: Mapping[str, str]
    read: RowReader = field(repr=False, compare=False)

    @property
    def address(self) -> str:
        """``seed.TABLE``."""
        return self.seed.address

    def rows(self) -> Iterator[SeedRow]:
        """The rows from the beginning, one at a time; may be called again."""
        return (seed_row(self.table, row) for row in self.read())


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPlan:
    """A plan without errors.

    Attributes:
        plan: As read.
        transactions: By name, in the order in which they run.
        queries: By name, in the plan's order.
        seeds: By the table's name in the plan.
        reports: By name, in the plan's order.
    """

    plan: Plan
    transactions: Mapping[str, CompiledTransaction]
    queries: Mapping[str, CompiledQuery]
    seeds: Mapping[str, CheckedSeed]
    reports: Mapping[str, CompiledReport] = field(default_factory=dict)
