"""Checks of arguments, with messages for people."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from botocore.validate import ParamValidator

from executor.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

    from executor.caller import Caller


def check_shape(caller: Caller, operation: str, request: Mapping[str, Any]) -> None:
    """Check a whole request against the client's own model of the operation.

    The client is made without this check, which costs as much as the rest of a call; where a caller may give members
    that no call model types, it is made here.

    Raises:
        CallError: InvalidArguments.
    """
    model: Any = caller.clients.dynamodb.meta.service_model.operation_model(operation)
    report = ParamValidator().validate(dict(request), model.input_shape)
    if report.has_errors():
        raise CallError("InvalidArguments", report.generate_report().replace("\n", " "))


def readable(function: str, details: Sequence[ErrorDetails], known: Sequence[str]) -> str:
    """All problems of a call's arguments in one message.

    Args:
        function: Whose arguments.
        details: What pydantic found.
        known: The arguments that there are.
    """
    return f"{function}: " + "; ".join(_one(problem, known) for problem in details) + "."


def _one(problem: ErrorDetails, known: Sequence[str]) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem["loc"]).lstrip(".")
    match problem["type"]:
        case "missing":
            return f"{place} is missing"
        case "extra_forbidden":
            near = difflib.get_close_matches(str(problem["loc"][-1]), known, n=1) if len(problem["loc"]) == 1 else []
            return f"{place} is unknown" + (f" (did you mean {near[0]}?)" if near else "")
        case "value_error":
            said = problem["msg"].removeprefix("Value error, ")
            return f"{place}: {said}" if place else said
        case _:
            said = problem["msg"][0].lower() + problem["msg"][1:]
            return f"{place}: {said}"
