"""Asks Claude for a plan, and hands out only one that is proved.

Claude is asked for text and for nothing else: it has no tools, no credentials and no way to DynamoDB. What it writes
is data, read by the same reader as any plan, checked, and run on a throwaway engine by the ``prove`` that the caller
passes in. What is wrong goes back to it, at most three times.

``claude.py`` is the only module that imports ``anthropic``. Everything else here works with any ``Asker``. The names
below are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.author.claude import connect
    from planner.author.generating import first_prompt, generate
    from planner.author.grounding import live_state
    from planner.author.outcome import Outcome, OutcomeKind, Turn
    from planner.author.recording import Recorder, Replay, read_record
    from planner.author.values import (
        Answer,
        Asker,
        AskError,
        AskFailure,
        Effort,
        Prompt,
        Provider,
        Request,
        Settings,
        Usage,
    )

_HOME = {
    "Answer": "values",
    "AskError": "values",
    "AskFailure": "values",
    "Asker": "values",
    "Effort": "values",
    "Outcome": "outcome",
    "OutcomeKind": "outcome",
    "Prompt": "values",
    "Provider": "values",
    "Recorder": "recording",
    "Replay": "recording",
    "Request": "values",
    "Settings": "values",
    "Turn": "outcome",
    "Usage": "values",
    "connect": "claude",
    "first_prompt": "generating",
    "generate": "generating",
    "live_state": "grounding",
    "read_record": "recording",
}

__all__ = [
    "Answer",
    "AskError",
    "AskFailure",
    "Asker",
    "Effort",
    "Outcome",
    "OutcomeKind",
    "Prompt",
    "Provider",
    "Recorder",
    "Replay",
    "Request",
    "Settings",
    "Turn",
    "Usage",
    "connect",
    "first_prompt",
    "generate",
    "live_state",
    "read_record",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"planner.author.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
