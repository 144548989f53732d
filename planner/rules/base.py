"""What a rule is: its code, and a function that finds where a plan breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.diagnostics import Code, Severity

if TYPE_CHECKING:
    from planner.diagnostics import Position
    from planner.rules.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a rule is broken.

    Attributes:
        position: Where.
        address: What it concerns.
        what: What is wrong, in one sentence with the user's own names.
        fix: What to do.
    """

    position: Position | None
    address: str
    what: str
    fix: str


Find = Callable[["Model"], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of good design.

    Attributes:
        code: Its stable name, severity, title and reason.
        find: Yields each place where a plan breaks it; nothing where the plan does not say what the rule needs.
    """

    code: Code
    find: Find


def error(code: str, title: str, why: str) -> Code:
    """A rule whose breach keeps the plan from being used."""
    return Code(code=code, severity=Severity.ERROR, title=title, why=why)


def warning(code: str, title: str, why: str) -> Code:
    """A rule whose breach is mostly a mistake."""
    return Code(code=code, severity=Severity.WARNING, title=title, why=why)


def info(code: str, title: str, why: str) -> Code:
    """A rule whose breach is often meant, and worth a thought."""
    return Code(code=code, severity=Severity.INFO, title=title, why=why)


def listed(names: Iterable[str], most: int = 4) -> str:
    """Names in quotes, the first few of them."""
    words = [f"'{name}'" for name in names]
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def plural(number: int, word: str) -> str:
    """``1 query`` is the caller's; this one adds an s: ``3 items``."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")
