"""A plan's text in canonical order and style: what it says, and every comment, stays."""

from __future__ import annotations

from planner.formatting.order import ordered
from planner.formatting.style import styled
from planner.spans import meaning, parse, scalars

__all__ = ["UnformattableError", "formatted"]


class UnformattableError(ValueError):
    """A text cannot be formatted without changing what it says; the message says what would change."""


def formatted(text: str) -> str:
    """The text in canonical form; formatting it again changes nothing.

    Keys that the grammar knows stand in its order; names of the plan's own, rows and lists stay in theirs. Indents are
    two columns, a space follows each colon and comma, no line ends in a blank. Quotes, line breaks within a value, and
    comments stay: a comment above a key moves with it.

    Args:
        text: A text that ``planner.reading`` composes without an error.

    Raises:
        UnformattableError: It would not say the same.
    """
    text = text.replace("\r\n", "\n")
    made = styled(ordered(text))
    if meaning(parse(made)) != meaning(parse(text)):
        raise UnformattableError("a value would change")
    if _comments(made) != _comments(text):
        raise UnformattableError("a comment would be lost")
    return made


def _comments(text: str) -> list[str]:
    """The comments, in no order."""
    bare = list(text)
    for scalar in scalars(parse(text)):
        for index in range(scalar.start, scalar.end):
            if bare[index] != "\n":
                bare[index] = " "
    return sorted(line[line.index("#") :].rstrip() for line in "".join(bare).split("\n") if "#" in line)
