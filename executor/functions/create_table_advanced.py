"""One new table with indexes and settings; or exactly one change of an existing table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.changes import change_table
from executor.creation import create_table
from executor.importing import import_table

if TYPE_CHECKING:
    from executor.caller import Caller
    from planner.function_writes import CreateTableAdvanced


def create_table_advanced(caller: Caller, call: CreateTableAdvanced) -> dict[str, Any]:
    """Create the table, or make the one change of it.

    Returns:
        Creating: ``tables`` and ``unsupported``. Changing: ``already`` and ``unsupported``.

    Raises:
        CallError: As the call model says.
    """
    schema = call.table_schema.model_dump(exclude_none=True)
    if call.import_from is not None:
        source = call.import_from.model_dump(exclude_none=True)
        made = import_table(caller, schema, call.database_name, source, call.client_token)
        return {"tables": {schema["TableName"]: made}, "unsupported": made["unsupported"]}
    if call.change is None:
        made = create_table(caller, schema, call.database_name)
        return {"tables": {schema["TableName"]: made}, "unsupported": made["unsupported"]}
    change = call.change
    setting = change_table(caller, schema, call.database_name, change.kind, change.index, change.region)
    return {"already": setting.already, "unsupported": list(setting.unsupported)}
