"""The envelope of one called function, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.output import stdout

if TYPE_CHECKING:
    from executor.result import Result


def write_result(result: Result) -> None:
    """Write the whole envelope; a failure is part of it."""
    stdout().json(
        {
            "version": 1,
            "function": result.function,
            "ok": result.ok,
            "value": result.value,
            "error_code": result.error_code,
            "message": result.message,
            "consumed": dict(result.consumed),
            "request_ids": list(result.request_ids),
            "seconds": round(result.seconds, 3),
        },
    )
