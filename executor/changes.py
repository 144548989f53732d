"""Exactly one change of an existing table: read it again, change what differs, wait for the real condition.

One UpdateTable carries one concern, and sending again what is so already is an error (K 433, 382): each kind looks at
the live table first, so that a change may be asked for again after any crash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, assert_never

from executor import settings
from executor.engines import AWS
from executor.errors import CallError
from executor.index_changes import create_index, delete_index, update_table
from executor.schema import billing_mode, indexes, live_billing_mode, own_tags, throughput
from executor.settings import ALREADY, MADE, Setting
from executor.waiting import describe, unsettled, wait_active, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.caller import Caller
    from executor.schema import Schema
    from executor.waiting import Table

Kind = Literal[
    "create_index",
    "delete_index",
    "billing",
    "capacity",
    "time_to_live",
    "stream",
    "point_in_time_recovery",
    "deletion_protection",
    "tags",
]


def change_table(  # noqa: C901, PLR0911 - one case for each kind of a closed list
    caller: Caller,
    schema: Schema,
    database_name: str,
    kind: Kind,
    index: str | None,
) -> Setting:
    """Make one change, so that the live table is in this respect as the schema says.

    Args:
        caller: Sends the calls.
        schema: The table as it shall be, whole.
        database_name: The owner's label.
        kind: The concern.
        index: Which index, where the concern is one.

    Raises:
        CallError: TableMissing, IndexDiffers, ChangeImpossible, TryLater, NotSettled, or as calls fail.
        StoppedError: A stop was asked for while it waited.
    """
    name = schema["TableName"]
    table = describe(caller, name)
    if table is None:
        raise CallError("TableMissing", f"The table {name} does not exist, so it can't be changed.")
    match kind:
        case "create_index":
            return create_index(caller, schema, table, _named(index, kind))
        case "delete_index":
            return delete_index(caller, table, _named(index, kind))
        case "billing":
            return _billing(caller, schema, table)
        case "capacity":
            return _capacity(caller, schema, table, index)
        case "time_to_live":
            return settings.set_time_to_live(caller, name, _member(schema, "TimeToLiveSpecification"))
        case "stream":
            return _stream(caller, table, _member(schema, "StreamSpecification"))
        case "point_in_time_recovery":
            wanted = _member(schema, "PointInTimeRecoverySpecification")
            return settings.set_point_in_time_recovery(caller, name, wanted)
        case "deletion_protection":
            return _protection(caller, table, wanted=_member(schema, "DeletionProtectionEnabled"))
        case "tags":
            _member(schema, "Tags")
            wanted = {tag["Key"]: tag["Value"] for tag in own_tags(schema, database_name)}
            return settings.set_tags(caller, table["TableArn"], wanted)
        case _:
            assert_never(kind)


def _named(index: str | None, kind: str) -> str:
    if index is None:
        raise CallError("InvalidArguments", f"change.index is missing: {kind} concerns one index.")
    return index


def _member(schema: Schema, name: str) -> Any:
    if name not in schema:
        raise CallError("InvalidArguments", f"table_schema.{name} is missing: the change has nothing to make.")
    return schema[name]


def _billing(caller: Caller, schema: Schema, table: Table) -> Setting:
    wanted = billing_mode(schema)
    if live_billing_mode(table) == wanted:
        wait_active(caller, table["TableName"])
        return ALREADY
    parameters: dict[str, Any] = {"BillingMode": wanted}
    if wanted == "PROVISIONED":
        # Capacity of the table and of every live index in one call, or AWS refuses it (K 152).
        capacity = _member(schema, "ProvisionedThroughput")
        parameters["ProvisionedThroughput"] = capacity
        updates = [_index_capacity(name, schema, capacity) for name in indexes(table)]
        if updates:
            parameters["GlobalSecondaryIndexUpdates"] = updates
    update_table(caller, table, **parameters)
    _wait_for(caller, table["TableName"], f"billing mode {wanted}", lambda now: live_billing_mode(now) == wanted)
    return MADE


def _index_capacity(name: str, schema: Schema, inherited: dict[str, int]) -> dict[str, Any]:
    capacity = indexes(schema).get(name, {}).get("ProvisionedThroughput") or inherited
    return {"Update": {"IndexName": name, "ProvisionedThroughput": capacity}}


def _capacity(caller: Caller, schema: Schema, table: Table, index: str | None) -> Setting:
    """Only what differs is sent: the same capacity again is an error, and every decrease is counted."""
    wanted = _member(schema, "ProvisionedThroughput")
    if live_billing_mode(table) != "PROVISIONED":
        message = f"{table['TableName']} is on demand; it takes capacity only together with the switch to provisioned."
        raise CallError("ChangeImpossible", message)
    parameters: dict[str, Any] = {}
    if index is None and throughput(table.get("ProvisionedThroughput")) != throughput(wanted):
        parameters["ProvisionedThroughput"] = wanted
    live = indexes(table)
    updates = [
        _index_capacity(name, schema, wanted)
        for name in ([index] if index else sorted(live.keys() & indexes(schema).keys()))
        if throughput(live.get(name, {}).get("ProvisionedThroughput")) != _wanted_units(name, schema, wanted)
    ]
    if updates:
        parameters["GlobalSecondaryIndexUpdates"] = updates
    if not parameters:
        wait_active(caller, table["TableName"])
        return ALREADY
    update_table(caller, table, **parameters)
    wait_active(caller, table["TableName"])
    return MADE


def _wanted_units(name: str, schema: Schema, inherited: dict[str, int]) -> tuple[int, int]:
    return throughput(_index_capacity(name, schema, inherited)["Update"]["ProvisionedThroughput"])


def _stream(caller: Caller, table: Table, wanted: dict[str, Any]) -> Setting:
    if _stream_view(table.get("StreamSpecification")) == _stream_view(wanted):
        return ALREADY
    live = _stream_view(table.get("StreamSpecification"))
    if _stream_view(wanted) and live:
        message = (
            f"The stream of {table['TableName']} shows {live}, which DynamoDB can't change. Turn it off first; the new "
            "one has another ARN."
        )
        raise CallError("ChangeImpossible", message)
    specification = wanted if wanted["StreamEnabled"] else {"StreamEnabled": False}
    update_table(caller, table, StreamSpecification=specification)
    name = table["TableName"]
    return _settle(
        caller,
        name,
        "stream",
        lambda now: _stream_view(now.get("StreamSpecification")) == _stream_view(wanted),
    )


def _stream_view(specification: dict[str, Any] | None) -> str:
    """The view type, or nothing where the stream is off."""
    found = specification or {}
    return str(found.get("StreamViewType", "")) if found.get("StreamEnabled") else ""


def _protection(caller: Caller, table: Table, *, wanted: bool) -> Setting:
    if bool(table.get("DeletionProtectionEnabled")) == wanted:
        return ALREADY
    update_table(caller, table, DeletionProtectionEnabled=wanted)
    name = table["TableName"]
    return _settle(
        caller,
        name,
        "deletion_protection",
        lambda now: bool(now.get("DeletionProtectionEnabled")) == wanted,
    )


def _settle(caller: Caller, table_name: str, setting: str, is_so: Callable[[Table], bool]) -> Setting:
    """Wait until the setting is to be seen; an engine that took it and does not show it lacks it."""
    if caller.clients.engine != AWS and not is_so(wait_active(caller, table_name)):
        return Setting(already=False, unsupported=(setting,))
    _wait_for(caller, table_name, setting, is_so)
    return MADE


def _wait_for(caller: Caller, table_name: str, what: str, is_so: Callable[[Table], bool]) -> None:
    def holds() -> str | None:
        table = describe(caller, table_name)
        if table is None:
            raise CallError("TableMissing", f"The table {table_name} is gone while its {what} was waited for.")
        standing = unsettled(table)
        return standing if standing or is_so(table) else "not visible yet"

    wait_until(caller, f"{what} of {table_name}", holds)
