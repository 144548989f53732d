"""Adding and dropping one vector index of an existing table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.errors import CallError
from executor.index_changes import attribute_definitions, wait_for_index, wait_without_index
from executor.schema import indexes, vector_definition
from executor.settings import ALREADY, MADE, Setting
from executor.updates import update_table
from executor.waiting import describe

if TYPE_CHECKING:
    from executor.caller import Caller
    from executor.schema import Schema
    from executor.waiting import Table

MEMBER = "VectorIndexes"


def create_vector_index(caller: Caller, schema: Schema, table: Table, name: str) -> Setting:
    """Add a vector index and wait until it is filled.

    Raises:
        CallError: IndexDiffers where one of that name is another; others as calls fail.
    """
    wanted = indexes(schema, MEMBER).get(name)
    if wanted is None:
        raise CallError("InvalidArguments", f"table_schema has no vector index {name}.")
    live = indexes(table, MEMBER).get(name)
    if live is not None and live.get("IndexStatus") != "DELETING":
        if vector_definition(live) != vector_definition(wanted):
            message = (
                f"{table['TableName']} has a vector index {name} of another definition, which DynamoDB can't change. "
                "Drop it first, or give the new one another name."
            )
            raise CallError("IndexDiffers", message)
        wait_for_index(caller, table["TableName"], name, MEMBER)
        return ALREADY
    if live is not None:
        wait_without_index(caller, table["TableName"], name, MEMBER)
    searched = [element["AttributeName"] for element in wanted.get("SearchSchema") or ()]
    parameters: dict[str, Any] = {"VectorIndexUpdates": [{"Create": wanted}]}
    if searched:
        parameters["AttributeDefinitions"] = attribute_definitions(schema, table, searched)
    if not update_table(caller, table, **parameters) and name not in indexes(_now(caller, table), MEMBER):
        return Setting(already=False, unsupported=("vector_indexes",))
    wait_for_index(caller, table["TableName"], name, MEMBER)
    return MADE


def _now(caller: Caller, table: Table) -> Table:
    return describe(caller, table["TableName"]) or {}


def delete_vector_index(caller: Caller, table: Table, name: str) -> Setting:
    """Drop a vector index and wait until it is gone.

    Raises:
        CallError: The call failed for good.
    """
    live = indexes(table, MEMBER).get(name)
    if live is None:
        return ALREADY
    if live.get("IndexStatus") != "DELETING":
        try:
            update_table(caller, table, VectorIndexUpdates=[{"Delete": {"IndexName": name}}])
        except CallError as error:
            # Another try of ours may have landed: the index is what counts.
            if error.code != "TableMissing" or describe(caller, table["TableName"]) is None:
                raise
    wait_without_index(caller, table["TableName"], name, MEMBER)
    return MADE
