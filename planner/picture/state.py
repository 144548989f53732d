"""The items that a plan's seeds bring, and what transactions make of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from planner.expressions import parse_condition, parse_update
from planner.expressions.apply_update import updated
from planner.expressions.evaluate import InexactError, holds
from planner.picture.model import Outcome, PictureItem, PictureOperation, PictureTransaction
from planner.values import key_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.checked import CheckedPlan, CheckedSeed, CompiledTransaction
    from planner.plan import Operation, Table, Transaction
    from planner.values import Item

MAX_ITEMS = 20_000
"""At most this many seed items are shown; tables share it evenly, and those that need less leave the rest to others."""


@dataclass(slots=True, kw_only=True)
class TableItems:
    """The items of one table while transactions run.

    Attributes:
        table: Whose they are.
        items: By the hash of their key.
        count: How many there are, shown or not.
        why_partial: Why not every item is here; empty when all are.
    """

    table: Table
    items: dict[str, PictureItem] = field(default_factory=dict)
    count: int = 0
    why_partial: str = ""

    def find(self, key: Item) -> Item | None:
        """The item with that key; None where there is none.

        Raises:
            InexactError: Not every item is here, and this one is not.
        """
        found = self.items.get(key_hash(key))
        if found is None and self.why_partial:
            raise InexactError(self.why_partial)
        return None if found is None else found.item

    def put(self, key: Item, item: Item | None, address: str) -> None:
        """Store an item, or with None take it away."""
        at = key_hash(key)
        before = self.items.pop(at, None) if item is None else self.items.get(at)
        self.count += (item is not None) - (before is not None)
        if item is None:
            return
        if before is None:
            self.items[at] = PictureItem(number=0, item=item, origin=address)
        else:
            self.items[at] = replace(before, item=item, changed_by=(*before.changed_by, address))


def seeded(checked: CheckedPlan, limit: int = MAX_ITEMS) -> dict[str, TableItems]:
    """The items of every table as the seeds bring them, by the table's name in the plan."""
    shares = _shares({key: seed.count for key, seed in checked.seeds.items()}, limit)
    found = {}
    for key, table in checked.plan.tables.items():
        held = TableItems(table=table)
        if table.external:
            held.why_partial = "the table is someone else's, and its items are not in the plan"
        if key in checked.seeds:
            _fill(held, checked.seeds[key], shares[key])
        found[key] = held
    return found


def _fill(held: TableItems, seed: CheckedSeed, share: int) -> None:
    held.count = seed.count
    for row in islice(seed.read(), share):
        key = {name: row.item[name] for name in held.table.key_names}
        held.items[key_hash(key)] = PictureItem(number=0, item=row.item, origin=seed.address, entity=row.entity)
    if seed.seed.source is not None:
        held.why_partial = f"the items come from {seed.seed.source} and are not in the plan"
    elif seed.count > share:
        held.why_partial = f"only the first {share:,} of {seed.count:,} items are shown"


def _shares(counts: Mapping[str, int], limit: int) -> dict[str, int]:
    """How many items of each table are shown: those with few all of theirs, the others what is left, evenly."""
    shares: dict[str, int] = {}
    for left, (key, count) in zip(range(len(counts), 0, -1), sorted(counts.items(), key=lambda c: c[1]), strict=True):
        shares[key] = min(count, limit // left)
        limit -= shares[key]
    return shares


def run_all(checked: CheckedPlan, tables: Mapping[str, TableItems]) -> tuple[PictureTransaction, ...]:
    """Every transaction: those that run once change ``tables`` one after another, the others start from the result."""
    found = []
    once = [one for one in checked.transactions.values() if one.run == "once"]
    for compiled in once:
        shown = _run(checked.plan.transactions[compiled.name], compiled, tables)
        found.append(shown)
        if shown.outcome is Outcome.SUCCEEDS:
            for touched, operation in zip(compiled.touches, shown.operations, strict=True):
                if operation.kind != "check":
                    tables[touched.table].put(touched.key, operation.after, compiled.address)
        elif shown.outcome is Outcome.UNKNOWN:
            _doubt((touched.table for touched in compiled.touches), tables, compiled.name)
    others = [one for one in checked.transactions.values() if one.run != "once"]
    return (*found, *(_run(checked.plan.transactions[one.name], one, tables) for one in others))


def _doubt(touched: Iterable[str], tables: Mapping[str, TableItems], name: str) -> None:
    for table in touched:
        tables[table].why_partial = tables[table].why_partial or f"what {name} makes of the items is not known offline"


def _run(
    transaction: Transaction, compiled: CompiledTransaction, tables: Mapping[str, TableItems]
) -> PictureTransaction:
    operations = tuple(
        _operate(operation, touched.key, tables[touched.table])
        for operation, touched in zip(transaction.operations, compiled.touches, strict=True)
    )
    refuses = next((number for number, one in enumerate(operations) if one.met is False), None)
    if refuses is not None:
        outcome = Outcome.REFUSED
        operations = tuple(one if one.unknown else replace(one, after=one.before) for one in operations)
    else:
        outcome = Outcome.UNKNOWN if any(one.unknown for one in operations) else Outcome.SUCCEEDS
    expected = None if outcome is Outcome.UNKNOWN else refuses == transaction.expect_fails
    facts = {
        "after": ", ".join(transaction.after),
        "expected": "" if transaction.expect_fails is None else f"operation {transaction.expect_fails} refuses",
        "rate": "" if transaction.rate is None else f"{transaction.rate} a second",
        "item size": "" if transaction.item_size is None else f"{transaction.item_size:,} bytes",
    }
    return PictureTransaction(
        name=transaction.name,
        description=transaction.description,
        run=transaction.run,
        outcome=outcome,
        expected=expected,
        operations=operations,
        facts=tuple((name, text) for name, text in facts.items() if text),
    )


def _operate(operation: Operation, key: Item, held: TableItems) -> PictureOperation:
    before: Item | None = None
    after: Item | None = None
    met: bool | None = None
    unknown = ""
    try:
        before = held.find(key)
        if operation.condition is not None:
            met = holds(parse_condition(operation.condition.text), before or {}, operation.values)
        after = before if met is False else _after(operation, key, before)
    except InexactError as why:
        unknown = str(why)
    return PictureOperation(
        kind=operation.kind,
        table=operation.table,
        key=key,
        expression="" if operation.expression is None else operation.expression.text,
        condition="" if operation.condition is None else operation.condition.text,
        values=operation.values,
        met=met,
        before=before,
        after=after,
        unknown=unknown,
    )


def _after(operation: Operation, key: Item, before: Item | None) -> Item | None:
    match operation.kind:
        case "put":
            return operation.item
        case "delete":
            return None
        case "check":
            return before
        case "update":
            if operation.expression is None:
                return before or key
            return updated(parse_update(operation.expression.text), before or key, operation.values)
