"""Adding and dropping one global secondary index of an existing table."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from executor.errors import CallError
from executor.retry import BACKFILL
from executor.schema import index_definition, indexes, limited, live_billing_mode, throughput
from executor.settings import ALREADY, MADE, Setting
from executor.updates import update_table
from executor.waiting import NOT_FOUND_GRACE, describe, unsettled, wait_until

if TYPE_CHECKING:
    from executor.caller import Caller
    from executor.schema import Schema
    from executor.waiting import Table

GLOBAL = "GlobalSecondaryIndexes"


def create_index(caller: Caller, schema: Schema, table: Table, name: str) -> Setting:
    """Add a global secondary index and wait until it is filled.

    Raises:
        CallError: IndexDiffers where one of that name is another; others as calls fail.
    """
    wanted = indexes(schema).get(name)
    if wanted is None:
        raise CallError("InvalidArguments", f"table_schema has no global secondary index {name}.")
    live = indexes(table).get(name)
    if live is not None and live.get("IndexStatus") != "DELETING":
        if index_definition(live) != index_definition(wanted):
            message = (
                f"{table['TableName']} has an index {name} with other keys or another projection, which DynamoDB "
                "can't change. Drop it first, or give the new one another name."
            )
            raise CallError("IndexDiffers", message)
        wait_for_index(caller, table["TableName"], name)
        return ALREADY
    if live is not None:
        wait_without_index(caller, table["TableName"], name)
    update_table(
        caller,
        table,
        AttributeDefinitions=attribute_definitions(
            schema, table, [key["AttributeName"] for key in wanted["KeySchema"]]
        ),
        GlobalSecondaryIndexUpdates=[{"Create": _new_index(schema, table, wanted)}],
    )
    wait_for_index(caller, table["TableName"], name)
    return MADE


def _new_index(schema: Schema, table: Table, wanted: dict[str, Any]) -> dict[str, Any]:
    """On a provisioned table an index needs capacity of its own: its own, or the table's."""
    index = limited({name: value for name, value in wanted.items() if name != "ProvisionedThroughput"})
    if live_billing_mode(table) == "PROVISIONED":
        read, write = throughput(table.get("ProvisionedThroughput"))
        inherited = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
        index["ProvisionedThroughput"] = wanted.get("ProvisionedThroughput") or schema.get(
            "ProvisionedThroughput", inherited
        )
    return index


def attribute_definitions(schema: Schema, table: Table, own: list[str]) -> list[dict[str, str]]:
    """Types of the live key attributes and the new index's own; nothing that no key uses.

    Raises:
        CallError: The schema has no type for one.
    """
    types = {entry["AttributeName"]: entry["AttributeType"] for entry in table["AttributeDefinitions"]}
    wanted = {entry["AttributeName"]: entry["AttributeType"] for entry in schema["AttributeDefinitions"]}
    for name in own:
        if name not in wanted:
            raise CallError("InvalidArguments", f"table_schema.AttributeDefinitions has no type for {name}.")
        types.setdefault(name, wanted[name])
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in sorted(types.items())]


def wait_for_index(caller: Caller, table_name: str, name: str, member: str = GLOBAL) -> None:
    """Wait until an index of either kind is filled.

    Raises:
        CallError: The table is gone, or the index does not come to be seen.
    """
    visible_by = time.monotonic() + NOT_FOUND_GRACE

    def holds() -> str | None:
        table = describe(caller, table_name)
        if table is None:
            raise CallError("TableMissing", f"The table {table_name} is gone while its index {name} was waited for.")
        index = indexes(table, member).get(name)
        if index is not None:
            return unsettled({**table, GLOBAL: [], "VectorIndexes": [], member: [index]})
        if time.monotonic() > visible_by and unsettled(table) is None:
            message = f"The index {name} of {table_name} was taken and is not to be seen. Run the same command again."
            raise CallError("NotSettled", message)
        return "not visible yet"

    wait_until(caller, f"index {name} of {table_name}", holds, BACKFILL)


def delete_index(caller: Caller, table: Table, name: str) -> Setting:
    """Drop a global secondary index and wait until it is gone.

    Raises:
        CallError: The call failed for good.
    """
    live = indexes(table).get(name)
    if live is None:
        return ALREADY
    if live.get("IndexStatus") != "DELETING":
        try:
            update_table(caller, table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])
        except CallError as error:
            # Another try of ours may have landed: the index is what counts.
            if error.code != "TableMissing" or describe(caller, table["TableName"]) is None:
                raise
    wait_without_index(caller, table["TableName"], name)
    return MADE


def wait_without_index(caller: Caller, table_name: str, name: str, member: str = GLOBAL) -> None:
    """Wait until an index of either kind is gone.

    Raises:
        CallError: The table is gone.
    """

    def holds() -> str | None:
        table = describe(caller, table_name)
        if table is None:
            raise CallError("TableMissing", f"The table {table_name} is gone while its index {name} was dropped.")
        index = indexes(table, member).get(name)
        if index is not None:
            return str(index.get("IndexStatus", "still there"))
        return None if table["TableStatus"] == "ACTIVE" else str(table["TableStatus"])

    wait_until(caller, f"end of index {name} of {table_name}", holds, BACKFILL)
