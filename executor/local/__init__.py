"""The embedded engine: found, started, shared between commands, stopped so that its data stays."""

from __future__ import annotations

from executor.local.engine import LocalEngine, LocalStatus, reset, session, start, status, stop, throwaway
from executor.local.errors import EngineBusyError, EngineProgramMissingError, LocalEngineError
from executor.local.program import find_engine_program

CREDENTIALS = {"aws_access_key_id": "ddbplanlocal", "aws_secret_access_key": "ddbplanlocal"}
"""What the embedded engine is signed for with: it checks none, and a user's own never reach it."""

REGION = "eu-west-1"
"""The region of the embedded engine's data unless another is named."""

__all__ = [
    "CREDENTIALS",
    "REGION",
    "EngineBusyError",
    "EngineProgramMissingError",
    "LocalEngine",
    "LocalEngineError",
    "LocalStatus",
    "find_engine_program",
    "reset",
    "session",
    "start",
    "status",
    "stop",
    "throwaway",
]
