"""What a picture of a plan is made of: frozen values with nothing left to compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from planner.diagnostics import Diagnostic
from planner.picture.reports import PictureReport
from planner.plan import OperationKind
from planner.values import AttributeValue, Item, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureItem:
    """An item as it is after the seeds and the transactions that run once.

    Attributes:
        number: From 0, within its table.
        item: In DynamoDB JSON.
        origin: The address of the seed or transaction that made it.
        changed_by: Addresses of the transactions that changed it, in order.
        entity: The entity that it was written as, if any.
    """

    number: int
    item: Item
    origin: str
    changed_by: tuple[str, ...] = ()
    entity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An item collection: the items of one partition key.

    Attributes:
        key: The values of the partition key's attributes.
        items: Numbers of its items, in order of the sort key.
    """

    key: tuple[AttributeValue, ...]
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Items that a sparse index does not hold.

    Attributes:
        attribute: What they lack.
        items: Their numbers.
    """

    attribute: str
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A table or an index with its items.

    Attributes:
        address: ``table.NAME`` or ``table.NAME.index.INDEX``.
        name: The table's or the index's name.
        kind: What it is.
        partition_key: Names of the attributes.
        sort_key: Names of the attributes.
        columns: Attributes that its items have in it, keys first, then as they first appear.
        hidden: Attributes that the index does not hold.
        groups: The items, collection by collection.
        absent: What is not in it.
        settings: Its own settings, each with its text.
    """

    address: str
    name: str
    kind: Literal["table", "global", "local"]
    partition_key: tuple[str, ...]
    sort_key: tuple[str, ...]
    columns: tuple[str, ...]
    hidden: tuple[str, ...]
    groups: tuple[Group, ...]
    absent: tuple[Absent, ...]
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What a part of a plan costs a month.

    Attributes:
        address: What is billed: a table, or what lies below it.
        cause: The address of what makes the cost.
        money: US dollars; None where that is not known.
        missing: What lacks to know it.
    """

    address: str
    cause: str
    money: Decimal | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a plan costs a month.

    Attributes:
        region: Whose prices.
        total: US dollars, as far as they are known.
        lines: By what is billed and what causes it.
    """

    region: str
    total: Decimal
    lines: tuple[CostLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTable:
    """A table.

    Attributes:
        key: Its name in the plan.
        name: Its physical name.
        description: For people.
        external: Someone else's.
        key_types: Type of every key attribute, by name.
        items: Every item that is shown.
        count: How many items it has, as far as that is known.
        why_partial: Why not all items are shown; empty when all are.
        base: The table itself.
        indexes: Its indexes.
        findings: What was found about it, its indexes, seed, and queries.
        costs: What it costs.
    """

    key: str
    name: str
    description: str
    external: bool
    key_types: Mapping[str, str]
    items: tuple[PictureItem, ...]
    count: int
    why_partial: str
    base: Collection
    indexes: tuple[Collection, ...]
    findings: tuple[Diagnostic, ...]
    costs: tuple[CostLine, ...]

    @property
    def address(self) -> str:
        """``table.NAME``."""
        return self.base.address


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureQuery:
    """A query with what it returns.

    Attributes:
        name: As in the plan.
        description: For people.
        table: The table's name in the plan.
        reads: The address of the table or index that it reads.
        kind: Query or scan.
        key_condition: Its text; empty for a scan.
        filter: Its text, or empty.
        values: By placeholder.
        projection: Attributes that it asks for; empty for all.
        facts: What else is said of it, each with its text.
        read: Numbers of the items that meet the key condition, in order, as far as the limit lets it read.
        returned: Those that are returned.
        unmet: What is expected and not found.
        expects: Whether the plan says what it finds.
        unknown: Why it is not known what it finds; empty where it is.
    """

    name: str
    description: str
    table: str
    reads: str
    kind: Literal["query", "scan"]
    key_condition: str
    filter: str
    values: Item
    projection: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    read: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    unmet: tuple[str, ...] = ()
    expects: bool = False
    unknown: str = ""

    @property
    def address(self) -> str:
        """``query.NAME``."""
        return f"query.{self.name}"


class Outcome(StrEnum):
    """What becomes of a transaction."""

    SUCCEEDS = "succeeds"
    REFUSED = "is refused"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOperation:
    """One member of a transaction with the item that it is about.

    Attributes:
        kind: put, update, delete or check.
        table: The table's name in the plan.
        key: The item's primary key.
        expression: The update, or empty.
        condition: Or empty.
        values: By placeholder.
        met: Whether the condition is met; None where there is none, or that is not known.
        before: The item before; None where there is none.
        after: The item after; None where it is gone. Only where ``unknown`` is empty.
        unknown: Why it is not known what it does; empty where it is.
    """

    kind: OperationKind
    table: str
    key: Item
    expression: str
    condition: str
    values: Item
    met: bool | None
    before: Item | None
    after: Item | None
    unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTransaction:
    """A transaction with what it does to its items.

    Attributes:
        name: As in the plan.
        description: For people.
        run: ``once`` or ``test``.
        outcome: What becomes of it.
        expected: Whether that is what the plan expects; None where it is not known.
        operations: In order.
        facts: What else is said of it, each with its text.
    """

    name: str
    description: str
    run: Literal["once", "test"]
    outcome: Outcome
    expected: bool | None
    operations: tuple[PictureOperation, ...]
    facts: tuple[tuple[str, str], ...]

    @property
    def address(self) -> str:
        """``transaction.NAME``."""
        return f"transaction.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A plan to be looked at.

    Attributes:
        file: The plan's path as shown to people.
        database: The plan's identity.
        environment: Its name, or None.
        description: For people.
        text_hash: SHA-256 of the plan's files, as hex.
        tables: In the plan's order.
        queries: In the plan's order.
        transactions: Those that run once in the order in which they run, then the others.
        reports: In the plan's order.
        findings: What was found about the plan as a whole.
        costs: What all of it costs; None where nobody asked.
    """

    file: str
    database: str
    environment: str | None
    description: str
    text_hash: str
    tables: tuple[PictureTable, ...]
    queries: tuple[PictureQuery, ...]
    transactions: tuple[PictureTransaction, ...]
    reports: tuple[PictureReport, ...]
    findings: tuple[Diagnostic, ...]
    costs: Costs | None = None

    @property
    def items(self) -> int:
        """How many items are shown."""
        return sum(len(table.items) for table in self.tables)


def setting_lines(settings: Mapping[str, Json], prefix: str = "") -> tuple[tuple[str, str], ...]:
    """Settings as names and texts, one line for each value."""
    found: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found += setting_lines(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", _text(value)))
    return tuple(found)


def _text(value: Json) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case list() | tuple():
            return ", ".join(map(_text, value))
        case Decimal() | int() | str():
            return str(value)
        case _:
            return str(value)
