"""Exactly one change of an existing table: read it again, change what differs, wait for the real condition.

One UpdateTable carries one concern, and sending again what is so already is an error (K 433, 382): each kind looks at
the live table first, so that a change may be asked for again after any crash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, assert_never

from executor import extras, settings, throughput
from executor.autoscaling import set_autoscaling
from executor.encryption import set_encryption
from executor.errors import CallError
from executor.index_changes import create_index, delete_index
from executor.replicas import change_replicas
from executor.schema import member, own_tags, table_class
from executor.settings import ALREADY, Setting
from executor.updates import settle, update_table
from executor.vector_indexes import create_vector_index, delete_vector_index
from executor.waiting import describe
from planner.function_tables import ChangeKind

if TYPE_CHECKING:
    from executor.caller import Caller
    from executor.schema import Schema
    from executor.waiting import Table


_IndexKind = Literal["create_index", "delete_index", "create_vector_index", "delete_vector_index"]
_UnitsKind = Literal["billing", "capacity", "maximum", "warm", "autoscaling"]
_TableKind = Literal["table_class", "encryption", "stream", "deletion_protection"]
_BesideKind = Literal["time_to_live", "point_in_time_recovery", "resource_policy", "contributor_insights", "kinesis"]


def change_table(
    caller: Caller,
    schema: Schema,
    database_name: str,
    kind: ChangeKind,
    index: str | None,
    region: str | None,
) -> Setting:
    """Make one change, so that the live table is in this respect as the schema says.

    Args:
        caller: Sends the calls.
        schema: The table as it shall be, whole.
        database_name: The owner's label.
        kind: The concern.
        index: Which index, where the concern is one.
        region: Which replica's, where the concern is one.

    Raises:
        CallError: TableMissing, IndexDiffers, ChangeImpossible, TryLater, NotSettled, or as calls fail.
        StoppedError: A stop was asked for while it waited.
    """
    name = schema["TableName"]
    table = describe(caller, name)
    if table is None:
        raise CallError("TableMissing", f"The table {name} does not exist, so it can't be changed.")
    match kind:
        case "create_index" | "delete_index" | "create_vector_index" | "delete_vector_index":
            return _change_index(caller, schema, table, kind, _named(index, kind))
        case "billing" | "capacity" | "maximum" | "warm" | "autoscaling":
            return _change_units(caller, schema, table, kind, index)
        case "table_class" | "encryption" | "stream" | "deletion_protection":
            return _change_itself(caller, schema, table, kind)
        case "tags":
            member(schema, "Tags")
            wanted = {tag["Key"]: tag["Value"] for tag in own_tags(schema, database_name)}
            return settings.set_tags(caller, table["TableArn"], wanted)
        case "time_to_live" | "point_in_time_recovery" | "resource_policy" | "contributor_insights" | "kinesis":
            return _change_beside(caller, schema, table, kind, index)
        case _:
            return change_replicas(caller, schema, table, kind, region or "")


def _change_index(caller: Caller, schema: Schema, table: Table, kind: _IndexKind, index: str) -> Setting:
    match kind:
        case "create_index":
            return create_index(caller, schema, table, index)
        case "delete_index":
            return delete_index(caller, table, index)
        case "create_vector_index":
            return create_vector_index(caller, schema, table, index)
        case "delete_vector_index":
            return delete_vector_index(caller, table, index)
        case _:
            assert_never(kind)


def _change_units(caller: Caller, schema: Schema, table: Table, kind: _UnitsKind, index: str | None) -> Setting:
    match kind:
        case "billing":
            return throughput.set_billing(caller, schema, table)
        case "capacity":
            return throughput.set_capacity(caller, schema, table, index)
        case "maximum":
            return throughput.set_maximum(caller, schema, table, index)
        case "warm":
            return throughput.set_warm(caller, schema, table, index)
        case "autoscaling":
            return set_autoscaling(caller, schema, table, index)
        case _:
            assert_never(kind)


def _change_itself(caller: Caller, schema: Schema, table: Table, kind: _TableKind) -> Setting:
    """What UpdateTable sets, a concern to a call."""
    match kind:
        case "table_class":
            return _table_class(caller, table, member(schema, "TableClass"))
        case "encryption":
            return set_encryption(caller, schema, table)
        case "stream":
            return _stream(caller, table, member(schema, "StreamSpecification"))
        case "deletion_protection":
            return _protection(caller, table, wanted=member(schema, "DeletionProtectionEnabled"))
        case _:
            assert_never(kind)


def _change_beside(caller: Caller, schema: Schema, table: Table, kind: _BesideKind, index: str | None) -> Setting:
    """What calls of its own set."""
    name = table["TableName"]
    match kind:
        case "time_to_live":
            return settings.set_time_to_live(caller, name, member(schema, "TimeToLiveSpecification"))
        case "point_in_time_recovery":
            wanted = member(schema, "PointInTimeRecoverySpecification")
            return settings.set_point_in_time_recovery(caller, name, wanted)
        case "resource_policy":
            return extras.set_resource_policy(caller, table["TableArn"], member(schema, "ResourcePolicy"))
        case "contributor_insights":
            return extras.set_contributor_insights(caller, name, extras.insights_wanted(schema, index))
        case "kinesis":
            return extras.set_kinesis(caller, name, member(schema, "KinesisStreamingDestinations"))
        case _:
            assert_never(kind)


def _named(index: str | None, kind: str) -> str:
    if index is None:
        raise CallError("InvalidArguments", f"change.index is missing: {kind} concerns one index.")
    return index


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
    return settle(
        caller,
        name,
        "stream",
        lambda now: _stream_view(now.get("StreamSpecification")) == _stream_view(wanted),
    )


def _stream_view(specification: dict[str, Any] | None) -> str:
    """The view type, or nothing where the stream is off."""
    found = specification or {}
    return str(found.get("StreamViewType", "")) if found.get("StreamEnabled") else ""


def _table_class(caller: Caller, table: Table, wanted: str) -> Setting:
    if table_class(table) == wanted:
        return ALREADY
    update_table(caller, table, TableClass=wanted)
    return settle(caller, table["TableName"], "table_class", lambda now: table_class(now) == wanted)


def _protection(caller: Caller, table: Table, *, wanted: bool) -> Setting:
    if bool(table.get("DeletionProtectionEnabled")) == wanted:
        return ALREADY
    update_table(caller, table, DeletionProtectionEnabled=wanted)
    name = table["TableName"]
    return settle(
        caller,
        name,
        "deletion_protection",
        lambda now: bool(now.get("DeletionProtectionEnabled")) == wanted,
    )
