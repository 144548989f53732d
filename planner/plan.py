"""The plan as values: what the YAML says, for one environment, with names resolved and nothing yet judged.

Everything here is frozen and made by ``planner.reading``. A plan that has passed every check is a ``CheckedPlan``
(``planner.checked``): another type, with one maker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

from planner.bulk_source import BulkSource
from planner.diagnostics import Position
from planner.entities import Entity, Volume
from planner.generator import Generator
from planner.reports import SqlReport
from planner.values import Item, Json
from planner.waivers import Waiver

KeyType = Literal["S", "N", "B"]
OnConflict = Literal["keep", "overwrite", "fail"]
OperationKind = Literal["put", "update", "delete", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A secondary index.

    Attributes:
        name: As in the plan and in DynamoDB.
        kind: ``global`` or ``local``.
        partition_key: One to four names; for a local index the table's.
        sort_key: None to four names.
        projection: ``ALL``, ``KEYS_ONLY``, or the names that are copied besides the keys, in the plan's order.
        settings: ``capacity``, ``maximum``, ``warm``, ``contributor_insights`` in canonical form, as declared.
        position: Where it stands.
        positions: Where each of its keys stands.
    """

    name: str
    kind: Literal["global", "local"]
    partition_key: tuple[str, ...]
    sort_key: tuple[str, ...]
    projection: Literal["ALL", "KEYS_ONLY"] | tuple[str, ...]
    settings: Mapping[str, Json]
    position: Position
    positions: Mapping[str, Position] = field(default_factory=dict)

    @property
    def key_names(self) -> tuple[str, ...]:
        """The index's own key attributes, partition first."""
        return self.partition_key + self.sort_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes:
        key: Its name in the plan.
        name: Its physical name.
        description: For people.
        partition_key: Name of the partition key attribute.
        sort_key: Name of the sort key attribute, if it has one.
        key_types: Type of every key attribute of the table and its indexes, by name.
        global_indexes: By name, in the plan's order.
        local_indexes: By name, in the plan's order.
        settings: Declared settings in canonical form (README of this package), by the plan's name for them;
            what the plan does not name is absent and not managed.
        external: Someone else's table: read by queries, changed by nothing.
        ephemeral: May be lost.
        entities: The kinds of items that it is said to hold, by name.
        unique: Attributes whose values no two items share.
        volume: How much it will hold, if that is said.
        position: Where the table's name stands.
        positions: Where each of its keys stands.
    """

    key: str
    name: str
    description: str
    partition_key: str
    sort_key: str | None
    key_types: Mapping[str, KeyType]
    global_indexes: Mapping[str, Index]
    local_indexes: Mapping[str, Index]
    settings: Mapping[str, Json]
    external: bool
    ephemeral: bool
    position: Position
    positions: Mapping[str, Position]
    entities: Mapping[str, Entity] = field(default_factory=dict)
    unique: tuple[str, ...] = ()
    volume: Volume | None = None

    @property
    def address(self) -> str:
        """Such as ``table.accounts``."""
        return f"table.{self.key}"

    @property
    def key_names(self) -> tuple[str, ...]:
        """The primary key's attributes, partition first."""
        return (self.partition_key,) if self.sort_key is None else (self.partition_key, self.sort_key)

    @property
    def indexes(self) -> Mapping[str, Index]:
        """Global and local indexes by name."""
        return {**self.global_indexes, **self.local_indexes}


class SeedItem(NamedTuple):
    """One row of a seed, in DynamoDB JSON, where it stands, and the entity that it was written as, if any.

    A tuple, as its position is, since one is made of every row of a file.
    """

    item: Item
    position: Position
    entity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How the rows of a table-like file, such as CSV, become items.

    Attributes:
        types: The declared types by column; in a file without a first line of names, all columns in their order.
        header: The first line of a CSV file names the columns.
        empty: What an empty cell becomes: no attribute (``absent``), NULL (``null``) or the empty text (``text``).
        delimiter: What separates the cells of a CSV file.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    header: bool = True
    empty: Literal["absent", "null", "text"] = "absent"
    delimiter: str = ","


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Initial data of one table.

    Exactly one of ``items`` (possibly empty), ``file``, ``generate`` and ``source`` is given.

    Attributes:
        table: The table's name in the plan.
        on_conflict: What happens where an item already exists.
        items: Rows written in the plan itself; those written as entities with their keys rendered.
        file: A file or glob inside the plan's folder, relative to it.
        generate: What makes the rows.
        source: Rows in S3, which DynamoDB's own importers read.
        attributes: The attributes that the seed owns; empty for whole items.
        position: Where the seed stands.
        columns: How cells of a file become values.
    """

    table: str
    on_conflict: OnConflict
    items: tuple[SeedItem, ...]
    file: str | None
    generate: Generator | None
    source: BulkSource | None
    attributes: tuple[str, ...]
    position: Position
    columns: Columns = field(default_factory=Columns)

    @property
    def address(self) -> str:
        """Such as ``seed.accounts``."""
        return f"seed.{self.table}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression's text as the plan has it, and where its first character stands."""

    text: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One member of a transaction.

    Attributes:
        kind: put, update, delete or check.
        table: The table's name in the plan.
        key: The full primary key (update, delete, check), in DynamoDB JSON.
        item: The whole item (put).
        expression: The update expression (update).
        condition: The condition, where there is one; a check always has one.
        values: Placeholder values by name without the colon.
        position: Where the operation stands.
    """

    kind: OperationKind
    table: str
    key: Item | None
    item: Item | None
    expression: Expression | None
    condition: Expression | None
    values: Item
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """An atomic group of operations.

    Attributes:
        name: As in the plan.
        description: For people.
        run: ``once``: apply runs it, exactly once, ever. ``test``: proved by ``ddbplan test``, never applied.
        after: Names of transactions that come first, beside plan order.
        operations: In order.
        expect_fails: The operation (from 0) whose condition must refuse; None when it must succeed.
        position: Where it stands.
        rate: How often a second the application runs it, if that is said.
        item_size: Bytes of a typical item that it writes, if that is said.
        positions: Where each of its keys stands.
    """

    name: str
    description: str
    run: Literal["once", "test"]
    after: tuple[str, ...]
    operations: tuple[Operation, ...]
    expect_fails: int | None
    position: Position
    rate: Decimal | None = None
    item_size: int | None = None
    positions: Mapping[str, Position] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Such as ``transaction.transfer_001``."""
        return f"transaction.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a query must find, as far as it is said.

    Attributes:
        count: The exact number of items.
        minimum: At least this many (``min`` in the plan).
        items: Exactly these, in this order; each may name only some attributes.
        first: The first item has these attributes.
        contains: Each of these is among the items.
        absent: None of these is among the items.
        ordered: Attribute by which the items must come in ascending (or, with ``descending``, descending) order.
        position: Where it stands.
    """

    count: int | None
    minimum: int | None
    items: tuple[Item, ...] | None
    first: Item | None
    contains: tuple[Item, ...]
    absent: tuple[Item, ...]
    ordered: str | None
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """An access pattern.

    Attributes:
        name: As in the plan.
        description: For people.
        table: The table's name in the plan.
        index: The index that is read, if not the table itself.
        scan: A scan is meant.
        key_condition: The key condition expression; None for a scan.
        filter: The filter expression.
        projection: Names of the attributes that are read; empty for all.
        values: Placeholder values by name without the colon.
        descending: Reversed order of the sort key.
        consistent: A strongly consistent read.
        limit: At most this many items are returned.
        live: ``apply`` runs it at the end.
        expect: What it must find.
        position: Where it stands.
        rate: How often a second the application asks it, if that is said.
        item_size: Bytes of a typical item that it reads, if that is said.
        reads: How many items a typical call reads, before any filter, if that is said.
        positions: Where each of its keys stands.
    """

    name: str
    description: str
    table: str
    index: str | None
    scan: bool
    key_condition: Expression | None
    filter: Expression | None
    projection: tuple[str, ...]
    values: Item
    descending: bool
    consistent: bool
    limit: int | None
    live: bool
    expect: Expect | None
    position: Position
    rate: Decimal | None = None
    item_size: int | None = None
    reads: int | None = None
    positions: Mapping[str, Position] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Such as ``query.recent_postings``."""
        return f"query.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan in one environment.

    Attributes:
        file: The path as shown to people.
        folder: The folder that data files must lie in.
        database: The plan's identity in the ledger.
        description: For people.
        environment: The chosen environment's name, or None.
        environments: Names of all environments of the plan.
        account: The only AWS account it may be applied to, if pinned (twelve digits).
        region: The only region it may be applied to, if pinned.
        tables: By name in the plan, in its order.
        seeds: By table name; empty where the environment says ``seed: none``.
        transactions: By name; only the ``run: test`` ones where the environment says ``transactions: none``.
        queries: By name.
        reports: By name.
        text_hash: SHA-256 of the plan's files, as hex.
        positions: Where each of its sections stands.
        waivers: Comments of its files that let findings pass.
        variables: Values that were given for its variables.
    """

    file: str
    folder: Path
    database: str
    description: str
    environment: str | None
    environments: tuple[str, ...]
    account: str | None
    region: str | None
    tables: Mapping[str, Table]
    seeds: Mapping[str, Seed]
    transactions: Mapping[str, Transaction]
    queries: Mapping[str, Query]
    text_hash: str
    reports: Mapping[str, SqlReport] = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
