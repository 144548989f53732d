"""An item after an update expression, as DynamoDB makes it: exact, or refused with ``InexactError``."""

from __future__ import annotations

import copy
from decimal import Context, Inexact
from typing import Any, assert_never

from planner.expressions.evaluate import InexactError, find
from planner.expressions.tree import (
    Arithmetic,
    IfNotExists,
    ListAppend,
    Path,
    Placeholder,
    Update,
    UpdateValue,
)
from planner.values import MAX_DIGITS, AttributeValue, Item, canonical_number, canonical_value, to_decimal

_NUMBERS = Context(prec=MAX_DIGITS, traps=[Inexact])
_SETS = ("SS", "NS", "BS")


def updated(update: Update, item: Item, values: Item) -> Item:
    """The item as the update leaves it; every part sees the item as it was before.

    Args:
        update: As parsed, of an expression without errors.
        item: The item as it was, with its key attributes at least.
        values: Every placeholder's value, by name without the colon.

    Raises:
        InexactError: DynamoDB would refuse it, or it is not known what it would make.
    """
    results: list[tuple[Path, AttributeValue | None]] = [
        (action.path, _result(action.value, item, values)) for action in update.sets
    ]
    results += [(action.path, None) for action in update.removes]
    results += [(action.path, _added(find(action.path, item), values[action.value.name])) for action in update.adds]
    results += [
        (action.path, _without(find(action.path, item), values[action.value.name])) for action in update.deletes
    ]
    after: dict[str, Any] = copy.deepcopy(dict(item))
    for path, value in results:
        _put(after, path, value)
    return after


def _result(value: UpdateValue, item: Item, values: Item) -> AttributeValue:
    match value:
        case Path():
            found = find(value, item)
            if found is None:
                raise InexactError(f"{value} is not there to be read")
            return found
        case Placeholder(name=name):
            return values[name]
        case IfNotExists(path=path, default=default):
            found = find(path, item)
            return _result(default, item, values) if found is None else found
        case Arithmetic(operator=sign, left=left, right=right):
            return _sum(sign, _result(left, item, values), _result(right, item, values))
        case ListAppend(first=first, second=second):
            one, two = _result(first, item, values), _result(second, item, values)
            if "L" not in one or "L" not in two:
                raise InexactError("list_append of what is no list is refused")
            return {"L": [*one["L"], *two["L"]]}
        case _:
            assert_never(value)


def _sum(sign: str, left: AttributeValue, right: AttributeValue) -> AttributeValue:
    if "N" not in left or "N" not in right:
        raise InexactError("arithmetic with what is no number is refused")
    one, two = to_decimal(left), to_decimal(right)
    try:
        result = _NUMBERS.add(one, two) if sign == "+" else _NUMBERS.subtract(one, two)
    except Inexact:
        raise InexactError(f"the result has more than {MAX_DIGITS} digits") from None
    return {"N": canonical_number(str(result))}


def _added(before: AttributeValue | None, value: AttributeValue) -> AttributeValue:
    if before is None:
        return value
    if "N" in value:
        return _sum("+", before, value)
    kind = _set_kind(before, value)
    return canonical_value({kind: list(dict.fromkeys([*canonical_value(before)[kind], *canonical_value(value)[kind]]))})


def _without(before: AttributeValue | None, value: AttributeValue) -> AttributeValue | None:
    if before is None:
        return None
    kind = _set_kind(before, value)
    gone = canonical_value(value)[kind]
    left = [member for member in canonical_value(before)[kind] if member not in gone]
    return {kind: left} if left else None


def _set_kind(before: AttributeValue, value: AttributeValue) -> str:
    ((kind, _),) = value.items()
    if kind not in _SETS or kind not in before:
        raise InexactError("a set is changed by a set of its own type only")
    return kind


def _put(item: dict[str, Any], path: Path, value: AttributeValue | None) -> None:
    """Set or, with None, remove the value at a path of an item that may be changed."""
    if any(isinstance(part, int) for part in path.parts) and value is None:
        raise InexactError("what is removed from within a list is not followed here")
    *way, last = path.parts
    place: Any = item
    for part in way:
        place = _inside(place, part, path)
    if isinstance(last, int) != isinstance(place, list):
        raise InexactError(f"{path} lies in nothing that is there")
    if isinstance(last, int):
        if last >= len(place):
            raise InexactError(f"{path} is beyond the end of its list")
        place[last] = value
    elif value is None:
        place.pop(last, None)
    else:
        place[last] = value


def _inside(place: Any, part: str | int, path: Path) -> Any:
    found = place.get(part) if isinstance(part, str) and isinstance(place, dict) else None
    if isinstance(part, int) and isinstance(place, list) and part < len(place):
        found = place[part]
    if found is None or not ("M" in found or "L" in found):
        raise InexactError(f"{path} lies in nothing that is there")
    return found["M"] if "M" in found else found["L"]
