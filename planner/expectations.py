"""Whether a query found what the plan expects: pure, so that ``ddbplan test`` and live queries judge alike."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

from planner.plan import Expect, Plan, Query
from planner.values import AttributeValue, Item, canonical_json, canonical_value, order_key, plain

MAX_SHOWN = 60


def comes_in_order(plan: Plan, query: Query) -> bool:
    """Whether DynamoDB promises an order for the query's items: by a sort key, or because there is one at most."""
    if query.scan:
        return False
    return query.index is None or bool(plan.tables[query.table].indexes[query.index].sort_key)


def unmet(expect: Expect, items: Sequence[Item], *, in_order: bool, descending: bool) -> tuple[str, ...]:
    """What the items lack of what is expected, one sentence each; empty when all is met.

    An expected item names some attributes: those must be there with equal values (numbers by value, sets without
    order); others may be there besides.

    Args:
        expect: From the plan.
        items: What the query returned, in DynamoDB JSON, in the order in which it came.
        in_order: Whether that order means anything (``comes_in_order``); if not, ``items`` and ``first`` take any.
        descending: The direction that ``ordered`` asks for.
    """
    found = [
        *_counts(expect, items),
        *_exact(expect, items, in_order=in_order),
        *_first(expect, items, in_order=in_order),
        *(f"no item has {show(wanted)}" for wanted in expect.contains if not _any(items, wanted)),
        *(f"an item has {show(unwanted)}, which must be absent" for unwanted in expect.absent if _any(items, unwanted)),
    ]
    if expect.ordered is not None:
        found += _ordered(expect.ordered, items, descending=descending)
    return tuple(found)


def matches(item: Item, wanted: Item) -> bool:
    """Whether the item has every wanted attribute with an equal value."""
    return all(name in item and canonical_value(item[name]) == canonical_value(value) for name, value in wanted.items())


def show(item: Item) -> str:
    """An item as a person would write it in a plan, cut to a readable length."""
    return "{" + ", ".join(f"{name}: {show_value(value)}" for name, value in item.items()) + "}"


def show_value(value: AttributeValue) -> str:
    """A value as a person would write it, cut to a readable length."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            text = content
        case "N":
            text = canonical_value(value)["N"]
        case _:
            text = canonical_json(_jsonable(plain(value)))
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _jsonable(value: object) -> object:
    match value:
        case Decimal():
            return str(value)
        case dict():
            return {name: _jsonable(member) for name, member in value.items()}
        case list():
            return [_jsonable(member) for member in value]
        case _:
            return value


def _any(items: Sequence[Item], wanted: Item) -> bool:
    return any(matches(item, wanted) for item in items)


def _plural(count: int) -> str:
    return f"{count} item" if count == 1 else f"{count} items"


def _counts(expect: Expect, items: Sequence[Item]) -> list[str]:
    found = []
    if expect.count is not None and len(items) != expect.count:
        found.append(f"expected {_plural(expect.count)}, got {len(items)}")
    if expect.minimum is not None and len(items) < expect.minimum:
        found.append(f"expected at least {_plural(expect.minimum)}, got {len(items)}")
    return found


def _exact(expect: Expect, items: Sequence[Item], *, in_order: bool) -> list[str]:
    if expect.items is None:
        return []
    if len(items) != len(expect.items):
        missing = [wanted for wanted in expect.items if not _any(items, wanted)]
        detail = f"; none has {show(missing[0])}" if missing else ""
        return [f"expected exactly {_plural(len(expect.items))}, got {len(items)}{detail}"]
    if not in_order:
        return _paired(expect.items, items)
    return [
        f"item {number}: {differences(item, wanted)}"
        for number, (item, wanted) in enumerate(zip(items, expect.items, strict=True), start=1)
        if not matches(item, wanted)
    ]


def _paired(wanted: Sequence[Item], items: Sequence[Item]) -> list[str]:
    """The expected items that find no partner, each item being one expected item's partner at most."""
    partner: dict[int, int] = {}

    def find(mine: int, tried: set[int]) -> bool:
        for other, item in enumerate(items):
            if other in tried or not matches(item, wanted[mine]):
                continue
            tried.add(other)
            if other not in partner or find(partner[other], tried):
                partner[other] = mine
                return True
        return False

    return [f"no item is left for {show(item)}" for index, item in enumerate(wanted) if not find(index, set())]


def _first(expect: Expect, items: Sequence[Item], *, in_order: bool) -> list[str]:
    if expect.first is None:
        return []
    if not items:
        return [f"expected the first item to have {show(expect.first)}, got none"]
    if not in_order:
        return [] if _any(items, expect.first) else [f"no item has {show(expect.first)}"]
    return [] if matches(items[0], expect.first) else [f"first item: {differences(items[0], expect.first)}"]


def differences(item: Item, wanted: Item) -> str:
    """Where the item differs from what is wanted, attribute by attribute."""
    parts = []
    for name, value in wanted.items():
        if name not in item:
            parts.append(f"{name} is missing, expected {show_value(value)}")
        elif canonical_value(item[name]) != canonical_value(value):
            parts.append(f"{name} is {_typed(item[name], value)}, expected {_typed(value, item[name])}")
    return "; ".join(parts)


def _typed(value: AttributeValue, other: AttributeValue) -> str:
    """The value, with its type where the other's type is what differs."""
    ((kind, _),) = value.items()
    return show_value(value) if kind in other else f"{show_value(value)} ({kind})"


def _ordered(name: str, items: Sequence[Item], *, descending: bool) -> list[str]:
    missing = next((number for number, item in enumerate(items, start=1) if name not in item), None)
    if missing is not None:
        return [f"item {missing} has no {name} to be ordered by"]
    kinds = {kind for item in items for kind in item[name]}
    if len(kinds) > 1 or not kinds <= {"S", "N", "B"}:
        return [f"{name} holds {', '.join(sorted(kinds))}, which cannot be put in order"]
    values = [order_key(item[name]) for item in items]
    for number, (one, two) in enumerate(itertools.pairwise(values), start=1):
        if (two > one) if descending else (two < one):
            direction = "descending" if descending else "ascending"
            return [f"items {number} and {number + 1} are not in {direction} order of {name}"]
    return []
