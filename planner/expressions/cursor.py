"""What both grammars share: walking over tokens, document paths, depth."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.expressions.problems import ExpressionSyntaxError, Problem
from planner.expressions.tokens import Token, TokenKind, syntax_error, tokenize
from planner.expressions.tree import Path

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 64
"""How deeply conditions may be nested. DynamoDB ends at 300 operators; nobody reads as many levels."""

MAX_PATH_LEVELS = 32
"""Names and indexes in one document path. Source: DynamoDB guide, "Quotas", nested attribute depth."""

MAX_LIST_INDEX = 2**31 - 1
"""The largest list index. Source: DynamoDB Local 1.25 refuses 2147483648."""


@dataclass(slots=True)
class Cursor:
    """A position among the tokens of one expression."""

    tokens: tuple[Token, ...]
    index: int = 0
    depth: int = field(default=0)

    @classmethod
    def over(cls, text: str) -> Cursor:
        """A cursor at the beginning of a text.

        Raises:
            ExpressionSyntaxError: The text has characters that are no tokens, or nothing at all.
        """
        cursor = cls(tokenize(text))
        if cursor.here.kind is TokenKind.END:
            raise syntax_error(0, "The expression is empty.", "Write the expression, or remove the key.")
        return cursor

    @property
    def here(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.index]

    @property
    def after(self) -> Token:
        """The token behind the next one; the end stays the end."""
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The next token, which is thereby used up; the end never is."""
        token = self.here
        if token.kind is not TokenKind.END:
            self.index += 1
        return token

    def at_word(self, *words: str) -> bool:
        """Whether one of these keywords comes next, in any case."""
        return self.here.kind is TokenKind.NAME and self.here.text.upper() in words

    def at_sign(self, *signs: str) -> bool:
        """Whether one of these operators comes next."""
        return self.here.kind is TokenKind.OPERATOR and self.here.text in signs

    def at_function(self) -> bool:
        """Whether a name with an opening parenthesis comes next."""
        return self.here.kind is TokenKind.NAME and self.after.kind is TokenKind.OPERATOR and self.after.text == "("

    def expect_sign(self, sign: str, fix: str) -> Token:
        """Use up an operator that must come next.

        Raises:
            ExpressionSyntaxError: Something else does.
        """
        if not self.at_sign(sign):
            raise syntax_error(self.here.offset, f"Expected '{sign}', found {self.here.shown}.", fix)
        return self.take()

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level of nesting.

        Raises:
            ExpressionSyntaxError: There are too many.
        """
        if self.depth == MAX_DEPTH:
            raise ExpressionSyntaxError(
                Problem(
                    code=codes.EXPRESSION_LIMIT,
                    offset=self.here.offset,
                    what=f"The expression is nested more than {MAX_DEPTH} levels deep.",
                    fix="Simplify the expression.",
                ),
            )
        self.depth += 1
        yield
        self.depth -= 1


def read_path(cursor: Cursor, reserved: frozenset[str]) -> Path:
    """A document path.

    Args:
        cursor: At its first name.
        reserved: Keywords (upper case) that must stand in backquotes to be names here.

    Raises:
        ExpressionSyntaxError: No path begins here, or it is malformed.
    """
    start = cursor.here.offset
    parts: list[str | int] = [_name(cursor, reserved)]
    while cursor.at_sign(".", "["):
        if cursor.take().text == ".":
            parts.append(_name(cursor, reserved))
        else:
            parts.append(_list_index(cursor))
    if len(parts) > MAX_PATH_LEVELS:
        raise ExpressionSyntaxError(
            Problem(
                code=codes.EXPRESSION_LIMIT,
                offset=start,
                what=f"The path has {len(parts)} levels; DynamoDB takes {MAX_PATH_LEVELS}.",
                fix="Store the value less deeply.",
            ),
        )
    return Path(parts=tuple(parts), offset=start)


def _name(cursor: Cursor, reserved: frozenset[str]) -> str:
    token = cursor.here
    if token.kind is TokenKind.NAME and token.text.upper() in reserved:
        raise syntax_error(
            token.offset,
            f"Expected an attribute's name, found the keyword {token.shown}.",
            f"If an attribute has this name, write it in backquotes: `{token.text}`.",
        )
    if token.kind not in (TokenKind.NAME, TokenKind.QUOTED):
        raise syntax_error(
            token.offset,
            f"Expected an attribute's name, found {token.shown}.",
            "Write a name; one with other characters than letters, digits and '_' goes in backquotes.",
        )
    return cursor.take().text


def _list_index(cursor: Cursor) -> int:
    token = cursor.take()
    if token.kind is not TokenKind.NUMBER:
        raise syntax_error(
            token.offset,
            f"Expected a list index, found {token.shown}.",
            "Write a whole number from 0 between the brackets, such as `lines[0]`.",
        )
    cursor.expect_sign("]", "Close the list index with ']'.")
    digits = token.text.lstrip("0") or "0"
    if len(digits) > len(str(MAX_LIST_INDEX)) or int(digits) > MAX_LIST_INDEX:
        raise ExpressionSyntaxError(
            Problem(
                code=codes.EXPRESSION_LIMIT,
                offset=token.offset,
                what="The list index is larger than any list.",
                fix="Write the position of a member, from 0.",
            ),
        )
    return int(digits)
