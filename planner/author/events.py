"""What happens while a plan is written, as it happens: a closed list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.author.outcome import Turn
from planner.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinking:
    """A request was sent; no text has come yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """More text came.

    Attributes:
        text: All of it so far, the parts before a continuation included.
    """

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request failed and is sent again after a while.

    Attributes:
        seconds: How long is waited.
        reason: Why, in a few words.
    """

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuing:
    """An answer reached its longest length and is continued."""

    number: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer is complete."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """The text is read and checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """The plan is run on a throwaway engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A text was judged.

    Attributes:
        findings: What is wrong with it, worst first; empty when it holds.
    """

    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairing:
    """Findings are sent back."""

    number: int
    most: int


Event = Thinking | Writing | Waiting | Continuing | Answered | Checking | Proving | Found | Repairing
Listener = Callable[[Event], None]
