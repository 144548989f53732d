"""Conditions judged against an item, as DynamoDB judges them: exact, or refused with ``InexactError``.

Sources: DynamoDB guide, "Condition and filter expressions, operators, and functions"; that ``a <> :v`` holds for an
item without ``a`` and every other comparison does not, as the engines of the tests answer.
"""

from __future__ import annotations

import base64
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import assert_never

from planner.expressions.tree import (
    Between,
    Call,
    Comparator,
    Comparison,
    Condition,
    ConditionFunction,
    In,
    Junction,
    Not,
    Operand,
    Path,
    Placeholder,
    Size,
)
from planner.values import AttributeValue, Item, canonical_value, order_key

_ORDERS: Mapping[Comparator, Callable[[tuple[Decimal, bytes], tuple[Decimal, bytes]], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ORDERED = frozenset({"S", "N", "B"})
_MEMBER_OF = {"SS": "S", "NS": "N", "BS": "B"}


class InexactError(Exception):
    """What DynamoDB would answer is not known for certain; the text says why."""


def holds(condition: Condition, item: Item, values: Item) -> bool:  # noqa: PLR0911 - one case for each kind of node
    """Whether an item meets a condition.

    Args:
        condition: As parsed, of an expression without errors.
        item: The item; empty where there is none.
        values: Every placeholder's value, by name without the colon.

    Raises:
        InexactError: It is not known what DynamoDB would say.
    """
    match condition:
        case Comparison():
            return _compare(condition, item, values)
        case Between():
            value, low, high = (
                _value(part, item, values) for part in (condition.operand, condition.low, condition.high)
            )
            return _ordered("<=", low, value) and _ordered("<=", value, high)
        case In():
            value = _value(condition.operand, item, values)
            return any(_equal(value, _value(choice, item, values)) for choice in condition.choices)
        case Call():
            return _call(condition, item, values)
        case Not():
            return not holds(condition.condition, item, values)
        case Junction(word="AND"):
            return all(holds(part, item, values) for part in condition.parts)
        case Junction():
            return any(holds(part, item, values) for part in condition.parts)
        case _:
            assert_never(condition)


def find(path: Path, item: Item) -> AttributeValue | None:
    """The value at a document path; None where there is none."""
    value: AttributeValue | None = {"M": item}
    for part in path.parts:
        if value is None:
            return None
        if isinstance(part, str):
            value = value["M"].get(part) if "M" in value else None
        else:
            members = value.get("L", ())
            value = members[part] if part < len(members) else None
    return value


def _value(operand: Operand, item: Item, values: Item) -> AttributeValue | None:
    match operand:
        case Path():
            return find(operand, item)
        case Placeholder(name=name):
            return values[name]
        case Size(operand=inner):
            return _size(_value(inner, item, values))
        case _:
            assert_never(operand)


def _size(value: AttributeValue | None) -> AttributeValue | None:
    if value is None:
        return None
    ((kind, content),) = value.items()
    if kind == "S" and not content.isascii():
        raise InexactError("size() of a text that is not plain ASCII is not counted here")
    if kind == "B":
        return {"N": str(len(base64.b64decode(content)))}
    if kind in {"S", "L", "M", "SS", "NS", "BS"}:
        return {"N": str(len(content))}
    raise InexactError(f"size() of the type {kind} is not defined")


def _compare(node: Comparison, item: Item, values: Item) -> bool:
    left, right = _value(node.left, item, values), _value(node.right, item, values)
    match node.comparator:
        case "=":
            return _equal(left, right)
        case "<>":
            if left is None and right is None:
                raise InexactError("`<>` between two attributes of which neither is there is not judged here")
            return not _equal(left, right)
        case _:
            return _ordered(node.comparator, left, right)


def _equal(left: AttributeValue | None, right: AttributeValue | None) -> bool:
    return left is not None and right is not None and canonical_value(left) == canonical_value(right)


def _ordered(comparator: Comparator, left: AttributeValue | None, right: AttributeValue | None) -> bool:
    if left is None or right is None:
        return False
    kinds = {*left, *right}
    if len(kinds) > 1 or not kinds <= _ORDERED:
        return False
    return _ORDERS[comparator](order_key(left), order_key(right))


def _call(call: Call, item: Item, values: Item) -> bool:
    found = [_value(operand, item, values) for operand in call.operands]
    value = found[0]
    match call.function:
        case ConditionFunction.ATTRIBUTE_EXISTS:
            return value is not None
        case ConditionFunction.ATTRIBUTE_NOT_EXISTS:
            return value is None
        case ConditionFunction.ATTRIBUTE_TYPE:
            return value is not None and found[1] is not None and found[1].get("S") in value
        case ConditionFunction.BEGINS_WITH:
            return _begins(value, found[1])
        case ConditionFunction.CONTAINS:
            return _contains(value, found[1])
        case _:
            assert_never(call.function)


def _begins(value: AttributeValue | None, prefix: AttributeValue | None) -> bool:
    if value is None or prefix is None:
        return False
    if "S" in value and "S" in prefix:
        return bool(value["S"].startswith(prefix["S"]))
    if "B" in value and "B" in prefix:
        return base64.b64decode(value["B"]).startswith(base64.b64decode(prefix["B"]))
    return False


def _contains(value: AttributeValue | None, part: AttributeValue | None) -> bool:
    if value is None or part is None:
        return False
    ((kind, content),) = value.items()
    if kind in _MEMBER_OF:
        return any(_equal({_MEMBER_OF[kind]: member}, part) for member in content)
    if kind == "L":
        return any(_equal(member, part) for member in content)
    if kind == "S":
        return "S" in part and part["S"] in content
    if kind == "B":
        return "B" in part and base64.b64decode(part["B"]) in base64.b64decode(content)
    return False
