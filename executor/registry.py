"""The way to the eleven functions: arguments are checked, the call is made, and whatever comes of it is a result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from executor import errors
from executor.caller import Bulk, Caller, failed, silent
from executor.errors import CallError
from executor.functions.batch_write_items import batch_write_items
from executor.functions.create_multiple_tables import create_multiple_tables
from executor.functions.create_table_advanced import create_table_advanced
from executor.functions.create_table_simple import create_table_simple
from executor.functions.execute_transaction import execute_transaction
from executor.functions.get_table_info import get_table_info
from executor.functions.list_all_tables import list_all_tables
from executor.functions.put_item import put_item
from executor.functions.query_table import query_table
from executor.functions.scan_table import scan_table
from executor.functions.validate_credentials import validate_credentials
from executor.result import Result
from executor.retry import StoppedError
from executor.validation import readable
from planner.functions import CALL_MODELS, FunctionCall

if TYPE_CHECKING:
    from executor.caller import Progress
    from executor.clients import Clients
    from planner.values import Json

Implementation = Callable[[Caller, Any], Any]

FUNCTION_REGISTRY: Mapping[str, Implementation] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            create_table_simple,
            create_table_advanced,
            create_multiple_tables,
            execute_transaction,
            put_item,
            batch_write_items,
            query_table,
            scan_table,
            get_table_info,
            list_all_tables,
            validate_credentials,
        )
    },
)
"""Implementation of each function by its name; nothing else can be called by a step."""


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
