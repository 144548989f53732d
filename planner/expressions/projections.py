"""Projections: lists of document paths that a read returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.expressions.cursor import Cursor, read_path
from planner.expressions.tokens import TokenKind, syntax_error

if TYPE_CHECKING:
    from planner.expressions.tree import Path


def parse_projection(text: str) -> tuple[Path, ...]:
    """The paths of a projection: one, or several with commas between them.

    Raises:
        ExpressionSyntaxError: The text is none; at the first fault.
    """
    cursor = Cursor.over(text)
    found = [read_path(cursor, frozenset())]
    while cursor.at_sign(","):
        cursor.take()
        found.append(read_path(cursor, frozenset()))
    if cursor.here.kind is not TokenKind.END:
        raise syntax_error(
            cursor.here.offset,
            f"Expected a comma or the end, found {cursor.here.shown}.",
            "A projection holds attributes' names only; put one with other characters in backquotes.",
        )
    return tuple(found)
