"""Everything that touches DynamoDB: the eleven functions, the live reader, the ledger, the apply loop.

``apply``, ``prepare``, ``destroy`` and ``forget`` are functions here, though modules bear their names too; the other
names are loaded when they are first used, and with them the AWS client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from executor.apply import ApplyOptions, Outcome, OutcomeKind, StepReport, StepState, Stop, apply
from executor.destroy import DestroyOptions, DestroyOutcome, destroy, plan_destruction
from executor.forget import ForgetOptions, ForgetOutcome, Forgetting, forget, plan_forgetting
from executor.prepare import Caller, Prepared, prepare

if TYPE_CHECKING:
    from executor.clients import Clients, Target
    from executor.failure import CallError
    from executor.ledger.errors import LedgerError, WrongLedgerError
    from executor.ledger.reader import LedgerReader
    from executor.live import read_live
    from executor.registry import FUNCTION_REGISTRY, call_function
    from executor.result import Result

_HOME = {
    "FUNCTION_REGISTRY": "executor.registry",
    "CallError": "executor.failure",
    "Clients": "executor.clients",
    "LedgerError": "executor.ledger.errors",
    "LedgerReader": "executor.ledger.reader",
    "Result": "executor.result",
    "Target": "executor.clients",
    "WrongLedgerError": "executor.ledger.errors",
    "call_function": "executor.registry",
    "read_live": "executor.live",
}

__all__ = [
    "FUNCTION_REGISTRY",
    "ApplyOptions",
    "CallError",
    "Caller",
    "Clients",
    "DestroyOptions",
    "DestroyOutcome",
    "ForgetOptions",
    "ForgetOutcome",
    "Forgetting",
    "LedgerError",
    "LedgerReader",
    "Outcome",
    "OutcomeKind",
    "Prepared",
    "Result",
    "StepReport",
    "StepState",
    "Stop",
    "Target",
    "WrongLedgerError",
    "apply",
    "call_function",
    "destroy",
    "forget",
    "plan_destruction",
    "plan_forgetting",
    "prepare",
    "read_live",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
