"""Replicas of a table: made, changed and dropped by UpdateTable, and set in their own Regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, assert_never

from executor import aspects, settings
from executor.errors import CallError
from executor.retry import BACKFILL
from executor.settings import ALREADY, MADE, Setting
from executor.updates import settle, update_table
from executor.waiting import describe, unsettled, wait_active, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from executor.caller import Caller
    from executor.schema import Schema
    from executor.waiting import Table

Kind = Literal[
    "create_replica",
    "update_replica",
    "delete_replica",
    "create_strong_replicas",
    "delete_strong_replicas",
    "replica_point_in_time_recovery",
    "replica_deletion_protection",
    "replica_tags",
]
_FAILED = frozenset({"CREATION_FAILED", "REGION_DISABLED", "INACCESSIBLE_ENCRYPTION_CREDENTIALS"})
_OWN = frozenset({"PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "Tags"})
"""Members of a schema's replica that are set in its own Region."""
_THROUGHPUT = ("ProvisionedThroughputOverride", "OnDemandThroughputOverride", "GlobalSecondaryIndexes")

Replica = dict[str, Any]


def replicas(schema: Mapping[str, Any]) -> dict[str, Replica]:
    """Replicas by Region, of a schema or of a live table."""
    return {replica["RegionName"]: replica for replica in schema.get("Replicas") or ()}


def change_replicas(  # noqa: PLR0911 - one case for each kind of a closed list
    caller: Caller, schema: Schema, table: Table, kind: Kind, region: str
) -> Setting:
    """Make one change of the table's replicas.

    Args:
        caller: Sends the calls.
        schema: The table as it shall be, whole.
        table: As it is.
        kind: The concern.
        region: The replica's, where the concern is of one.

    Raises:
        CallError: ReplicaFailed, ReplicaMissing, ChangeImpossible, or as calls fail.
        StoppedError: A stop was asked for while it waited.
    """
    match kind:
        case "create_replica":
            return create_replica(caller, table, _wanted(schema, region))
        case "update_replica":
            return _update(caller, table, _wanted(schema, region))
        case "delete_replica":
            return _delete(caller, table, [region], witness=None)
        case "create_strong_replicas":
            return _create_strong(caller, schema, table)
        case "delete_strong_replicas":
            witnesses = [witness["RegionName"] for witness in table.get("GlobalTableWitnesses") or ()]
            return _delete(caller, table, sorted(replicas(table)), witness=next(iter(witnesses), None))
        case "replica_point_in_time_recovery":
            specification = _member(_wanted(schema, region), "PointInTimeRecoverySpecification")
            name = table["TableName"]
            return settings.set_point_in_time_recovery(caller.in_region(region), name, specification)
        case "replica_deletion_protection":
            return _protect(
                caller.in_region(region), table, on=_member(_wanted(schema, region), "DeletionProtectionEnabled")
            )
        case "replica_tags":
            return _tag(caller.in_region(region), table, _member(_wanted(schema, region), "Tags"))
        case _:
            assert_never(kind)


def _wanted(schema: Schema, region: str) -> Replica:
    wanted = replicas(schema).get(region)
    if wanted is None:
        raise CallError("InvalidArguments", f"table_schema.Replicas has no replica in {region or 'no Region'}.")
    return wanted


def _member(replica: Replica, name: str) -> Any:
    if name not in replica:
        where = replica["RegionName"]
        raise CallError("InvalidArguments", f"The replica in {where} of table_schema.Replicas has no {name}.")
    return replica[name]


def _creation(wanted: Replica) -> Replica:
    return {name: value for name, value in wanted.items() if name not in _OWN and value is not None}


def create_replica(caller: Caller, table: Table, wanted: Replica) -> Setting:
    """Make a replica and wait until all items are copied.

    Raises:
        CallError: ReplicaFailed where DynamoDB says so; others as calls fail.
    """
    name, region = table["TableName"], wanted["RegionName"]
    live = replicas(table).get(region)
    if live is not None and live.get("ReplicaStatus") == "DELETING":
        _wait_gone(caller, name, [region])
        live = None
    if live is None and not update_table(caller, table, ReplicaUpdates=[{"Create": _creation(wanted)}]):
        return Setting(already=False, unsupported=("replicas",))
    _wait_active(caller, name, [region])
    return MADE if live is None else ALREADY


def _create_strong(caller: Caller, schema: Schema, table: Table) -> Setting:
    wanted = replicas(schema)
    witnesses = schema.get("GlobalTableWitnesses") or ()
    if replicas(table):
        if replicas(table).keys() != wanted.keys() or table.get("MultiRegionConsistency") != "STRONG":
            message = f"{table['TableName']} has other replicas, and strongly consistent ones are made all together."
            raise CallError("ChangeImpossible", message)
        _wait_active(caller, table["TableName"], sorted(wanted))
        return ALREADY
    parameters: dict[str, Any] = {
        "ReplicaUpdates": [{"Create": _creation(wanted[region])} for region in sorted(wanted)],
        "MultiRegionConsistency": "STRONG",
    }
    if witnesses:
        parameters["GlobalTableWitnessUpdates"] = [
            {"Create": {"RegionName": witness["RegionName"]}} for witness in witnesses
        ]
    if not update_table(caller, table, **parameters):
        return Setting(already=False, unsupported=("replicas",))
    _wait_active(caller, table["TableName"], sorted(wanted))
    strong = wait_active(caller, table["TableName"]).get("MultiRegionConsistency") == "STRONG"
    return MADE if strong else Setting(already=False, unsupported=("replicas.consistency",))


def _delete(caller: Caller, table: Table, regions: list[str], *, witness: str | None) -> Setting:
    live = replicas(table)
    going = [region for region in regions if region in live and live[region].get("ReplicaStatus") != "DELETING"]
    if going:
        parameters: dict[str, Any] = {"ReplicaUpdates": [{"Delete": {"RegionName": region}} for region in going]}
        if witness is not None:
            parameters["GlobalTableWitnessUpdates"] = [{"Delete": {"RegionName": witness}}]
        update_table(caller, table, **parameters)
    _wait_gone(caller, table["TableName"], regions)
    return MADE if going else ALREADY


def _update(caller: Caller, table: Table, wanted: Replica) -> Setting:
    """Class and throughput in calls of their own: each call carries one concern (K 433)."""
    region = wanted["RegionName"]
    live = replicas(table).get(region)
    if live is None:
        raise CallError("ReplicaMissing", f"{table['TableName']} has no replica in {region}.")
    concerns = [part for part in (_class_override(live, wanted), _throughput_overrides(live, wanted)) if part]
    lacking = False
    for parameters in concerns:
        update_table(caller, table, ReplicaUpdates=[{"Update": {"RegionName": region, **parameters}}])
        made = settle(caller, table["TableName"], f"replicas.{region}", _shows({"RegionName": region, **parameters}))
        lacking = lacking or bool(made.unsupported)
    if lacking:
        return Setting(already=False, unsupported=("replica_overrides",))
    return MADE if concerns else ALREADY


def _shows(wanted: Replica) -> Callable[[Table], bool]:
    """Whether a table shows a replica that is at rest and has what is wanted."""

    def is_so(table: Table) -> bool:
        live = replicas(table).get(wanted["RegionName"], {"ReplicaStatus": "not visible yet"})
        same = not _class_override(live, wanted) and not _throughput_overrides(live, wanted)
        return same and bool(live.get("ReplicaStatus", "ACTIVE") == "ACTIVE")

    return is_so


def _class_override(live: Replica, wanted: Replica) -> Replica:
    have = (live.get("ReplicaTableClassSummary") or {}).get("TableClass", "STANDARD")
    override = wanted.get("TableClassOverride")
    return {} if override in {None, have} else {"TableClassOverride": override}


def _throughput_overrides(live: Replica, wanted: Replica) -> Replica:
    found = {name: wanted[name] for name in _THROUGHPUT[:2] if name in wanted and wanted[name] != live.get(name)}
    have = {index["IndexName"]: index for index in live.get("GlobalSecondaryIndexes") or ()}
    differ = [
        index
        for index in wanted.get("GlobalSecondaryIndexes") or ()
        if any(index[name] != have.get(index["IndexName"], {}).get(name) for name in _THROUGHPUT[:2] if name in index)
    ]
    return {**found, "GlobalSecondaryIndexes": differ} if differ else found


def _protect(caller: Caller, table: Table, *, on: bool) -> Setting:
    name = table["TableName"]
    live = _replica_table(caller, name)
    if bool(live.get("DeletionProtectionEnabled")) == on:
        return ALREADY
    update_table(caller, live, DeletionProtectionEnabled=on)
    return settle(caller, name, "deletion_protection", lambda now: bool(now.get("DeletionProtectionEnabled")) == on)


def _tag(caller: Caller, table: Table, wanted: list[dict[str, str]]) -> Setting:
    """The users' tags; the owner's tag stays with the table itself."""
    live = _replica_table(caller, table["TableName"])
    return settings.set_tags(caller, live["TableArn"], {tag["Key"]: tag["Value"] for tag in wanted})


def _replica_table(caller: Caller, name: str) -> Table:
    live = describe(caller, name)
    if live is None:
        raise CallError("ReplicaMissing", f"{name} has no replica in {caller.clients.region}.")
    return live


def _wait_active(caller: Caller, name: str, regions: list[str]) -> None:
    def holds() -> str | None:
        table = _present(caller, name)
        live = replicas(table)
        for region in regions:
            status = live.get(region, {}).get("ReplicaStatus", "not visible yet")
            if status in _FAILED:
                reason = live[region].get("ReplicaStatusDescription") or "DynamoDB gave no reason"
                raise CallError("ReplicaFailed", f"The replica of {name} in {region} is {status}: {reason}.")
            if status != "ACTIVE":
                percent = live.get(region, {}).get("ReplicaStatusPercentProgress")
                return f"{region} {status}{f' ({percent})' if percent else ''}"
        return unsettled(table)

    wait_until(caller, f"replicas of {name}", holds, BACKFILL)


def _wait_gone(caller: Caller, name: str, regions: list[str]) -> None:
    def holds() -> str | None:
        table = _present(caller, name)
        left = [region for region in regions if region in replicas(table)]
        return f"{left[0]} {replicas(table)[left[0]].get('ReplicaStatus', '')}" if left else unsettled(table)

    wait_until(caller, f"end of replicas of {name}", holds, BACKFILL)


def _present(caller: Caller, name: str) -> Table:
    table = describe(caller, name)
    if table is None:
        raise CallError("TableMissing", f"The table {name} is gone while its replicas were waited for.")
    return table


def describe_replicas(caller: Caller, table: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], bool]:
    """What each replica has of its own, asked in its Region; what an engine lacks is left out.

    Raises:
        CallError: A Region could not be asked.
    """
    found = {}
    for region, replica in replicas(table).items():
        if replica.get("ReplicaStatus", "ACTIVE") == "ACTIVE":
            found[region] = _own(caller.in_region(region), table["TableName"])
    return found, True


def _own(caller: Caller, name: str) -> dict[str, Any]:
    live = _replica_table(caller, name)
    own: dict[str, Any] = {"DeletionProtectionEnabled": bool(live.get("DeletionProtectionEnabled"))}
    backups, known = aspects.continuous_backups(caller, name)
    if known:
        own["ContinuousBackups"] = backups
    tags, known = aspects.tags(caller, live["TableArn"])
    return {**own, "Tags": tags} if known else own


def make_replicas(caller: Caller, schema: Schema, table: Table) -> list[Setting]:
    """All replicas that a new table's schema has, each with its own settings.

    Raises:
        CallError: As calls fail.
    """
    wanted = replicas(schema)
    if schema.get("MultiRegionConsistency") == "STRONG" and wanted:
        made = [_create_strong(caller, schema, table)]
    else:
        made = [create_replica(caller, table, replica) for _, replica in sorted(wanted.items())]
    kinds: dict[str, Kind] = {
        "PointInTimeRecoverySpecification": "replica_point_in_time_recovery",
        "DeletionProtectionEnabled": "replica_deletion_protection",
        "Tags": "replica_tags",
    }
    for region, replica in sorted(wanted.items()):
        made += [change_replicas(caller, schema, table, kinds[name], region) for name in kinds if name in replica]
    return made
