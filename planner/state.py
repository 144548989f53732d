"""The two states that are compared, in one canonical form: what a plan wants and what is live.

Both are free of AWS objects and of anything that needs a connection. ``planner.desired`` makes one from a checked
plan, ``executor.live`` makes the other from DynamoDB's answers through ``planner.canonical``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from planner.bulk_source import BulkSource
from planner.diagnostics import Position
from planner.plan import OnConflict
from planner.values import Json

if TYPE_CHECKING:
    from planner.checked import CompiledQuery, CompiledTransaction, SeedRow

LEDGER_VERSION = 1
UNNAMED_PLAN = "PLAN"
"""Stands for the plan in a command where nobody said which file it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """A table in canonical form.

    Attributes:
        name: The physical name.
        settings: By the plan's name for them; see the README of this package for each one's canonical form.
            A desired state holds only what is declared; a live one holds what was read.
        table_id: DynamoDB's own identity of this very table (live only).
        arn: The table's ARN (live only).
        status: DynamoDB's TableStatus (live only).
        claimed_by: Another tool's claim on the table, such as a CloudFormation stack's name (live only).
        ledger_id: The id of the ledger that marked the table by its tag (live only).
        database: The database that marked the table by its tag (live only).
        made_at: When it was made, ISO 8601 by the engine's clock (live only).
        building: Indexes that are still being made or filled (live only); they stand in the settings all the same.
        spent: What DynamoDB counts, as far as it tells (live only): see ``planner.settings.budgets``.
    """

    name: str
    settings: Mapping[str, Json]
    table_id: str = ""
    arn: str = ""
    status: str = ""
    claimed_by: str = ""
    ledger_id: str = ""
    database: str = ""
    made_at: str = ""
    building: frozenset[str] = frozenset()
    spent: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedTable:
    """The ledger's record of a table that a plan owns.

    Attributes:
        key: The table's name in the plan when it was last applied.
        name: The physical name.
        table_id: The very table that is owned; empty while a run has announced that it makes the table and has
            not yet recorded that it did. The next run takes a table that it finds under an announced name and that
            bears the database's mark, or where there are no marks was made at that time.
        settings: Keys, indexes and declared settings as last applied, in canonical form.
        fresh: This database made the table, and no run has come to its end, or had nothing left to do on the table,
            since. What the first apply still has to do after a stop (seeds, transactions, time to live) needs no
            permission on it.
        changed: When this database last changed each setting whose changes DynamoDB counts: times in ISO 8601, oldest
            first, by the setting's name.
        announced: When the making was announced, ISO 8601 in UTC; empty where the TableId is recorded.
        token: ClientToken of the import that makes the table; empty where none does, and once its TableId is recorded.
    """

    key: str
    name: str
    table_id: str
    settings: Mapping[str, Json]
    fresh: bool = False
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    announced: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRecord:
    """The ledger's record of a seed that was loaded.

    Attributes:
        table: The table's name in the plan.
        table_id: The very table that was seeded.
        source_hash: Identifies the whole source: rows in order.
        rows: Content hash by key hash of each row; empty above ``MAX_RECORDED_ROWS`` rows.
        count: How many rows the source had.
    """

    table: str
    table_id: str
    source_hash: str
    rows: Mapping[str, str]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRecord:
    """The ledger's record of how far a seed's load surely got, while it is not at its end.

    Attributes:
        table: The table's name in the plan.
        table_id: The very table that is loaded.
        content_hash: Of the step; another step has other rows, or writes them otherwise.
        done: Rows from the beginning that are written or were there, without a gap.
        token: ClientToken of the bulk operation that loads it from S3; empty where none does.
        operation: That operation's ARN; empty until its start was answered.
    """

    table: str
    table_id: str
    content_hash: str
    done: int
    token: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionRecord:
    """The ledger's marker of a ``once`` transaction.

    Attributes:
        name: The transaction's name in the plan.
        content_hash: Of the parsed operations in canonical form.
        outcome: ``done``, or ``skipped`` where a person said so.
        table_ids: TableId of each touched table, by physical name.
        run: The run that wrote it; it tells one marker of a transaction from the next.
    """

    name: str
    content_hash: str
    outcome: Literal["done", "skipped"]
    table_ids: Mapping[str, str]
    run: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """What the ledger says of one database.

    Attributes:
        exists: Whether the ledger's table is there at all.
        ledger_id: The ledger's identity, written when it was made.
        tables: Owned tables by their name in the plan.
        seeds: By table name in the plan.
        loads: Seeds that were being loaded when their run ended, by table name in the plan.
        transactions: By name.
    """

    exists: bool = False
    ledger_id: str = ""
    tables: Mapping[str, OwnedTable] = field(default_factory=dict)
    seeds: Mapping[str, SeedRecord] = field(default_factory=dict)
    loads: Mapping[str, LoadRecord] = field(default_factory=dict)
    transactions: Mapping[str, TransactionRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """Everything live that a diff looks at.

    Attributes:
        tables: By physical name; a table that does not exist is absent.
        ledger: What the ledger records of this database.
        engine: What answered, for messages: ``AWS``, ``ministack``, ``DynamoDB Local``, ...
        unsupported: Settings that this engine cannot hold, by the plan's name, or ``global_secondary_indexes.NAME``
            where only an index cannot; empty for AWS.
        ledger_table: The ledger's physical name.
        at: When it was read, in UTC; None where nobody says it.
        account: The account that it was read in; empty where nobody says it.
    """

    tables: Mapping[str, TableState]
    ledger: LedgerState
    engine: str = "AWS"
    unsupported: frozenset[str] = frozenset()
    ledger_table: str = "ddbplan_ledger"
    at: datetime | None = None
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredTable:
    """A table as the plan wants it, with what is needed to speak of it.

    Attributes:
        key: Its name in the plan.
        state: What is declared, in canonical form.
        external: Someone else's table.
        position: Where it stands in the plan.
        positions: Where each of its keys stands.
        typed: How its plan is named on a command line, environment included.
    """

    key: str
    state: TableState
    external: bool
    position: Position | None
    positions: Mapping[str, Position]
    typed: str = UNNAMED_PLAN

    @property
    def name(self) -> str:
        """The physical name."""
        return self.state.name

    @property
    def address(self) -> str:
        """Such as ``table.accounts``."""
        return f"table.{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredSeed:
    """Initial data of one table.

    Attributes:
        table: The table's name in the plan.
        on_conflict: What happens where an item already exists.
        file: The plan's own text for the source, relative to its folder, or that it is generated; None for rows in the
            plan itself.
        count: How many rows there are.
        source_hash: Identifies the whole source: rows in order.
        row_hashes: Content hash by key hash of each row; empty above ``MAX_RECORDED_ROWS`` rows.
        rows: Streams the rows, from the start at each call.
        position: Where it stands in the plan.
        attributes: The attributes that the seed owns; empty for whole items.
        bulk: Rows in S3; then none are counted or streamed here.
    """

    table: str
    on_conflict: OnConflict
    file: str | None
    count: int
    source_hash: str
    row_hashes: Mapping[str, str]
    rows: Callable[[], Iterator[SeedRow]]
    position: Position | None
    attributes: tuple[str, ...] = ()
    bulk: BulkSource | None = None

    @property
    def address(self) -> str:
        """Such as ``seed.accounts``."""
        return f"seed.{self.table}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredState:
    """Everything that a plan wants, in one environment.

    Attributes:
        database: The plan's identity in the ledger.
        environment: The chosen environment's name, or None.
        tables: By name in the plan, in its order.
        seeds: By table name in the plan.
        transactions: Those with ``run: once``, in the order in which they run.
        queries: All of them; those with ``live: true`` become steps.
        typed: How the plan is named on a command line, environment included.
    """

    database: str
    environment: str | None
    tables: Mapping[str, DesiredTable]
    seeds: Mapping[str, DesiredSeed] = field(default_factory=dict)
    transactions: tuple[CompiledTransaction, ...] = ()
    queries: tuple[CompiledQuery, ...] = ()
    typed: str = UNNAMED_PLAN
