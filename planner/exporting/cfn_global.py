"""A table with replicas as ``AWS::DynamoDB::GlobalTable``, whose units stand by side and by Region."""

from __future__ import annotations

import json
from collections.abc import Mapping

from planner.exporting.tables import ExportTable
from planner.values import Json

_SAME = ("TableName", "KeySchema", "AttributeDefinitions", "BillingMode", "LocalSecondaryIndexes", "WarmThroughput")
_AT_HOME = ("PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "TableClass", "Tags")


def global_table(table: ExportTable) -> dict[str, Json]:
    """The properties; the table itself is the replica in the stack's own Region."""
    schema = table.schema
    found = {name: schema[name] for name in _SAME if name in schema}
    found["StreamSpecification"] = {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    if "SSESpecification" in schema:
        found["SSESpecification"] = {"SSEEnabled": schema["SSESpecification"]["Enabled"]}
        if schema["SSESpecification"]["Enabled"]:
            found["SSESpecification"]["SSEType"] = "KMS"
    found |= _written(schema, None)
    home: dict[str, Json] = {"Region": {"Ref": "AWS::Region"}}
    home |= {name: schema[name] for name in _AT_HOME if name in schema} | _read(schema, None)
    home |= _beside(schema)
    indexes = schema.get("GlobalSecondaryIndexes") or []
    if indexes:
        found["GlobalSecondaryIndexes"] = [_index(schema, index) for index in indexes]
        own = [_index_at_home(schema, index) for index in indexes]
        own = [index for index in own if len(index) > 1]
        home |= {"GlobalSecondaryIndexes": own} if own else {}
    found["Replicas"] = [home, *(_replica(replica) for replica in schema["Replicas"])]
    if "MultiRegionConsistency" in schema:
        found["MultiRegionConsistency"] = schema["MultiRegionConsistency"]
    witnesses = schema.get("GlobalTableWitnesses")
    if witnesses:
        found["GlobalTableWitnesses"] = [{"Region": witness["RegionName"]} for witness in witnesses]
    return found


def _beside(schema: Mapping[str, Json]) -> dict[str, Json]:
    """What the Region of the table itself has of its own."""
    found: dict[str, Json] = {}
    if "KMSMasterKeyId" in schema.get("SSESpecification", {}):
        found["SSESpecification"] = {"KMSMasterKeyId": schema["SSESpecification"]["KMSMasterKeyId"]}
    for member in schema.get("ContributorInsights") or ():
        if "IndexName" not in member:
            found["ContributorInsightsSpecification"] = _insights(member)
    for stream in schema.get("KinesisStreamingDestinations") or ():
        found["KinesisStreamSpecification"] = stream
    if schema.get("ResourcePolicy"):
        found["ResourcePolicy"] = {"PolicyDocument": json.loads(schema["ResourcePolicy"])}
    return found


def _insights(member: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {"Enabled": member["ContributorInsightsAction"] == "ENABLE"}
    return found | ({"Mode": member["ContributorInsightsMode"]} if "ContributorInsightsMode" in member else {})


def _side(schema: Mapping[str, Json], owner: Mapping[str, Json], index: str | None, side: str) -> dict[str, Json]:
    """One side's units, range or limit, under the names that it has here."""
    dimension = f"{side}CapacityUnits"
    found: dict[str, Json] = {}
    ranges = [
        target
        for target in schema.get("AutoScaling") or ()
        if target.get("IndexName") == index and target["ScalableDimension"] == dimension
    ]
    if ranges:
        found[f"{side}ProvisionedThroughputSettings"] = {
            f"{side}CapacityAutoScalingSettings": {
                "MinCapacity": ranges[0]["MinCapacity"],
                "MaxCapacity": ranges[0]["MaxCapacity"],
                "TargetTrackingScalingPolicyConfiguration": {"TargetValue": ranges[0]["TargetValue"]},
            }
        }
    elif side == "Read" and dimension in (owner.get("ProvisionedThroughput") or {}):
        found["ReadProvisionedThroughputSettings"] = {dimension: owner["ProvisionedThroughput"][dimension]}
    most = (owner.get("OnDemandThroughput") or {}).get(f"Max{side}RequestUnits", -1)
    if most > 0:
        found[f"{side}OnDemandThroughputSettings"] = {f"Max{side}RequestUnits": most}
    return found


def _written(schema: Mapping[str, Json], index: Mapping[str, Json] | None) -> dict[str, Json]:
    return _side(schema, schema if index is None else index, None if index is None else index["IndexName"], "Write")


def _read(schema: Mapping[str, Json], index: Mapping[str, Json] | None) -> dict[str, Json]:
    return _side(schema, schema if index is None else index, None if index is None else index["IndexName"], "Read")


def _index(schema: Mapping[str, Json], index: Mapping[str, Json]) -> Json:
    kept = ("IndexName", "KeySchema", "Projection", "WarmThroughput")
    return {name: index[name] for name in kept if name in index} | _written(schema, index)


def _index_at_home(schema: Mapping[str, Json], index: Mapping[str, Json]) -> dict[str, Json]:
    found = {"IndexName": index["IndexName"]} | _read(schema, index)
    for member in schema.get("ContributorInsights") or ():
        if member.get("IndexName") == index["IndexName"]:
            found["ContributorInsightsSpecification"] = _insights(member)
    return found


def _replica(given: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {"Region": given["RegionName"]}
    if "KMSMasterKeyId" in given:
        found["SSESpecification"] = {"KMSMasterKeyId": given["KMSMasterKeyId"]}
    if "TableClassOverride" in given:
        found["TableClass"] = given["TableClassOverride"]
    for name in ("PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "Tags"):
        if name in given:
            found[name] = given[name]
    found |= _overrides(given)
    if given.get("GlobalSecondaryIndexes"):
        found["GlobalSecondaryIndexes"] = [
            {"IndexName": index["IndexName"]} | _overrides(index) for index in given["GlobalSecondaryIndexes"]
        ]
    return found


def _overrides(given: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    if "ProvisionedThroughputOverride" in given:
        units = given["ProvisionedThroughputOverride"]["ReadCapacityUnits"]
        found["ReadProvisionedThroughputSettings"] = {"ReadCapacityUnits": units}
    if "OnDemandThroughputOverride" in given:
        most = given["OnDemandThroughputOverride"]["MaxReadRequestUnits"]
        found["ReadOnDemandThroughputSettings"] = {"MaxReadRequestUnits": most}
    return found
