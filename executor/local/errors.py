"""What can go wrong with the embedded engine, said to the person who uses it."""

from __future__ import annotations


class LocalEngineError(Exception):
    """The embedded engine cannot be used; the message says why and what to do."""


class EngineProgramMissingError(LocalEngineError):
    """The engine's program is not installed."""


class EngineBusyError(LocalEngineError):
    """Another command is using the engine."""
