"""What the application's queries and transactions take, for each second that they run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.checks.key_conditions import finds_one
from planner.cost.sizes import Sizes, is_in, projected
from planner.cost.units import MOVED, TRANSACTED, read_units, write_units
from planner.cost.values import Unknown
from planner.expressions.conditions import parse_condition
from planner.expressions.tree import RemoveAction
from planner.expressions.updates import parse_update
from planner.values import item_size, key_hash

if TYPE_CHECKING:
    from planner.plan import Index, Operation, Plan, Query, Table, Transaction
    from planner.values import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Units that one cause takes of one table or index.

    Attributes:
        cause: Such as ``query.recent``.
        table: The table's name in the plan.
        index: The index, or None for the table itself.
        reads: Whether they are read units; write units otherwise.
        units: In one call.
        rate: Calls a second.
        how: The reckoning, in few words.
        changes: Whether the call changes an item of the table, which its stream then tells of.
    """

    cause: str
    table: str
    index: str | None
    reads: bool
    units: Decimal
    rate: Decimal
    how: str
    changes: bool = False

    @property
    def per_second(self) -> Decimal:
        """Units a second."""
        return self.units * self.rate


@dataclass(slots=True)
class Work:
    """All loads of a plan, and what is unknown of them."""

    loads: list[Load] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    def lacks(self, address: str, missing: str, fix: str) -> None:
        """Note an input that is not there."""
        self.unknown.append(Unknown(address=address, missing=missing, fix=fix))


def work_of(plan: Plan, sizes: Sizes) -> Work:
    """What the queries and transactions of a plan take.

    Transactions that ``apply`` runs once are counted where they state a rate: only then does the application run them.
    So are those that prove a refusal: without a rate they are what another pattern does when it goes wrong.
    """
    found = Work()
    for query in plan.queries.values():
        _query(plan.tables[query.table], query, sizes, found)
    for transaction in plan.transactions.values():
        proves_refusal = transaction.expect_fails is not None
        if transaction.rate is not None or (transaction.run == "test" and not proves_refusal):
            _transaction(plan, transaction, sizes, found)
    _note_unwritten(plan, found)
    return found


def _note_unwritten(plan: Plan, found: Work) -> None:
    """A table that no rated transaction writes is written all the same, by calls that a plan does not name."""
    written = {load.table for load in found.loads if not load.reads}
    for table in plan.tables.values():
        if not table.external and table.key not in written:
            fix = (
                "State a transaction that writes it, with its `rate`; single writes of the application are in no plan."
            )
            found.lacks(table.address, "writes", fix)


def _query(table: Table, query: Query, sizes: Sizes, found: Work) -> None:
    reads, how = _reads(table, query, sizes)
    size = _read_size(table, query, sizes)
    if query.rate is None or reads is None or size is None:
        lacking = {"rate": query.rate, "reads": reads, "item_size": size}
        names = [name for name, value in lacking.items() if value is None]
        sized = f" `item_size` may stand in the `volume` of {table.key} instead." if size is None else ""
        named = " and ".join(f"`{name}`" for name in names)
        found.lacks(query.address, ", ".join(names), f"State {named} of the query.{sized}")
        return
    units = read_units(size, reads, consistent=query.consistent)
    found.loads.append(
        Load(
            cause=query.address,
            table=table.key,
            index=_billed_index(table, query),
            reads=True,
            units=units,
            rate=query.rate,
            how=f"{how} of {_bytes(size)}, {units.normalize():f} unit{'' if units == 1 else 's'} a call",
        )
    )


def _billed_index(table: Table, query: Query) -> str | None:
    """The global index that is read; a local index has the table's units."""
    return query.index if query.index in table.global_indexes else None


def _reads(table: Table, query: Query, sizes: Sizes) -> tuple[int | None, str]:
    """How many items a call reads, and how that is known."""
    if query.reads is not None:
        return query.reads, _items(query.reads)
    if query.key_condition is not None and finds_one(parse_condition(query.key_condition.text), table, query.index):
        return 1, _items(1)
    if query.limit is not None and query.filter is None:
        return query.limit, f"up to {_items(query.limit)}, its limit,"
    if query.scan:
        count = sizes.count(table)
        return count, "" if count is None else f"all {_items(count)}"
    return None, ""


def _items(count: int) -> str:
    return f"{count:,} item" + ("" if count == 1 else "s")


def _read_size(table: Table, query: Query, sizes: Sizes) -> Decimal | None:
    if query.item_size is not None:
        return sizes.scaled(query.item_size)
    whole = sizes.of_table(table)
    if whole is None or query.index is None:
        return whole
    return sizes.in_index(table, table.indexes[query.index], whole)


def _bytes(size: Decimal) -> str:
    return f"{size:,.0f} bytes"


def _transaction(plan: Plan, transaction: Transaction, sizes: Sizes, found: Work) -> None:
    if transaction.rate is None:
        found.lacks(transaction.address, "rate", "State `rate` of the transaction.")
        return
    for place, operation in enumerate(transaction.operations):
        table = plan.tables[operation.table]
        size = _written_size(table, transaction, operation, sizes)
        if size is None:
            fix = f"State `item_size` of the transaction, or in the `volume` of {table.key}."
            found.lacks(transaction.address, f"item_size of operation {place}", fix)
            continue
        units = write_units(size) * TRANSACTED
        load = Load(
            cause=transaction.address,
            table=table.key,
            index=None,
            reads=False,
            units=Decimal(units),
            rate=transaction.rate,
            how=f"{operation.kind} of {_bytes(size)} in a transaction",
            changes=operation.kind != "check",
        )
        found.loads.append(load)
        for name, index in table.indexes.items():
            times = _index_writes(table, index, operation, sizes)
            if times:
                units = write_units(sizes.in_index(table, index, size)) * times
                how = f"{operation.kind} of {table.key}" + (", its key moves" if times == MOVED else "")
                billed = name if name in table.global_indexes else None
                found.loads.append(replace(load, index=billed, units=Decimal(units), how=how, changes=False))


def _written_size(table: Table, transaction: Transaction, operation: Operation, sizes: Sizes) -> Decimal | None:
    if transaction.item_size is not None:
        return sizes.scaled(transaction.item_size)
    stated = sizes.of_table(table)
    if stated is not None:
        return stated
    return None if operation.item is None else sizes.scaled(item_size(operation.item))


def _index_writes(table: Table, index: Index, operation: Operation, sizes: Sizes) -> int:
    """How many writes an operation makes in an index: none, one, or two where the item moves in it.

    Whether the item is in a sparse index is told by the plan's own item of that key; of one that the plan does not
    have, the index is taken to hold it.
    """
    match operation.kind:
        case "put":
            return int(operation.item is not None and is_in(index, operation.item))
        case "delete":
            return int(_holds(table, index, operation, sizes))
        case "update":
            return _update_writes(table, index, operation, sizes)
        case _:
            return 0


def _sample(table: Table, operation: Operation, sizes: Sizes) -> Item | None:
    return None if operation.key is None else sizes.samples[table.key].get(key_hash(operation.key))


def _holds(table: Table, index: Index, operation: Operation, sizes: Sizes) -> bool:
    item = _sample(table, operation, sizes)
    return item is None or is_in(index, item)


def _update_writes(table: Table, index: Index, operation: Operation, sizes: Sizes) -> int:
    actions = _actions(operation)
    moved = [name for name in index.key_names if name in actions]
    if moved:
        held = _holds(table, index, operation, sizes)
        leaves = any(actions[name] for name in moved)
        # What leaves is deleted, what comes is put; what moves is both.
        return int(held) if leaves else 1 + int(held)
    if not _holds(table, index, operation, sizes):
        return 0
    whole = index.projection == "ALL"
    return int(whole or any(name in projected(table, index) for name in actions))


def _actions(operation: Operation) -> dict[str, bool]:
    """The attributes that an update writes, and whether it removes each."""
    if operation.expression is None:
        return {}
    parsed = parse_update(operation.expression.text)
    return {
        action.path.attribute: isinstance(action, RemoveAction) and len(action.path.parts) == 1
        for action in parsed.actions
    }


def per_second(loads: list[Load], table: str, index: str | None, *, reads: bool) -> Decimal:
    """Units a second of one table or index."""
    found = (load.per_second for load in loads if (load.table, load.index, load.reads) == (table, index, reads))
    return sum(found, Decimal(0))


def resources(table: Table) -> Iterator[str | None]:
    """What has units of its own: the table, then its global indexes."""
    yield None
    yield from table.global_indexes
