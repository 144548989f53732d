"""The way to the eleven functions: arguments are checked, the call is made, and whatever comes of it is a result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from types import NoneType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from executor import errors
from executor.caller import Bulk, Caller, failed, silent
from executor.errors import CallError
from executor.result import Result
from executor.retry import StoppedError
from executor.validation import readable
from planner.function_base import FunctionCall
from planner.function_names import ByFunction
from planner.functions import CALL_MODELS

if TYPE_CHECKING:
    from executor.caller import Progress
    from executor.clients import Clients
    from planner.values import Json

Implementation = Callable[[Caller, Any], Any]


def _implementation(name: str) -> Implementation:
    function: Implementation = getattr(import_module(f"executor.functions.{name}"), name)
    return function


FUNCTION_REGISTRY: Mapping[str, Implementation] = ByFunction(_implementation)
"""Implementation of each function by its name, loaded when it is first called; a step can call nothing else."""


def call_function(
    name: str,
    clients: Clients,
    /,
    *,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    bulk: Bulk | None = None,
    **arguments: Json,
) -> Result:
    """Call one of the eleven functions.

    Args:
        name: Its name.
        clients: The clients of the target.
        progress: Told a message, how much is done, and out of how much; called from several threads.
        stop: Once set, the call ends at its next safe point with ``Interrupted``; what is in flight is awaited.
        bulk: For ``batch_write_items``: where rows come from and how they are sent.
        arguments: As the function's call model has them.

    Returns:
        The result. Every failure that a call can meet is a result with ``ok`` false, never an exception.
    """
    started = time.monotonic()
    caller = Caller(clients, progress or silent, stop, bulk)
    try:
        call = _checked(name, {**arguments, **_misplaced(progress=progress, bulk=bulk, stop=stop)})
        value, code, message = FUNCTION_REGISTRY[name](caller, call), "", ""
    except CallError as error:
        value, code, message = error.value, error.code, error.message
    except StoppedError:
        value, code = None, "Interrupted"
        message = "A stop was asked for. What was in flight is finished; the same command goes on from there."
    except errors.CLIENT_ERRORS as error:
        problem = failed(error, caller.understand(error))
        value, code, message = None, problem.code, problem.message
    return Result(
        function=name,
        ok=not code,
        value=value,
        error_code=code,
        message=message,
        consumed=caller.consumed,
        request_ids=caller.request_ids,
        seconds=time.monotonic() - started,
    )


def _misplaced(**outside: object) -> dict[str, Json]:
    """What is no argument of the function, given as one: text from outside may name it so."""
    usable = (NoneType, threading.Event, Bulk)
    return {name: given for name, given in outside.items() if not isinstance(given, usable) and not callable(given)}


def _checked(name: str, arguments: Mapping[str, Json]) -> FunctionCall:
    model = CALL_MODELS.get(name)
    if model is None:
        raise CallError("UnknownFunction", f"There is no function {name}. There are: {', '.join(FUNCTION_REGISTRY)}.")
    try:
        return model.of(arguments)
    except ValidationError as error:
        known = tuple(model.model_fields)
        details = error.errors(include_url=False, include_input=False, include_context=False)
        raise CallError("InvalidArguments", readable(name, details, known)) from None
