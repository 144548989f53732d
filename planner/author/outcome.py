"""How a generation ended, and what was said on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from planner.author.values import Answer, AskFailure, Settings, Usage
from planner.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One request with its answer, as it is recorded.

    Attributes:
        fingerprint: Of the request; see ``Prompt.fingerprint``.
        user: The text that the request added to the conversation.
        answer: What came back.
    """

    fingerprint: str
    user: str
    answer: Answer


class OutcomeKind(StrEnum):
    """How generating ended."""

    DONE = "done"
    """The text passes every check and the proof."""
    INVALID = "invalid"
    """The repairs are used up, or the same findings came back."""
    REFUSED = "refused"
    """Claude declined."""
    STOPPED = "stopped"
    """A limit was reached: cost, length, the model's context."""
    FAILED = "failed"
    """No answer could be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a request.

    Attributes:
        kind: How it ended.
        text: The plan's text, proved if DONE; else the last one there was, empty when there was none.
        findings: What is wrong with it, or, if DONE, what is to be said about it all the same.
        message: Why it ended, in a sentence; empty if DONE.
        failure: For FAILED, what kind of failure it was.
        turns: All requests that were answered.
        usage: Of all requests, those that failed included.
        cost: US dollars; None when the price is not known.
        repairs: How often findings were sent back.
        settings: How Claude was asked.
    """

    kind: OutcomeKind
    text: str
    findings: tuple[Diagnostic, ...] = ()
    message: str = ""
    failure: AskFailure | None = None
    turns: tuple[Turn, ...] = ()
    usage: Usage = field(default_factory=Usage)
    cost: Decimal | None = None
    repairs: int = 0
    settings: Settings = field(default_factory=Settings)

    @property
    def model(self) -> str:
        """The model that answered last; the one that was asked for when none did."""
        return next((turn.answer.model for turn in reversed(self.turns) if turn.answer.model), self.settings.model)
