"""The new tables of a first apply, in parallel."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.caller import failed
from executor.creation import create_table
from executor.errors import CallError

if TYPE_CHECKING:
    from executor.caller import Caller
    from executor.schema import Schema
    from planner.function_writes import CreateMultipleTables

PARALLEL = 10
"""About as many control plane changes as an account gets through at once (K 384)."""


def create_multiple_tables(caller: Caller, call: CreateMultipleTables) -> dict[str, Any]:
    """Create all tables; one that fails keeps none of the others from being made.

    Returns:
        ``tables``: what came of each, by name; ``unsupported``: what the engine lacks of any.

    Raises:
        CallError: SomeFailed, with every table's own outcome in the value; InvalidArguments for a name given twice.
        StoppedError: A stop was asked for; tables that were begun exist and are found by the next call.
    """
    schemas = [schema.model_dump(exclude_none=True) for schema in call.table_schemas]
    names = [schema["TableName"] for schema in schemas]
    if len(set(names)) < len(names):
        raise CallError("InvalidArguments", "table_schemas names a table twice.")
    ready = _Count(caller, len(schemas))
    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(schemas))) as pool:
        made = list(pool.map(lambda schema: ready.after(_outcome(caller, schema, call.database_name)), schemas))
    tables = dict(zip(names, made, strict=True))
    value = {"tables": tables, "unsupported": sorted({name for each in made for name in each.get("unsupported", ())})}
    troubles = {name: each for name, each in tables.items() if "error_code" in each}
    if troubles:
        said = " ".join(f"{name}: {each['message']}" for name, each in troubles.items())
        codes = {each["error_code"] for each in troubles.values()}
        code = codes.pop() if len(codes) == 1 and len(troubles) == len(tables) else "SomeFailed"
        raise CallError(code, f"{len(troubles)} of {len(tables)} tables were not made. {said}", value)
    return value


def _outcome(caller: Caller, schema: Schema, database_name: str) -> dict[str, Any]:
    try:
        return create_table(caller, schema, database_name)
    except CallError as error:
        proved = (error.value or {}).get("tables", {}).get(schema["TableName"], {})
        return {"error_code": error.code, "message": error.message, **proved}
    except ClientError as error:
        problem = failed(error, caller.understand(error))
        return {"error_code": problem.code, "message": problem.message}


class _Count:
    """Tells the progress as tables become ready, from whatever thread."""

    def __init__(self, caller: Caller, total: int) -> None:
        self._caller = caller
        self._total = total
        self._done = 0
        self._lock = threading.Lock()

    def after(self, outcome: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self._done += 1
            self._caller.progress("tables ready", self._done, self._total)
        return outcome
