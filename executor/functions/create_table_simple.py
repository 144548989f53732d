"""One new table with keys only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.creation import create_table

if TYPE_CHECKING:
    from executor.caller import Caller
    from planner.function_writes import CreateTableSimple


def create_table_simple(caller: Caller, call: CreateTableSimple) -> dict[str, Any]:
    """Create the table and wait until it is ACTIVE.

    Returns:
        ``tables``: the one table, by name; ``unsupported``.

    Raises:
        CallError: As the call model says.
    """
    keys = [(call.partition_key, "HASH")] + ([(call.sort_key, "RANGE")] if call.sort_key else [])
    schema = {
        "TableName": call.table_name,
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": call.key_types.get(name, "S")} for name, _ in sorted(keys)
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    made = create_table(caller, schema, call.database_name)
    return {"tables": {call.table_name: made}, "unsupported": made["unsupported"]}
