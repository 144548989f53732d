"""A checked plan as rules look at it: reads and writes with their parsed expressions, and the rows that are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from planner.expressions import parse_condition, parse_update
from planner.expressions.tree import (
    AddAction,
    Between,
    Call,
    Comparison,
    Junction,
    Path,
    Placeholder,
    SetAction,
    paths,
)

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.diagnostics import Position
    from planner.expressions.tree import Action, Condition, Update
    from planner.limits import Quotas
    from planner.plan import Index, Operation, Plan, Query, SeedItem, Table, Transaction
    from planner.values import AttributeValue, Item

Member = TypeVar("Member")
MAX_ROWS = 2_000
"""Rows of a seed that rules look at; more would say the same and take long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One condition on one key attribute of a query: ``=``, a comparator, ``BETWEEN`` or ``begins_with``."""

    attribute: str
    operator: str
    values: tuple[AttributeValue, ...]


@dataclass(frozen=True, kw_only=True)
class Read:
    """A query with what it looks up by."""

    query: Query
    table: Table
    index: Index | None

    @property
    def address(self) -> str:
        """``query.NAME``."""
        return self.query.address

    @property
    def partition_key(self) -> tuple[str, ...]:
        """The partition key attributes of what is read."""
        return (self.table.partition_key,) if self.index is None else self.index.partition_key

    @property
    def sort_key(self) -> tuple[str, ...]:
        """The sort key attributes of what is read."""
        if self.index is not None:
            return self.index.sort_key
        return () if self.table.sort_key is None else (self.table.sort_key,)

    @cached_property
    def filter(self) -> Condition | None:
        """The parsed filter."""
        return None if self.query.filter is None else parse_condition(self.query.filter.text)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The key condition's parts; none for a scan."""
        if self.query.key_condition is None:
            return ()
        return tuple(_terms(parse_condition(self.query.key_condition.text), self.query.values))

    @property
    def is_whole_partition(self) -> bool:
        """Whether nothing of the sort key is asked for."""
        named = {term.attribute for term in self.terms}
        return not self.query.scan and not named & set(self.sort_key)

    @property
    def one_item(self) -> bool:
        """Whether it reads one item by the table's full key."""
        equal = {term.attribute for term in self.terms if term.operator == "="}
        return self.index is None and equal == set(self.table.key_names)

    def at(self, key: str) -> Position:
        """Where one of its keys stands."""
        return self.query.positions.get(key, self.query.position)


@dataclass(frozen=True, kw_only=True)
class Write:
    """One operation of a transaction with its parsed expressions.

    Attributes:
        transaction: What it is part of.
        operation: As in the plan.
        place: Its place in the transaction, from 0.
        table: Where it goes.
    """

    transaction: Transaction
    operation: Operation
    place: int
    table: Table

    @property
    def address(self) -> str:
        """``transaction.NAME``."""
        return self.transaction.address

    @property
    def position(self) -> Position:
        """Where the operation stands."""
        return self.operation.position

    @property
    def item(self) -> Item:
        """The item of a put, the key of anything else."""
        return self.operation.item or self.operation.key or {}

    @cached_property
    def condition(self) -> Condition | None:
        """The parsed condition."""
        found = self.operation.condition
        return None if found is None else parse_condition(found.text)

    @cached_property
    def update(self) -> Update | None:
        """The parsed update expression."""
        found = self.operation.expression
        return None if found is None else parse_update(found.text)

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of an update."""
        return () if self.update is None else self.update.actions

    @property
    def written(self) -> Mapping[str, AttributeValue | None]:
        """Attributes that it gives a value, with the value where it is known."""
        if self.operation.kind == "put":
            return dict(self.item)
        found: dict[str, AttributeValue | None] = {}
        for action in self.actions:
            if isinstance(action, SetAction | AddAction):
                value = action.value
                known = self.operation.values.get(value.name) if isinstance(value, Placeholder) else None
                found[action.path.attribute] = known if isinstance(action, SetAction) else None
        return found


@dataclass(frozen=True, kw_only=True)
class Model:
    """A plan without errors, seen by rules.

    Attributes:
        checked: The checked plan.
        quotas: The account's quotas.
    """

    checked: CheckedPlan
    quotas: Quotas
    _rows: dict[str, tuple[SeedItem, ...]] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """The plan as read."""
        return self.checked.plan

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The plan's own tables."""
        return tuple(table for table in self.plan.tables.values() if not table.external)

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """Every query."""
        found = []
        for query in self.plan.queries.values():
            table = self.plan.tables[query.table]
            found.append(Read(query=query, table=table, index=table.indexes.get(query.index or "")))
        return tuple(found)

    @cached_property
    def writes(self) -> tuple[Write, ...]:
        """Every operation of every transaction, checks included."""
        return tuple(
            Write(transaction=one, operation=operation, place=place, table=self.plan.tables[operation.table])
            for one in self.plan.transactions.values()
            for place, operation in enumerate(one.operations)
        )

    @property
    def patterns(self) -> tuple[Transaction, ...]:
        """The application's own transactions: not those that apply runs once, nor those that only prove a refusal."""
        return tuple(one for one in self.plan.transactions.values() if one.run == "test" and one.expect_fails is None)

    def reads_of(self, table: Table) -> tuple[Read, ...]:
        """The queries that read a table or its indexes."""
        return self._reads_by_table.get(table.key, ())

    def writes_of(self, table: Table) -> tuple[Write, ...]:
        """The operations on a table."""
        return self._writes_by_table.get(table.key, ())

    def in_transaction(self, transaction: Transaction) -> tuple[Write, ...]:
        """The operations of one transaction."""
        return self._writes_by_transaction.get(transaction.name, ())

    @cached_property
    def _reads_by_table(self) -> Mapping[str, tuple[Read, ...]]:
        return _grouped(self.reads, lambda read: read.table.key)

    @cached_property
    def _writes_by_table(self) -> Mapping[str, tuple[Write, ...]]:
        return _grouped(self.writes, lambda write: write.table.key)

    @cached_property
    def _writes_by_transaction(self) -> Mapping[str, tuple[Write, ...]]:
        return _grouped(self.writes, lambda write: write.transaction.name)

    def rows(self, table: Table) -> tuple[SeedItem, ...]:
        """The first rows of a table's seed."""
        if table.key not in self._rows:
            seed = self.checked.seeds.get(table.key)
            self._rows[table.key] = () if seed is None else tuple(islice(seed.read(), MAX_ROWS))
        return self._rows[table.key]

    def items(self, table: Table) -> Iterator[Item]:
        """Every whole item that is known of a table: rows of its seed, and what transactions put."""
        for row in self.rows(table):
            yield row.item
        for write in self.writes_of(table):
            if write.operation.kind == "put":
                yield write.item

    def distinct(self, table: Table, attributes: tuple[str, ...]) -> int | None:
        """How many different values a key of these attributes is said to have; None when that is not said."""
        volume = table.volume
        counts = [] if volume is None else [volume.distinct.get(name) for name in attributes]
        if not counts or any(count is None for count in counts):
            return None
        product = 1
        for count in counts:
            product *= count or 1
        return min(product, volume.items) if volume is not None and volume.items is not None else product


def _grouped(members: Iterable[Member], name: Callable[[Member], str]) -> Mapping[str, tuple[Member, ...]]:
    found: dict[str, list[Member]] = {}
    for member in members:
        found.setdefault(name(member), []).append(member)
    return {key: tuple(group) for key, group in found.items()}


def _terms(condition: Condition, values: Item) -> Iterator[Term]:
    match condition:
        case Junction(parts=parts):
            for part in parts:
                yield from _terms(part, values)
        case Comparison(left=Path() as path, right=Placeholder(name=name)):
            yield Term(attribute=path.attribute, operator=condition.comparator, values=(values[name],))
        case Comparison(left=Placeholder(name=name), right=Path() as path):
            yield Term(attribute=path.attribute, operator=condition.comparator, values=(values[name],))
        case Between(operand=Path() as path, low=Placeholder(name=low), high=Placeholder(name=high)):
            yield Term(attribute=path.attribute, operator="BETWEEN", values=(values[low], values[high]))
        case Call(operands=(Path() as path, Placeholder(name=name))):
            yield Term(attribute=path.attribute, operator="begins_with", values=(values[name],))
        case _:
            pass  # a checked key condition has nothing else


def attributes_in(condition: Condition | None) -> frozenset[str]:
    """The attributes that a condition names."""
    return frozenset() if condition is None else frozenset(path.attribute for path in paths(condition))


def text_of(value: AttributeValue | None) -> str | None:
    """A text or number as text; None for everything else."""
    if value is None:
        return None
    found = value.get("S", value.get("N"))
    return None if found is None else str(found)
