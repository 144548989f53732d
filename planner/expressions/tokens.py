"""From text to tokens, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from planner.codes import model as codes
from planner.expressions.problems import ExpressionSyntaxError, Problem

MAX_TEXT = 16 * 1024
"""Characters of an expression as it is written. DynamoDB takes 4 KB; white space and long names, which become short
aliases, come on top."""


class TokenKind(StrEnum):
    """What a token is."""

    NAME = "name"
    QUOTED = "quoted name"
    PLACEHOLDER = "placeholder"
    NUMBER = "number"
    OPERATOR = "operator"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word or sign of an expression.

    Attributes:
        kind: What it is.
        text: As written; a quoted name without its backquotes, a placeholder without its colon.
        offset: Where it begins, in characters.
    """

    kind: TokenKind
    text: str
    offset: int

    @property
    def shown(self) -> str:
        """How a message names it."""
        match self.kind:
            case TokenKind.END:
                return "the end of the expression"
            case TokenKind.PLACEHOLDER:
                return f"':{self.text}'"
            case TokenKind.QUOTED:
                return f"`{self.text}`"
            case TokenKind.NAME | TokenKind.NUMBER | TokenKind.OPERATOR:
                return f"'{self.text}'"


_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<name>[^\W\d]\w*)
  | `(?P<quoted>[^`\n]*)`
  | :(?P<placeholder>[A-Za-z0-9_]+)
  | (?P<number>[0-9]+)
  | (?P<operator><>|<=|>=|[-=<>+(),.\[\]])
    """,
    re.VERBOSE,
)
_GROUPS = {
    "name": TokenKind.NAME,
    "quoted": TokenKind.QUOTED,
    "placeholder": TokenKind.PLACEHOLDER,
    "number": TokenKind.NUMBER,
    "operator": TokenKind.OPERATOR,
}
_ADVICE = {
    "#": (
        "names are not aliased by hand here",
        "Write the name as it is (`status = :s`), one with other characters in backquotes; ddbplan makes the aliases.",
    ),
    "`": (
        "a backquote is not closed on its line",
        "Close the name with a second backquote.",
    ),
    ":": (
        "a colon must be followed by a value's name",
        "Write `:name`, of letters, digits and underscores, and give the value under `values`.",
    ),
    "!": ("DynamoDB has no '!'", "Write `<>` for unequal, and `NOT` before a condition."),
    '"': (
        "an expression holds no literal text",
        "Write a placeholder such as `:name` and give the value under `values`.",
    ),
    "'": (
        "an expression holds no literal text",
        "Write a placeholder such as `:name` and give the value under `values`.",
    ),
    "*": (
        "DynamoDB can only add and subtract",
        "Compute the value in the application and give it under `values`.",
    ),
    "/": (
        "DynamoDB can only add and subtract",
        "Compute the value in the application and give it under `values`.",
    ),
    "&": ("DynamoDB has no '&'", "Write `AND`."),
    "|": ("DynamoDB has no '|'", "Write `OR`."),
}


def syntax_error(offset: int, what: str, fix: str) -> ExpressionSyntaxError:
    """The exception for a text that is no expression."""
    return ExpressionSyntaxError(Problem(code=codes.EXPRESSION_SYNTAX, offset=offset, what=what, fix=fix))


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of an expression, with an END at its end.

    Raises:
        ExpressionSyntaxError: The text is too long, has a character that no token begins with, or an empty quoted
            name.
    """
    if len(text) > MAX_TEXT:
        what = f"The expression has {len(text):,} characters; at most {MAX_TEXT:,} are read."
        fix = "Shorten it: DynamoDB takes 4 KB."
        raise ExpressionSyntaxError(Problem(code=codes.EXPRESSION_LIMIT, offset=0, what=what, fix=fix))
    found: list[Token] = []
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise _unreadable(text, offset)
        group = match.lastgroup
        if group == "quoted" and not match["quoted"]:
            raise syntax_error(offset, "A name in backquotes is empty.", "Write the attribute's name between them.")
        if group is not None and group != "space":
            found.append(Token(kind=_GROUPS[group], text=match[group], offset=offset))
        offset = match.end()
    found.append(Token(kind=TokenKind.END, text="", offset=len(text)))
    return tuple(found)


def _unreadable(text: str, offset: int) -> ExpressionSyntaxError:
    character = text[offset]
    why, fix = _ADVICE.get(
        character,
        (
            "it stands for nothing in an expression",
            "Remove it; put a name with unusual characters in backquotes.",
        ),
    )
    return syntax_error(offset, f"Unexpected {character!r}: {why}.", fix)
