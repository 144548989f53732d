"""Calls beside CreateTable: what the AWS command line takes to set what a table is made without."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from planner.values import Json

_RESOURCE = re.compile(r"table/(?P<table>[^/]+)(?:/index/(?P<index>[^/]+))?")
_MEMBERS = frozenset(
    {"TimeToLiveSpecification", "PointInTimeRecoverySpecification", "ContributorInsightsAction", "StreamArn"}
    | {"ReplicaUpdates"}
)


def is_call(document: Json) -> bool:
    """Whether it is such a call."""
    if not isinstance(document, Mapping):
        return False
    if document.get("ServiceNamespace") == "dynamodb" and isinstance(document.get("ResourceId"), str):
        return True
    return "TableName" in document and "KeySchema" not in document and bool(_MEMBERS & document.keys())


def join_calls(table: Mapping[str, Json], calls: Sequence[Mapping[str, Json]]) -> tuple[dict[str, Json], list[int]]:
    """A CreateTable call with what the calls beside it set, and which of them it took.

    Args:
        table: The call that makes the table.
        calls: Calls of any table.
    """
    schema, taken = dict(table), []
    aims = {_where(call): call for call in calls if "TargetTrackingScalingPolicyConfiguration" in call}
    for at, call in enumerate(calls):
        if _table_of(call) == schema.get("TableName"):
            taken.append(at)
            _join(schema, call, aims)
    return schema, taken


def _table_of(call: Mapping[str, Json]) -> Json:
    found = _RESOURCE.fullmatch(str(call.get("ResourceId", "")))
    return found["table"] if found else call.get("TableName")


def _where(call: Mapping[str, Json]) -> tuple[Json, Json]:
    return call.get("ResourceId"), call.get("ScalableDimension")


def _join(
    schema: dict[str, Json], call: Mapping[str, Json], aims: Mapping[tuple[Json, Json], Mapping[str, Json]]
) -> None:
    for member in ("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "MultiRegionConsistency"):
        if member in call:
            schema[member] = call[member]
    if "ContributorInsightsAction" in call:
        own = {name: value for name, value in call.items() if name != "TableName"}
        schema["ContributorInsights"] = [*(schema.get("ContributorInsights") or ()), own]
    if "StreamArn" in call:
        own = {"StreamArn": call["StreamArn"]} | dict(call.get("EnableKinesisStreamingConfiguration") or {})
        schema["KinesisStreamingDestinations"] = [own]
    if "ReplicaUpdates" in call:
        schema["Replicas"] = [update["Create"] for update in call["ReplicaUpdates"] if "Create" in update]
    if "GlobalTableWitnessUpdates" in call:
        updates = call["GlobalTableWitnessUpdates"]
        schema["GlobalTableWitnesses"] = [update["Create"] for update in updates if "Create" in update]
    if "MinCapacity" in call:
        _scale(schema, call, aims.get(_where(call), {}))


def _scale(schema: dict[str, Json], call: Mapping[str, Json], policy: Mapping[str, Json]) -> None:
    found = _RESOURCE.fullmatch(str(call["ResourceId"]))
    aim = policy.get("TargetTrackingScalingPolicyConfiguration") or {}
    member: dict[str, Json] = {"IndexName": found["index"]} if found and found["index"] else {}
    member |= {
        "ScalableDimension": str(call.get("ScalableDimension", "")).rpartition(":")[2],
        "MinCapacity": call["MinCapacity"],
        "MaxCapacity": call.get("MaxCapacity"),
        "TargetValue": aim.get("TargetValue", 70),
    }
    schema["AutoScaling"] = [*(schema.get("AutoScaling") or ()), member]
