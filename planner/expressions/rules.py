"""What DynamoDB refuses in an expression before it looks at any item: types, repeated operands, limits, overlaps."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, assert_never

from planner.codes import model as codes
from planner.expressions.problems import Complain, Problem
from planner.expressions.render import Aliases, operators, render
from planner.expressions.tree import (
    AddAction,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Condition,
    ConditionFunction,
    DeleteAction,
    In,
    ListAppend,
    Node,
    Operand,
    Path,
    Placeholder,
    Size,
    Update,
    UpdateOperand,
    walk,
)
from planner.limits import MAX_EXPRESSION_BYTES, MAX_IN_CHOICES, MAX_OPERATORS
from planner.values import Item, to_decimal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.diagnostics import Code

TYPE_NAMES = ("S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M")
_ORDERED = frozenset({"S", "N", "B"})
_SIZED = frozenset({"S", "B", "SS", "NS", "BS", "L", "M"})
_WORDS = {
    "S": "a string",
    "N": "a number",
    "B": "binary",
    "SS": "a set of strings",
    "NS": "a set of numbers",
    "BS": "a set of binaries",
    "BOOL": "true or false",
    "NULL": "null",
    "L": "a list",
    "M": "a mapping",
}


def in_words(kind: str) -> str:
    """``a number`` for ``N``, and so on."""
    return _WORDS.get(kind, kind)


def type_of(node: Operand | UpdateOperand, values: Item) -> str | None:
    """The type of an operand where it is known without an item: of values and of sizes."""
    match node:
        case Placeholder(name=name):
            return next(iter(values[name]), None) if name in values else None
        case Size():
            return "N"
        case _:
            return None


def check_condition(condition: Condition, values: Item, complain: Complain) -> None:
    """Report what DynamoDB refuses in a condition, filter or key condition, with these values."""
    _check_limits(condition, complain)
    for node in walk(condition):
        match node:
            case Comparison(comparator=comparator, left=left, right=right):
                _check_distinct(comparator, left, (right,), complain)
                if comparator not in ("=", "<>"):
                    for side in (left, right):
                        _check_type(comparator, side, values, _ORDERED, complain)
            case Between(operand=operand, low=low, high=high):
                _check_distinct("BETWEEN", operand, (low, high), complain)
                for side in (operand, low, high):
                    _check_type("BETWEEN", side, values, _ORDERED, complain)
                _check_bounds(low, high, values, complain)
            case In(operand=operand, choices=choices):
                _check_distinct("IN", operand, choices, complain)
                _check_choices(node, complain)
            case Call():
                _check_call(node, values, complain)
            case Size(operand=operand):
                _check_type("size", operand, values, _SIZED, complain)
            case _:
                pass


def _check_call(call: Call, values: Item, complain: Complain) -> None:
    name = str(call.function)
    first = call.operands[0]
    match call.function:
        case ConditionFunction.ATTRIBUTE_EXISTS | ConditionFunction.ATTRIBUTE_NOT_EXISTS:
            if not isinstance(first, Path):
                _complain(
                    complain,
                    codes.EXPRESSION_FUNCTION,
                    first,
                    f"{name} asks for an attribute, and here stands a value.",
                    f"Write `{name}(name)`.",
                )
        case ConditionFunction.ATTRIBUTE_TYPE:
            _check_type_name(call.operands[1], values, complain)
        case ConditionFunction.BEGINS_WITH:
            _check_distinct(name, first, call.operands[1:], complain)
            for operand in call.operands:
                _check_type(name, operand, values, frozenset({"S", "B"}), complain)
        case ConditionFunction.CONTAINS:
            _check_distinct(name, first, call.operands[1:], complain)
        case _:
            assert_never(call.function)


def _check_type_name(operand: Operand, values: Item, complain: Complain) -> None:
    fix = f"Give a value such as `type: S`; types are {', '.join(TYPE_NAMES)}."
    if not isinstance(operand, Placeholder):
        _complain(
            complain,
            codes.EXPRESSION_TYPE,
            operand,
            "The type that attribute_type looks for must be a value.",
            f"Write `attribute_type(name, :type)`. {fix}",
        )
    elif operand.name in values and values[operand.name].get("S") not in TYPE_NAMES:
        shown = values[operand.name].get("S", in_words(type_of(operand, values) or ""))
        what = f":{operand.name} is no name of a type: {shown}."
        _complain(complain, codes.EXPRESSION_TYPE, operand, what, fix)


def _check_distinct(name: str, first: Operand, others: Sequence[Operand], complain: Complain) -> None:
    if isinstance(first, Path) and first in others:
        _complain(
            complain,
            codes.SAME_OPERAND,
            first,
            f"'{first}' stands on both sides of {name}.",
            "Compare with another attribute or with a value.",
        )


def _check_bounds(low: Operand, high: Operand, values: Item, complain: Complain) -> None:
    kinds = (type_of(low, values), type_of(high, values))
    if None in kinds or not set(kinds) <= _ORDERED:
        return
    if kinds[0] != kinds[1]:
        what = f"The bounds of BETWEEN are {in_words(str(kinds[0]))} and {in_words(str(kinds[1]))}."
        _complain(complain, codes.EXPRESSION_TYPE, high, what, "Give both bounds in one type.")
    elif isinstance(low, Placeholder) and isinstance(high, Placeholder) and _above(low, high, values):
        what = f"The lower bound :{low.name} is above the upper bound :{high.name}."
        _complain(complain, codes.EXPRESSION_TYPE, low, what, "Exchange the bounds.")


def _above(low: Placeholder, high: Placeholder, values: Item) -> bool:
    first, second = values[low.name], values[high.name]
    if "N" in first:
        return to_decimal(first) > to_decimal(second)
    if "S" in first:
        return str(first["S"]).encode() > str(second["S"]).encode()
    from base64 import b64decode  # noqa: PLC0415 - binary bounds are rare

    return b64decode(first["B"]) > b64decode(second["B"])


def _check_choices(node: In, complain: Complain) -> None:
    if len(node.choices) > MAX_IN_CHOICES:
        _complain(
            complain,
            codes.EXPRESSION_LIMIT,
            node,
            f"IN has {len(node.choices)} choices; DynamoDB takes {MAX_IN_CHOICES}.",
            "Split it in several, joined by OR.",
        )


def _check_type(
    name: str,
    operand: Operand | UpdateOperand,
    values: Item,
    allowed: frozenset[str],
    complain: Complain,
) -> None:
    kind = type_of(operand, values)
    if kind is None or kind in allowed:
        return
    shown = f":{operand.name}" if isinstance(operand, Placeholder) else "size(...)"
    wanted = " or ".join(in_words(one) for one in TYPE_NAMES if one in allowed)
    _complain(
        complain,
        codes.EXPRESSION_TYPE,
        operand,
        f"{name} takes {wanted}, and {shown} is {in_words(kind)}.",
        f"Give {shown} another value, or use another operator.",
    )


def check_update(update: Update, values: Item, complain: Complain) -> None:
    """Report what DynamoDB refuses in an update expression, with these values."""
    _check_limits(update, complain)
    for node in walk(update):
        match node:
            case Arithmetic(operator=operator, left=left, right=right):
                for side in (left, right):
                    _check_type(f"'{operator}'", side, values, frozenset({"N"}), complain)
            case ListAppend(first=first, second=second):
                for side in (first, second):
                    _check_type("list_append", side, values, frozenset({"L"}), complain)
            case AddAction(value=value):
                _check_type("ADD", value, values, frozenset({"N", "SS", "NS", "BS"}), complain)
            case DeleteAction(value=value):
                _check_type("DELETE", value, values, frozenset({"SS", "NS", "BS"}), complain)
            case _:
                pass
    check_overlaps([action.path for action in update.actions], complain)


def check_overlaps(found: Sequence[Path], complain: Complain) -> None:
    """Report pairs of paths of which one lies within the other, or that take one place for a list and a mapping."""
    by_attribute: dict[str, list[Path]] = {}
    for path in found:
        by_attribute.setdefault(path.attribute, []).append(path)
    for group in by_attribute.values():
        for first, second in combinations(group, 2):
            if _overlap(first, second):
                later = max(first, second, key=lambda path: path.offset)
                _complain(
                    complain,
                    codes.OVERLAPPING_PATHS,
                    later,
                    f"'{first}' and '{second}' touch one place of the item.",
                    "Keep one of them.",
                )


def _overlap(first: Path, second: Path) -> bool:
    for one, other in zip(first.parts, second.parts, strict=False):
        if type(one) is not type(other):
            return True
        if one != other:
            return False
    return True


def _check_limits(node: Condition | Update, complain: Complain) -> None:
    size = len(render(node, Aliases()).encode())
    if size > MAX_EXPRESSION_BYTES:
        what = f"The expression has {size} bytes; DynamoDB takes {MAX_EXPRESSION_BYTES}."
        complain(Problem(code=codes.EXPRESSION_LIMIT, offset=0, what=what, fix="Split or shorten it."))
    count = operators(node)
    if count > MAX_OPERATORS:
        what = f"The expression has {count} operators and functions; DynamoDB takes {MAX_OPERATORS}."
        complain(Problem(code=codes.EXPRESSION_LIMIT, offset=0, what=what, fix="Split or simplify it."))


def offset_of(node: Node) -> int:
    """Where a node begins in the text."""
    match node:
        case Update():
            return 0
        case Path() | Placeholder() | Size() | Comparison() | Between() | In() | Call() | Arithmetic() | ListAppend():
            return node.offset
        case _:
            return min((found.offset for found in walk(node) if isinstance(found, Path | Placeholder)), default=0)


def _complain(complain: Complain, code: Code, node: Node, what: str, fix: str) -> None:
    complain(Problem(code=code, offset=offset_of(node), what=what, fix=fix))
