"""The grammar of conditions, filters and key conditions.

    condition = and {OR and}          and = not {AND not}          not = [NOT] test
    test      = operand comparator operand | operand BETWEEN operand AND operand
              | operand IN (operand {, operand}) | function(operand {, operand}) | (condition)
    operand   = path | :value | size(operand) | (operand)

Source: DynamoDB guide, "Condition and filter expressions, operators, and functions".
"""

from __future__ import annotations

from typing import cast

from planner.codes import model as codes
from planner.expressions.cursor import Cursor, read_path
from planner.expressions.problems import ExpressionSyntaxError, Problem
from planner.expressions.tokens import Token, TokenKind, syntax_error
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
from planner.suggest import did_you_mean

CONDITION_WORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
CONDITION_FUNCTIONS = (*(str(function) for function in ConditionFunction), "size")
UPDATE_FUNCTIONS = ("if_not_exists", "list_append")
_COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
_FOREIGN_WORDS = {
    "LIKE": "Write `begins_with(name, :prefix)` or `contains(name, :part)`.",
    "IS": "Write `attribute_exists(name)`, `attribute_not_exists(name)`, or `attribute_type(name, :type)` with NULL.",
    "EXISTS": "Write `attribute_exists(name)`.",
}
_OTHER_NAMES = {
    "starts_with": "begins_with",
    "startswith": "begins_with",
    "exists": "attribute_exists",
    "not_exists": "attribute_not_exists",
    "includes": "contains",
    "length": "size",
    "len": "size",
    "type": "attribute_type",
    "coalesce": "if_not_exists",
    "append": "list_append",
}
_BACKQUOTES = "Put a name with a dash or dot in backquotes: `my-name`, and the whole expression in quotes."


def parse_condition(text: str) -> Condition:
    """The tree of a condition, filter or key condition.

    Raises:
        ExpressionSyntaxError: The text is none; at the first fault.
    """
    cursor = Cursor.over(text)
    start = cursor.here
    condition = _as_condition(_disjunction(cursor), start, cursor)
    if cursor.here.kind is not TokenKind.END:
        raise _unexpected(cursor.here, "AND, OR or the end")
    return condition


def _disjunction(cursor: Cursor) -> Condition | Operand:
    start = cursor.here
    first = _conjunction(cursor)
    if not cursor.at_word("OR"):
        return first
    parts = [_as_condition(first, start, cursor)]
    while cursor.at_word("OR"):
        cursor.take()
        start_of_part = cursor.here
        parts.append(_as_condition(_conjunction(cursor), start_of_part, cursor))
    return Junction(word="OR", parts=tuple(parts), offset=start.offset)


def _conjunction(cursor: Cursor) -> Condition | Operand:
    start = cursor.here
    first = _negation(cursor)
    if not cursor.at_word("AND"):
        return first
    parts = [_as_condition(first, start, cursor)]
    while cursor.at_word("AND"):
        cursor.take()
        start_of_part = cursor.here
        parts.append(_as_condition(_negation(cursor), start_of_part, cursor))
    return Junction(word="AND", parts=tuple(parts), offset=start.offset)


def _negation(cursor: Cursor) -> Condition | Operand:
    if not cursor.at_word("NOT"):
        return _test(cursor)
    word = cursor.take()
    start = cursor.here
    with cursor.deeper():
        return Not(condition=_as_condition(_negation(cursor), start, cursor), offset=word.offset)


def _test(cursor: Cursor) -> Condition | Operand:
    start = cursor.here
    left = _term(cursor)
    if cursor.at_sign(*_COMPARATORS):
        sign = cast("Comparator", cursor.take().text)
        if cursor.at_sign("="):
            raise syntax_error(cursor.here.offset, "Two comparators in a row.", "Write one '=' for equal.")
        right = _operand(cursor)
        return Comparison(comparator=sign, left=_as_operand(left, start), right=right, offset=start.offset)
    if cursor.at_word("BETWEEN"):
        cursor.take()
        low = _operand(cursor)
        if not cursor.at_word("AND"):
            raise syntax_error(
                cursor.here.offset,
                f"Expected AND between the bounds of BETWEEN, found {cursor.here.shown}.",
                "Write `name BETWEEN :low AND :high`.",
            )
        cursor.take()
        return Between(operand=_as_operand(left, start), low=low, high=_operand(cursor), offset=start.offset)
    if cursor.at_word("IN"):
        cursor.take()
        choices = _choices(cursor)
        return In(operand=_as_operand(left, start), choices=choices, offset=start.offset)
    return left


def _choices(cursor: Cursor) -> tuple[Operand, ...]:
    fix = "Write the choices in parentheses: `status IN (:open, :late)`."
    cursor.expect_sign("(", fix)
    found = [_operand(cursor)]
    while cursor.at_sign(","):
        cursor.take()
        found.append(_operand(cursor))
    cursor.expect_sign(")", fix)
    return tuple(found)


def _operand(cursor: Cursor) -> Operand:
    start = cursor.here
    return _as_operand(_term(cursor), start)


def _term(cursor: Cursor) -> Condition | Operand:
    token = cursor.here
    if token.kind is TokenKind.PLACEHOLDER:
        cursor.take()
        return Placeholder(name=token.text, offset=token.offset)
    if cursor.at_sign("("):
        cursor.take()
        with cursor.deeper():
            inner = _disjunction(cursor)
        if not cursor.at_sign(")"):
            raise _unexpected(cursor.here, "')'")
        cursor.take()
        return inner
    if cursor.at_function() and token.text.upper() not in CONDITION_WORDS:
        return _function(cursor)
    if token.kind is TokenKind.NUMBER:
        raise syntax_error(
            token.offset,
            f"An expression holds no literal number, and here stands {token.shown}.",
            "Write a placeholder such as `:limit` and give the number under `values`.",
        )
    if token.kind in (TokenKind.END, TokenKind.OPERATOR):
        raise _unexpected(token, "an attribute's name, a value or a function")
    return read_path(cursor, CONDITION_WORDS)


def _function(cursor: Cursor) -> Condition | Operand:
    token = cursor.take()
    if token.text not in CONDITION_FUNCTIONS:
        raise function_error(token, CONDITION_FUNCTIONS, UPDATE_FUNCTIONS, "an update expression")
    cursor.take()
    with cursor.deeper():
        operands = [_operand(cursor)]
        while cursor.at_sign(","):
            cursor.take()
            operands.append(_operand(cursor))
    cursor.expect_sign(")", f"Close the parentheses of `{token.text}`.")
    _check_count(token, len(operands))
    if token.text == "size":
        return Size(operand=operands[0], offset=token.offset)
    return Call(function=ConditionFunction(token.text), operands=tuple(operands), offset=token.offset)


def _check_count(token: Token, count: int) -> None:
    wanted = 1 if token.text in ("size", "attribute_exists", "attribute_not_exists") else 2
    if count != wanted:
        raise ExpressionSyntaxError(
            Problem(
                code=codes.EXPRESSION_FUNCTION,
                offset=token.offset,
                what=f"{token.text} takes {wanted} operand{'s' if wanted > 1 else ''}, and here has {count}.",
                fix=f"Write `{_USAGE[token.text]}`.",
            ),
        )


_USAGE = {
    "size": "size(name) > :bytes",
    "attribute_exists": "attribute_exists(name)",
    "attribute_not_exists": "attribute_not_exists(name)",
    "attribute_type": "attribute_type(name, :type)",
    "begins_with": "begins_with(name, :prefix)",
    "contains": "contains(name, :part)",
}


def function_error(
    token: Token, known: tuple[str, ...], elsewhere: tuple[str, ...], place: str
) -> ExpressionSyntaxError:
    """The exception for a function that does not exist or does not belong here.

    Args:
        token: The function's name.
        known: The functions that may stand here.
        elsewhere: The functions that may not.
        place: Where those may stand.
    """
    if token.text in elsewhere:
        what = f"{token.text} can stand only in {place}."
        fix = f"Here DynamoDB takes {', '.join(known)}."
    else:
        what = f"DynamoDB has no function {token.text}."
        meant = _OTHER_NAMES.get(token.text.lower(), "")
        advice = f"Did you mean '{meant}'? " if meant in known else did_you_mean(token.text, known)
        fix = f"{advice}Here DynamoDB takes {', '.join(known)}, in lower case."
    return ExpressionSyntaxError(
        Problem(code=codes.EXPRESSION_FUNCTION, offset=token.offset, what=what, fix=fix),
    )


def _as_condition(node: Condition | Operand, start: Token, cursor: Cursor) -> Condition:
    match node:
        case Size():
            raise ExpressionSyntaxError(
                Problem(
                    code=codes.EXPRESSION_FUNCTION,
                    offset=node.offset,
                    what="size is a number and no condition by itself.",
                    fix="Compare it: `size(name) > :bytes`.",
                ),
            )
        case Path() | Placeholder():
            if cursor.here.kind is not TokenKind.END and not cursor.at_sign(")") and not cursor.at_word("AND", "OR"):
                raise _unexpected(cursor.here, "a comparison")
            raise syntax_error(
                start.offset,
                f"Expected a condition, found only {start.shown}.",
                "Write a comparison such as `name = :value`, or a function such as `attribute_exists(name)`.",
            )
        case _:
            return node


def _as_operand(node: Condition | Operand, start: Token) -> Operand:
    match node:
        case Path() | Placeholder() | Size():
            return node
        case Call(function=function, offset=offset):
            raise ExpressionSyntaxError(
                Problem(
                    code=codes.EXPRESSION_FUNCTION,
                    offset=offset,
                    what=f"{function} is a condition by itself and cannot be compared or passed on.",
                    fix=f"Write `{_USAGE[function]}` alone, with `NOT` before it for the opposite.",
                ),
            )
        case _:
            raise syntax_error(
                start.offset,
                "A condition stands where a value is needed.",
                "Combine conditions with AND and OR; compare only attributes and values.",
            )


def _unexpected(token: Token, wanted: str) -> ExpressionSyntaxError:
    fix = "Check the expression from here on."
    if token.kind is TokenKind.NAME:
        fix = _FOREIGN_WORDS.get(token.text.upper(), "")
        fix = fix or f"{did_you_mean(token.text, CONDITION_WORDS)}Join conditions with AND or OR."
    elif token.kind is TokenKind.OPERATOR and token.text in ("-", "+"):
        fix = f"Conditions do not compute. {_BACKQUOTES}"
    elif token.kind is TokenKind.END:
        fix = "Complete the expression."
    elif token.text == "=":
        fix = "Write one comparison, and join several with AND."
    return syntax_error(token.offset, f"Expected {wanted}, found {token.shown}.", fix)
