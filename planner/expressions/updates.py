"""The grammar of update expressions.

    update = section {section}, each of SET, REMOVE, ADD and DELETE at most once
    SET path = value {, ...}      value   = operand [+|- operand] | list_append(operand, operand)
    REMOVE path {, ...}           operand = path | :value | if_not_exists(path, operand) | (operand)
    ADD path :value {, ...}       DELETE path :value {, ...}

Source: DynamoDB guide, "Using update expressions in DynamoDB".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar, cast

from planner.codes import model as codes
from planner.expressions.conditions import CONDITION_FUNCTIONS, UPDATE_FUNCTIONS, function_error
from planner.expressions.cursor import Cursor, read_path
from planner.expressions.problems import ExpressionSyntaxError, Problem
from planner.expressions.reserved import KEYWORDS
from planner.expressions.tokens import Token, TokenKind, syntax_error
from planner.expressions.tree import (
    AddAction,
    Arithmetic,
    DeleteAction,
    IfNotExists,
    ListAppend,
    Path,
    Placeholder,
    RemoveAction,
    SetAction,
    Update,
    UpdateOperand,
    UpdateValue,
)
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

_SECTIONS = ("SET", "REMOVE", "ADD", "DELETE")
_USAGE = {
    "if_not_exists": "SET count = if_not_exists(count, :zero) + :one",
    "list_append": "SET lines = list_append(lines, :more)",
}
_A = TypeVar("_A", SetAction, RemoveAction, AddAction, DeleteAction)


def parse_update(text: str) -> Update:
    """The tree of an update expression.

    Raises:
        ExpressionSyntaxError: The text is none; at the first fault.
    """
    cursor = Cursor.over(text)
    found: dict[str, object] = {}
    while cursor.here.kind is not TokenKind.END:
        word = _section_word(cursor, found)
        match word:
            case "SET":
                found["sets"] = _list_of(cursor, _set_action)
            case "REMOVE":
                found["removes"] = _list_of(cursor, _remove_action)
            case "ADD":
                found["adds"] = _list_of(cursor, _add_action)
            case _:
                found["deletes"] = _list_of(cursor, _delete_action)
    return Update(**found)  # type: ignore[arg-type] # each name above holds its own tuple


def _section_word(cursor: Cursor, found: dict[str, object]) -> str:
    token = cursor.here
    if not cursor.at_word(*_SECTIONS):
        advice = did_you_mean(token.text, _SECTIONS) if token.kind is TokenKind.NAME else ""
        wanted = "a comma, or SET, REMOVE, ADD or DELETE" if found else "SET, REMOVE, ADD or DELETE"
        raise syntax_error(
            token.offset,
            f"Expected {wanted}, found {token.shown}.",
            f"{advice}Write `SET name = :value, other = :value REMOVE third`.",
        )
    word = cursor.take().text.upper()
    if f"{word.lower()}s" in found:
        raise syntax_error(
            token.offset,
            f"{word} stands twice in one update.",
            f"Put all its parts behind one {word}, with commas between them.",
        )
    return word


def _list_of(cursor: Cursor, read: Callable[[Cursor], _A]) -> tuple[_A, ...]:
    actions = [read(cursor)]
    while cursor.at_sign(","):
        cursor.take()
        actions.append(read(cursor))
    return tuple(actions)


def _path(cursor: Cursor) -> Path:
    return read_path(cursor, KEYWORDS)


def _set_action(cursor: Cursor) -> SetAction:
    path = _path(cursor)
    cursor.expect_sign("=", "Write `SET name = :value`.")
    return SetAction(path=path, value=_value(cursor))


def _remove_action(cursor: Cursor) -> RemoveAction:
    action = RemoveAction(path=_path(cursor))
    if cursor.at_sign("="):
        raise syntax_error(cursor.here.offset, "REMOVE takes names alone.", "Write `REMOVE name, other`.")
    return action


def _add_action(cursor: Cursor) -> AddAction:
    path = _path(cursor)
    return AddAction(path=path, value=_plain_value(cursor, "ADD", "ADD views :one"))


def _delete_action(cursor: Cursor) -> DeleteAction:
    path = _path(cursor)
    return DeleteAction(path=path, value=_plain_value(cursor, "DELETE", "DELETE colours :gone"))


def _plain_value(cursor: Cursor, word: str, usage: str) -> Placeholder:
    token = cursor.take()
    if token.kind is not TokenKind.PLACEHOLDER:
        remove = " To remove an attribute, write `REMOVE name`." if word == "DELETE" else ""
        raise syntax_error(
            token.offset,
            f"{word} takes a name and a value such as :one, and here stands {token.shown}.",
            f"Write `{usage}`, without '='.{remove}",
        )
    return Placeholder(name=token.text, offset=token.offset)


def _value(cursor: Cursor) -> UpdateValue:
    start = cursor.here
    left = _term(cursor)
    if not cursor.at_sign("+", "-"):
        return left
    if isinstance(left, Arithmetic):
        raise _one_operator(cursor.here)
    sign = cast('Literal["+", "-"]', cursor.take().text)
    first = _as_operand(left)
    value = Arithmetic(operator=sign, left=first, right=_as_operand(_term(cursor)), offset=start.offset)
    if cursor.at_sign("+", "-"):
        raise _one_operator(cursor.here)
    return value


def _one_operator(token: Token) -> ExpressionSyntaxError:
    return syntax_error(
        token.offset,
        "DynamoDB takes one '+' or '-' in an assignment.",
        "Compute the rest in the application. A name with a dash goes in backquotes: `my-name`.",
    )


def _term(cursor: Cursor) -> UpdateValue:
    token = cursor.here
    if token.kind is TokenKind.PLACEHOLDER:
        cursor.take()
        return Placeholder(name=token.text, offset=token.offset)
    if cursor.at_sign("("):
        cursor.take()
        with cursor.deeper():
            inner = _value(cursor)
        cursor.expect_sign(")", "Close the parentheses.")
        return inner
    if cursor.at_function():
        return _function(cursor)
    if token.kind is TokenKind.NUMBER or cursor.at_sign("-"):
        raise syntax_error(
            token.offset,
            "An expression holds no literal number.",
            "Write a placeholder such as `:amount` and give the number under `values`.",
        )
    return _path(cursor)


def _function(cursor: Cursor) -> UpdateValue:
    token = cursor.take()
    if token.text not in UPDATE_FUNCTIONS:
        raise function_error(token, UPDATE_FUNCTIONS, CONDITION_FUNCTIONS, "a condition or filter")
    cursor.take()
    with cursor.deeper():
        operands = [_operand(cursor)]
        while cursor.at_sign(","):
            cursor.take()
            operands.append(_operand(cursor))
    cursor.expect_sign(")", f"Close the parentheses of `{token.text}`.")
    if len(operands) != 2:  # noqa: PLR2004 - both functions take a pair
        raise _misuse(token, f"{token.text} takes 2 operands, and here has {len(operands)}.")
    first, second = operands
    if token.text == "list_append":
        return ListAppend(first=first, second=second, offset=token.offset)
    if not isinstance(first, Path):
        raise _misuse(token, "The first operand of if_not_exists is an attribute's name.")
    return IfNotExists(path=first, default=second, offset=token.offset)


def _operand(cursor: Cursor) -> UpdateOperand:
    return _as_operand(_term(cursor))


def _as_operand(value: UpdateValue) -> UpdateOperand:
    match value:
        case Arithmetic(offset=offset, operator=operator):
            raise syntax_error(
                offset,
                f"A '{operator}' cannot stand inside a function or another sum.",
                "DynamoDB takes one '+' or '-', outside of functions.",
            )
        case ListAppend(offset=offset):
            raise ExpressionSyntaxError(
                Problem(
                    code=codes.EXPRESSION_FUNCTION,
                    offset=offset,
                    what="list_append can only be the whole of what is assigned.",
                    fix=f"Write `{_USAGE['list_append']}`.",
                ),
            )
        case _:
            return value


def _misuse(token: Token, what: str) -> ExpressionSyntaxError:
    return ExpressionSyntaxError(
        Problem(
            code=codes.EXPRESSION_FUNCTION,
            offset=token.offset,
            what=what,
            fix=f"Write `{_USAGE[token.text]}`.",
        ),
    )
