"""Making one table: CreateTable, wait, settings beside it, read back. Sent twice, it makes one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor import aspects, autoscaling, settings
from executor.caller import answers_lost, failed
from executor.engines import AWS
from executor.errors import CallError, is_table_exists
from executor.extras import extras_differ, make_extras
from executor.replicas import make_replicas
from executor.schema import (
    DATABASE_TAG,
    create_parameters,
    differences,
    indexes,
    own_tags,
    table_class,
)
from executor.throughput import is_warm, limits
from executor.waiting import wait_active, with_identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.caller import Caller
    from executor.schema import Schema
    from executor.settings import Setting


def create_table(caller: Caller, schema: Schema, database_name: str) -> dict[str, Any]:
    """Make a table and wait until it and its settings are as the schema says.

    A table that exists counts as ours where it bears the owner's tag, or bears none and an earlier try of this very
    call got no answer; then what is missing of its settings is made. Any other is refused. Where the engine has no
    tags, it is accepted if nothing is missing.

    Returns:
        ``created`` (False: it existed), ``table_id``, ``arn``, ``unsupported`` (what the engine lacks).

    Raises:
        CallError: TableExists where one exists that is not ours or not the same; others as calls fail. Where the call
            was surely not carried out, the value says ``not_made`` of the table.
        StoppedError: A stop was asked for while it waited.
    """
    name = schema["TableName"]
    created, lost = _send(caller, schema, database_name)
    table = wait_active(caller, name, new=True)
    missing = differences(schema, table)
    if missing and not created:
        raise CallError("TableExists", f"The table {name} exists, and {', and '.join(missing)}.")
    if not created and not _is_ours(caller, table, database_name, lost=lost):
        _require_settings(caller, schema, table)
        unsupported: tuple[str, ...] = ()
    else:
        unsupported = _make_settings(caller, schema, table, database_name)
    identified = with_identity(table)
    return {
        "created": created,
        "table_id": identified.get("TableId", ""),
        "arn": table["TableArn"],
        "unsupported": list(unsupported),
    }


def _send(caller: Caller, schema: Schema, database_name: str) -> tuple[bool, bool]:
    """Whether the answer says that we made it, and whether we may have made it all the same."""
    try:
        caller.send("create_table", **create_parameters(schema, database_name))
    except ClientError as error:
        if is_table_exists(error):
            return False, answers_lost(error) > 0
        raise _unmade(schema, failed(error, caller.understand(error))) from error
    except CallError as error:
        raise _unmade(schema, error) from error
    return True, False


def _unmade(schema: Schema, error: CallError) -> CallError:
    """The error, with what it proves of the table."""
    if error.sent:
        return error
    answer = {"error_code": error.code, "message": error.message, "not_made": True}
    return CallError(error.code, error.message, {"tables": {schema["TableName"]: answer}}, sent=False)


def _is_ours(caller: Caller, table: Mapping[str, Any], database_name: str, *, lost: bool) -> bool:
    """Whether a table that exists was made by us; False where the engine has nothing to tell it by.

    Raises:
        CallError: TableExists where it was made by somebody else.
    """
    tags, known = aspects.tags(caller, table["TableArn"])
    owner = (tags or {}).get(DATABASE_TAG, "")
    if owner == database_name or (lost and not owner):
        return True
    if not known:
        return False
    whose = f"belongs to the ddbplan database {owner}" if owner else f"was not made for {database_name}"
    raise CallError("TableExists", f"The table {table['TableName']} exists, and {whose}.")


def _require_settings(caller: Caller, schema: Schema, table: Mapping[str, Any]) -> None:
    """Refuse a table whose settings would have to be changed, where nothing tells whose it is: never on AWS."""
    name = schema["TableName"]
    wanted = schema.get("TimeToLiveSpecification")
    lacking = [] if _has_members(schema, table) else ["its stream or deletion protection is another"]
    if wanted:
        live, _ = aspects.time_to_live(caller, name)
        if live is not None and not settings.ttl_is(live, wanted):
            lacking.append("its time to live is another")
    wanted = schema.get("PointInTimeRecoverySpecification")
    if wanted:
        live, _ = aspects.continuous_backups(caller, name)
        if live is not None and not settings.recovery_is(live, wanted):
            lacking.append("its point-in-time recovery is another")
    lacking += extras_differ(caller, schema, table)
    if lacking:
        raise CallError("TableExists", f"The table {name} exists, and {', and '.join(lacking)}.")


def _parts(schema: Schema, table: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The table and each index of the schema, as wanted and as live."""
    live = indexes(table)
    return [(schema, table), *((index, live.get(name, {})) for name, index in indexes(schema).items())]


def _has_members(schema: Schema, table: Mapping[str, Any]) -> bool:
    wanted = schema.get("StreamSpecification") or {"StreamEnabled": False}
    live = table.get("StreamSpecification") or {"StreamEnabled": False}
    same = wanted["StreamEnabled"] == live.get("StreamEnabled", False)
    view = not wanted["StreamEnabled"] or wanted.get("StreamViewType") == live.get("StreamViewType")
    protected = bool(schema.get("DeletionProtectionEnabled")) <= bool(table.get("DeletionProtectionEnabled"))
    return same and view and protected


def _make_settings(caller: Caller, schema: Schema, table: Mapping[str, Any], database_name: str) -> tuple[str, ...]:
    name = schema["TableName"]
    made: list[Setting] = []
    if wanted := schema.get("TimeToLiveSpecification"):
        made.append(settings.set_time_to_live(caller, name, wanted))
    if wanted := schema.get("PointInTimeRecoverySpecification"):
        made.append(settings.set_point_in_time_recovery(caller, name, wanted))
    if "AutoScaling" in schema:
        made += autoscaling.make_all(caller, schema, dict(table))
    made += make_extras(caller, schema, table)
    made += make_replicas(caller, schema, dict(table))
    lacking = [aspect for setting in made for aspect in setting.unsupported]
    return tuple(dict.fromkeys(lacking + _dropped(caller, schema, table, database_name)))


def _dropped(caller: Caller, schema: Schema, table: Mapping[str, Any], database_name: str) -> list[str]:
    """What an engine for development took at CreateTable and did not keep. AWS keeps or refuses."""
    if caller.clients.engine == AWS:
        return []
    parts = _parts(schema, table)
    read_back = {
        "vector_indexes": indexes(schema, "VectorIndexes").keys() - indexes(table, "VectorIndexes").keys(),
        "stream": (schema.get("StreamSpecification") or {}).get("StreamEnabled", False)
        and not table.get("StreamSpecification", {}).get("StreamEnabled"),
        "deletion_protection": schema.get("DeletionProtectionEnabled") and not table.get("DeletionProtectionEnabled"),
        "encryption": schema.get("SSESpecification", {}).get("Enabled") and not table.get("SSEDescription"),
        "table_class": table_class(table) != schema.get("TableClass", table_class(table)),
        "maximum": any(limits(wanted) != limits(have) for wanted, have in parts if "OnDemandThroughput" in wanted),
        "warm": any(not is_warm(have, wanted.get("WarmThroughput")) for wanted, have in parts),
    }
    tags = {tag["Key"]: tag["Value"] for tag in own_tags(schema, database_name)}
    live, known = aspects.tags(caller, table["TableArn"])
    if settings.users(tags) and (not known or settings.users(live or {}) != settings.users(tags)):
        read_back["tags"] = True
    return [name for name, dropped in read_back.items() if dropped]
