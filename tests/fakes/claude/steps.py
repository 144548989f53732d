"""What a test scripts: one step for each request that passes the checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.claude.blocks import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """How an answer ends before its end.

    Attributes:
        how: ``cut`` closes the socket in the middle of the body; ``early`` ends the body properly, but without the
            last events; ``error`` sends an error event.
        after: How many pieces of text come before.
        type: The type of the error event.
        message: Its words.
    """

    how: Literal["cut", "early", "error"]
    after: int = 2
    type: str = "overloaded_error"
    message: str = "Overloaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with status 200.

    Attributes:
        text: What the model writes; cut by the request's ``max_tokens``, which thinking counts towards.
        thinking: What it thinks first; None for not at all.
        stop_reason: Why it stops; None sends none.
        stop_details: What a refusal says of itself.
        model: The model as answered; None for the one asked for.
        piece: Characters of each piece that is sent.
        wait: Seconds before the first byte.
        pause: Seconds after each piece.
        broken: How it ends before its end.
        bounded: Whether ``max_tokens`` cuts it, as the service promises.
        usage: Figures in place of the counted ones.
    """

    text: str = ""
    thinking: str | None = None
    stop_reason: str | None = "end_turn"
    stop_details: Mapping[str, Any] | None = None
    model: str | None = None
    piece: int = 400
    wait: float = 0.0
    pause: float = 0.0
    broken: Break | None = None
    bounded: bool = True
    usage: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer with another status.

    Attributes:
        type: The error's type, which the status follows from.
        message: Its words.
        details: What stands beside them.
        headers: Further headers, such as ``retry-after``.
        status: Another status than the type's own.
        wait: Seconds before the first byte.
    """

    type: str
    message: str = "scripted"
    details: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    wait: float = 0.0


Step = Answer | Failure
Script = Step | Callable[[Json], Step]
"""A step, or what makes one from the request's body."""
