"""A plan as a CloudFormation template: tables, their autoscaling beside them, global tables for those with replicas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from planner.exporting.cfn_global import global_table
from planner.exporting.tables import ExportTable
from planner.plan import Plan
from planner.values import Json

_SIDES = {"ReadCapacityUnits": "Read", "WriteCapacityUnits": "Write"}
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]+")


def template(plan: Plan, tables: tuple[ExportTable, ...]) -> str:
    """The template as JSON, which CloudFormation takes as it takes YAML."""
    resources: dict[str, Json] = {}
    names = logical_ids([table.key for table in tables])
    for table in tables:
        resources |= _resources(names[table.key], table)
    document: dict[str, Json] = {"AWSTemplateFormatVersion": "2010-09-09"}
    if plan.description:
        document["Description"] = plan.description
    document["Metadata"] = {"ddbplan": {"database": plan.database}}
    return json.dumps({**document, "Resources": resources}, indent=2, ensure_ascii=False) + "\n"


def logical_ids(keys: list[str]) -> dict[str, str]:
    """A logical id for each table: letters and digits only, and each once."""
    found: dict[str, str] = {}
    for key in keys:
        words = [word for word in _NOT_ALPHANUMERIC.split(key) if word]
        wanted = "".join(word[0].upper() + word[1:] for word in words) + "Table"
        name, number = wanted, 2
        while name in found.values():
            name, number = f"{wanted}{number}", number + 1
        found[key] = name
    return found


def _resources(logical: str, table: ExportTable) -> Iterator[tuple[str, Json]]:
    metadata = {"table": table.key} | ({"description": table.description} if table.description else {})
    whole: dict[str, Json] = {
        "Metadata": {"ddbplan": metadata},
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
    }
    if table.schema.get("Replicas"):
        yield logical, {"Type": "AWS::DynamoDB::GlobalTable", **whole, "Properties": global_table(table)}
        return
    yield logical, {"Type": "AWS::DynamoDB::Table", **whole, "Properties": properties(table.schema)}
    for target in table.schema.get("AutoScaling") or ():
        yield from _scaling(logical, target)


def properties(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The properties of ``AWS::DynamoDB::Table``."""
    found = {name: value for name, value in schema.items() if name not in _RENAMED}
    insights = {member.get("IndexName"): _insights(member) for member in schema.get("ContributorInsights") or ()}
    if None in insights:
        found["ContributorInsightsSpecification"] = insights[None]
    if "GlobalSecondaryIndexes" in found:
        found["GlobalSecondaryIndexes"] = [
            index
            | (
                {"ContributorInsightsSpecification": insights[index["IndexName"]]}
                if index["IndexName"] in insights
                else {}
            )
            for index in found["GlobalSecondaryIndexes"]
        ]
    if "SSESpecification" in schema:
        found["SSESpecification"] = sse(schema["SSESpecification"])
    if "StreamSpecification" in schema:
        found["StreamSpecification"] = {"StreamViewType": schema["StreamSpecification"]["StreamViewType"]}
    if schema.get("ResourcePolicy"):
        found["ResourcePolicy"] = {"PolicyDocument": json.loads(schema["ResourcePolicy"])}
    for stream in schema.get("KinesisStreamingDestinations") or ():
        found["KinesisStreamSpecification"] = stream
    return found


_RENAMED = frozenset(
    {"SSESpecification", "StreamSpecification", "ResourcePolicy", "KinesisStreamingDestinations", "AutoScaling"}
    | {"ContributorInsights", "Replicas", "MultiRegionConsistency", "GlobalTableWitnesses"}
)


def sse(given: Mapping[str, Json]) -> dict[str, Json]:
    """SSESpecification with CloudFormation's name for what is on."""
    return {"SSEEnabled": given["Enabled"]} | {name: value for name, value in given.items() if name != "Enabled"}


def _insights(member: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {"Enabled": member["ContributorInsightsAction"] == "ENABLE"}
    return found | ({"Mode": member["ContributorInsightsMode"]} if "ContributorInsightsMode" in member else {})


def _scaling(logical: str, target: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """A scalable target and the policy that follows its use."""
    index, dimension = target.get("IndexName"), target["ScalableDimension"]
    side = _SIDES[dimension]
    suffix = _NOT_ALPHANUMERIC.sub("", index).capitalize() if index else ""
    name = f"{logical}{suffix}{side}Scaling"
    resource = f"table/${{{logical}}}" + (f"/index/{index}" if index else "")
    yield (
        name,
        {
            "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
            "Properties": {
                "ServiceNamespace": "dynamodb",
                "ResourceId": {"Fn::Sub": resource},
                "ScalableDimension": f"dynamodb:{'index' if index else 'table'}:{dimension}",
                "MinCapacity": target["MinCapacity"],
                "MaxCapacity": target["MaxCapacity"],
            },
        },
    )
    yield (
        f"{name}Policy",
        {
            "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
            "Properties": {
                "PolicyName": f"{name}Policy",
                "PolicyType": "TargetTrackingScaling",
                "ScalingTargetId": {"Ref": name},
                "TargetTrackingScalingPolicyConfiguration": {
                    "PredefinedMetricSpecification": {"PredefinedMetricType": f"DynamoDB{side}CapacityUtilization"},
                    "TargetValue": target["TargetValue"],
                },
            },
        },
    )
