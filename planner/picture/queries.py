"""What a query returns of the items that a plan brings, as DynamoDB would return it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.expectations import comes_in_order, unmet
from planner.expressions import parse_condition
from planner.expressions.evaluate import InexactError, holds
from planner.picture.collections import projected
from planner.picture.model import PictureQuery

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.expressions.tree import Condition
    from planner.picture.model import Collection, PictureItem
    from planner.picture.state import TableItems
    from planner.plan import Expression, Plan, Query
    from planner.values import Item


def ask(plan: Plan, query: Query, reads: Collection, items: Sequence[PictureItem], held: TableItems) -> PictureQuery:
    """A query with its answer.

    Args:
        plan: Whose query it is.
        query: The query.
        reads: The table or index that it reads.
        items: Of its table, by number.
        held: Of its table: whether all of them are known.
    """
    read: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    misses: tuple[str, ...] = ()
    unknown = held.why_partial
    try:
        read, returned = _answer(query, reads, items)
    except InexactError as why:
        unknown = str(why)
    if query.expect is not None and not unknown:
        misses = unmet(
            query.expect,
            [_seen(plan, query, items[number].item) for number in returned],
            in_order=comes_in_order(plan, query),
            descending=query.descending,
        )
    return PictureQuery(
        name=query.name,
        description=query.description,
        table=query.table,
        reads=reads.address,
        kind="scan" if query.scan else "query",
        key_condition=_text(query.key_condition),
        filter=_text(query.filter),
        values=query.values,
        projection=query.projection,
        facts=_facts(query),
        read=read,
        returned=returned,
        unmet=misses,
        expects=query.expect is not None,
        unknown=unknown,
    )


def _answer(query: Query, reads: Collection, items: Sequence[PictureItem]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What is read and what of it is returned; nothing is read any more once the limit is reached."""
    key_condition, filters = _parsed(query.key_condition), _parsed(query.filter)
    read: list[int] = []
    returned: list[int] = []
    for number in _in_order(query, reads):
        if query.limit is not None and len(returned) >= query.limit:
            break
        if key_condition is None or holds(key_condition, items[number].item, query.values):
            read.append(number)
            if filters is None or holds(filters, items[number].item, query.values):
                returned.append(number)
    return tuple(read), tuple(returned)


def _parsed(expression: Expression | None) -> Condition | None:
    return None if expression is None else parse_condition(expression.text)


def _in_order(query: Query, reads: Collection) -> Iterator[int]:
    for group in reads.groups:
        yield from reversed(group.items) if query.descending else group.items


def _seen(plan: Plan, query: Query, item: Item) -> Item:
    """The attributes of an item that a query gets to see."""
    table = plan.tables[query.table]
    names = None if query.index is None else projected(table, table.indexes[query.index])
    if query.index in table.local_indexes:
        names = None  # a local index fetches what it does not hold
    wanted = {name.split(".")[0].split("[")[0].strip("`") for name in query.projection} or None
    return {
        name: value
        for name, value in item.items()
        if (names is None or name in names) and (wanted is None or name in wanted)
    }


def _text(expression: Expression | None) -> str:
    return "" if expression is None else expression.text


def _facts(query: Query) -> tuple[tuple[str, str], ...]:
    facts = {
        "order": "descending" if query.descending else "",
        "limit": "" if query.limit is None else f"{query.limit:,}",
        "consistent": "strongly" if query.consistent else "",
        "asks for": ", ".join(query.projection),
        "rate": "" if query.rate is None else f"{query.rate} a second",
        "reads": "" if query.reads is None else f"{query.reads:,} items a call",
        "item size": "" if query.item_size is None else f"{query.item_size:,} bytes",
        "live": "apply asks it" if query.live else "",
    }
    return tuple((name, text) for name, text in facts.items() if text)
