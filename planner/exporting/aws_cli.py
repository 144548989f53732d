"""A plan as what the AWS command line takes: a file for each call, and a script that makes the calls in order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.exporting.mcp_model import create_table
from planner.exporting.tables import ExportTable
from planner.values import Item, Json

MOST_PUTS = 25
SCRIPT = "make.sh"
_HEAD = """#!/bin/sh
# Makes the tables of a plan. Run it where the files are; options of `aws` (--region, --profile) go after its name.
set -eu
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CliCall:
    """One call of the command line.

    Attributes:
        file: The file of its input.
        command: The service and the command.
        given: The input, in the API's own shape.
    """

    file: str
    command: str
    given: Json


def files(tables: tuple[ExportTable, ...], items: Mapping[str, Sequence[Item]]) -> dict[str, str]:
    """The text of each file, and the script, by name."""
    texts: dict[str, str] = {}
    script = [_HEAD]
    for table in tables:
        name = table.schema["TableName"]
        for call in _calls(table, items.get(table.key, ())):
            texts[call.file] = json.dumps(call.given, indent=2, ensure_ascii=False) + "\n"
            script.append(f'aws {call.command} --cli-input-json file://{call.file} "$@" >/dev/null')
            if call.command == "dynamodb create-table":
                script.append(f'aws dynamodb wait table-exists --table-name {name} "$@"')
    texts[SCRIPT] = "\n".join(script) + "\n"
    return texts


def _calls(table: ExportTable, items: Sequence[Item]) -> Iterator[CliCall]:
    schema, key = table.schema, table.key
    name = schema["TableName"]
    yield CliCall(file=f"{key}.create-table.json", command="dynamodb create-table", given=create_table(schema))
    for member, command in (
        ("TimeToLiveSpecification", "update-time-to-live"),
        ("PointInTimeRecoverySpecification", "update-continuous-backups"),
    ):
        if member in schema:
            given = {"TableName": name, member: _whole(member, schema[member])}
            yield CliCall(file=f"{key}.{command}.json", command=f"dynamodb {command}", given=given)
    for number, member in enumerate(schema.get("ContributorInsights") or (), 1):
        command = "update-contributor-insights"
        yield CliCall(
            file=f"{key}.{command}.{number}.json", command=f"dynamodb {command}", given={"TableName": name, **member}
        )
    for stream in schema.get("KinesisStreamingDestinations") or ():
        command = "enable-kinesis-streaming-destination"
        given = {"TableName": name, "StreamArn": stream["StreamArn"]}
        precision = stream.get("ApproximateCreationDateTimePrecision")
        if precision:
            given["EnableKinesisStreamingConfiguration"] = {"ApproximateCreationDateTimePrecision": precision}
        yield CliCall(file=f"{key}.{command}.json", command=f"dynamodb {command}", given=given)
    yield from _scaling(table)
    yield from _replicas(table)
    for start in range(0, len(items), MOST_PUTS):
        puts = [{"PutRequest": {"Item": dict(item)}} for item in items[start : start + MOST_PUTS]]
        file = f"{key}.batch-write-item.{start // MOST_PUTS + 1}.json"
        yield CliCall(file=file, command="dynamodb batch-write-item", given={"RequestItems": {name: puts}})


def _whole(member: str, value: Mapping[str, Json]) -> Mapping[str, Json]:
    """UpdateTimeToLive asks for a name even where it is off."""
    if member == "TimeToLiveSpecification":
        return {"AttributeName": "ttl", **value}
    return value


def _scaling(table: ExportTable) -> Iterator[CliCall]:
    name = table.schema["TableName"]
    for target in table.schema.get("AutoScaling") or ():
        index, dimension = target.get("IndexName"), target["ScalableDimension"]
        side = dimension.removesuffix("CapacityUnits")
        where = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": f"table/{name}" + (f"/index/{index}" if index else ""),
            "ScalableDimension": f"dynamodb:{'index' if index else 'table'}:{dimension}",
        }
        stem = f"{table.key}.{index}.{side.lower()}" if index else f"{table.key}.{side.lower()}"
        bounds = {"MinCapacity": target["MinCapacity"], "MaxCapacity": target["MaxCapacity"]}
        command = "application-autoscaling register-scalable-target"
        yield CliCall(file=f"{stem}.register-scalable-target.json", command=command, given=where | bounds)
        metric = {"PredefinedMetricType": f"DynamoDB{side}CapacityUtilization"}
        policy = {
            "PolicyName": f"{name}-{side.lower()}-use",
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": metric,
                "TargetValue": target["TargetValue"],
            },
        }
        command = "application-autoscaling put-scaling-policy"
        yield CliCall(file=f"{stem}.put-scaling-policy.json", command=command, given=where | policy)


def _replicas(table: ExportTable) -> Iterator[CliCall]:
    schema = table.schema
    own = ("PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "Tags")
    made = [
        {"Create": {name: value for name, value in replica.items() if name not in own}}
        for replica in schema.get("Replicas") or ()
    ]
    if not made:
        return
    extra = {name: schema[name] for name in ("MultiRegionConsistency",) if name in schema}
    witnesses = [{"Create": witness} for witness in schema.get("GlobalTableWitnesses") or ()]
    if witnesses:
        extra["GlobalTableWitnessUpdates"] = witnesses
    given = {"TableName": schema["TableName"], "ReplicaUpdates": made, **extra}
    yield CliCall(file=f"{table.key}.update-table.json", command="dynamodb update-table", given=given)
