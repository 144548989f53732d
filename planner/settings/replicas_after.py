"""What a step makes of a table's replicas, without doing it."""

from __future__ import annotations

from collections.abc import Mapping

from planner.settings.replica_settings import MEMBER, ReplicaOverrides, ReplicaSettings
from planner.settings.replica_values import OF_ALL, OFF, REPLICAS, UNTOUCHED, live_shape
from planner.settings.replicas import Replicas
from planner.values import Json


def replicas_after(
    settings: Mapping[str, Json], change: Mapping[str, Json], schema: Mapping[str, Json]
) -> dict[str, Json]:
    """The three settings of replicas after a change.

    Args:
        settings: The table's before it.
        change: The step's ``change``; its kind names a replica.
        schema: The step's ``table_schema``.
    """
    found = settings.get(Replicas.name)
    shape = dict(found) if isinstance(found, Mapping) else {}
    overrides = dict(settings.get(ReplicaOverrides.name) or {})
    own = dict(settings.get(ReplicaSettings.name) or {})
    region = change.get("region", "")
    match change["kind"]:
        case "create_replica":
            shape |= {region: True, "consistency": shape.get("consistency", "eventual")}
            overrides[region], own[region] = _overrides(schema)[region], dict(UNTOUCHED)
        case "create_strong_replicas":
            shape = live_shape(schema)
            overrides, own = _overrides(schema), {name: dict(UNTOUCHED) for name in shape.keys() - OF_ALL}
        case "delete_replica":
            shape, overrides, own = ({n: v for n, v in part.items() if n != region} for part in (shape, overrides, own))
        case "delete_strong_replicas":
            shape, overrides, own = {}, {}, {}
        case "update_replica":
            overrides[region] = _merged(overrides[region], _overrides(schema)[region])
        case kind:
            part = kind.removeprefix("replica_")
            own[region] = {**own.get(region, UNTOUCHED), part: _settings(schema)[region][part]}
    remain = shape.keys() - OF_ALL
    return {
        Replicas.name: shape if remain else OFF,
        ReplicaOverrides.name: overrides,
        ReplicaSettings.name: own,
    }


def _overrides(schema: Mapping[str, Json]) -> dict[str, Json]:
    return dict(ReplicaOverrides().live({"Table": {REPLICAS: described(schema)}}))


def described(schema: Mapping[str, Json]) -> list[Json]:
    """The replicas of a ``table_schema`` as DescribeTable would show them."""
    return [
        {**replica, "ReplicaTableClassSummary": {"TableClass": replica.get("TableClassOverride", "STANDARD")}}
        for replica in schema.get(REPLICAS, ())
    ]


def _settings(schema: Mapping[str, Json]) -> dict[str, Json]:
    return dict(ReplicaSettings().live({MEMBER: {r["RegionName"]: answer_of(r) for r in schema.get(REPLICAS, ())}}))


def answer_of(replica: Mapping[str, Json]) -> dict[str, Json]:
    """What reading in its Region would answer for a replica of a ``table_schema``."""
    recovery = replica.get("PointInTimeRecoverySpecification", {})
    status = "ENABLED" if recovery.get("PointInTimeRecoveryEnabled") else "DISABLED"
    days = {"RecoveryPeriodInDays": recovery.get("RecoveryPeriodInDays", 35)}
    return {
        "ContinuousBackups": {"PointInTimeRecoveryDescription": {**days, "PointInTimeRecoveryStatus": status}},
        "DeletionProtectionEnabled": replica.get("DeletionProtectionEnabled", False),
        "Tags": {tag["Key"]: tag["Value"] for tag in replica.get("Tags", ())},
    }


def _merged(have: Mapping[str, Json], said: Mapping[str, Json]) -> dict[str, Json]:
    """What is not said stays as it is, down to each index's units."""
    indexes = {**have.get("global_secondary_indexes", {}), **said.get("global_secondary_indexes", {})}
    return {**have, **said, "global_secondary_indexes": indexes}
