"""What is wrong inside an expression: a value with its place, turned into a diagnostic by whoever knows the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.diagnostics import Code, Position, Report

if TYPE_CHECKING:
    from planner.plan import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of one expression.

    Attributes:
        code: Its kind.
        offset: Where in the text, in characters from its beginning.
        what: What is wrong, in one sentence.
        fix: What to do.
    """

    code: Code
    offset: int
    what: str
    fix: str


class ExpressionSyntaxError(Exception):
    """The text is no expression; ``problem`` says where and why. Parsing stops at the first."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def locate(expression: Expression, offset: int) -> Position:
    """The place in the file of a character of an expression.

    A text over several lines is taken as a block whose lines are indented alike, which is how YAML shows them.
    """
    before = expression.text[:offset]
    start = expression.position
    lines = before.count("\n")
    column = len(before) - (before.rfind("\n") + 1)
    return Position(start.file, start.line + lines, start.column + column)


Complain = Callable[[Problem], None]
"""Takes a problem of the expression that is being looked at."""


def into(report: Report, expression: Expression, address: str) -> Complain:
    """What records an expression's problems in the report, at their places in the file."""

    def complain(problem: Problem) -> None:
        report.add(
            problem.code,
            locate(expression, problem.offset),
            address=address,
            what=problem.what,
            fix=problem.fix,
        )

    return complain
