"""Properties of ``AWS::DynamoDB::GlobalTable`` as a ``table_schema``: one Region is the table, the others replicas."""

from __future__ import annotations

from collections.abc import Mapping

from planner.importing.cfn_tables import indexes, policy_of, sse
from planner.importing.values import Reason, RefusedError, Unknown, first_unknown, shown, untold
from planner.values import Json

_OWN = {
    "PointInTimeRecoverySpecification": "PointInTimeRecoverySpecification",
    "DeletionProtectionEnabled": "DeletionProtectionEnabled",
    "Tags": "Tags",
    "TableClass": "TableClass",
    "ContributorInsightsSpecification": "ContributorInsights",
    "KinesisStreamSpecification": "KinesisStreamingDestinations",
}
"""What each Region has of its own, and what it is called in a ``table_schema``."""
_OF_REPLICA = frozenset(
    {"Region", "SSESpecification", "GlobalSecondaryIndexes", "ReadProvisionedThroughputSettings"}
) | {
    "ReadOnDemandThroughputSettings",
    "ResourcePolicy",
}


def global_table_schema(properties: Mapping[str, Json], region: str | None, todos: list[str]) -> dict[str, Json]:
    """A global table as one table with replicas.

    Args:
        properties: With functions worked out.
        region: The Region of the table itself, where it is said.
        todos: Takes what cannot be known.

    Raises:
        RefusedError: Its Regions cannot be known.
    """
    schema = dict(properties)
    given = schema.pop("Replicas", None)
    if not isinstance(given, list) or not given or not all(isinstance(replica, Mapping) for replica in given):
        unknown = first_unknown(given)
        what = untold("Replicas", given, unknown) if unknown else "it names no Region"
        raise RefusedError(Reason.STRUCTURE if unknown else Reason.INVALID, what)
    home, others = _home(given, region, todos)
    schema |= {name: home[member] for member, name in _OWN.items() if member in home}
    if "ResourcePolicy" in home:
        schema["ResourcePolicy"] = policy_of(home["ResourcePolicy"])
    _encrypt(schema, home)
    _units(schema, home)
    if others:
        schema["Replicas"] = [_replica(replica, home, todos) for replica in others]
        if schema.get("StreamSpecification") is None:
            schema["StreamSpecification"] = {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    for name in home.keys() - _OWN.keys() - _OF_REPLICA:
        schema[f"Replicas.{name}"] = home[name]
    return schema


def _home(given: list[Json], region: str | None, todos: list[str]) -> tuple[Mapping[str, Json], list[Json]]:
    """The Region that the table itself is in: the stack's, or the first."""
    at = next((i for i, replica in enumerate(given) if _is_home(replica.get("Region"), region)), None)
    if at is None:
        at = 0
        if len(given) > 1:
            todos.append(
                f"replicas: the table itself was taken to be in the first Region, `{_region_text(given[0])}`, and the "
                "others to be its replicas; --set AWS::Region=NAME says where it is deployed."
            )
    return given[at], [replica for i, replica in enumerate(given) if i != at]


def _is_home(given: Json, region: str | None) -> bool:
    if isinstance(given, Unknown):
        return "AWS::Region" in given.text
    return region is not None and given == region


def _region_text(replica: Mapping[str, Json]) -> str:
    region = replica.get("Region")
    return region.text if isinstance(region, Unknown) else str(region)


def _encrypt(schema: dict[str, Json], home: Mapping[str, Json]) -> None:
    if "SSESpecification" in schema:
        own = home.get("SSESpecification")
        schema["SSESpecification"] = sse(
            {**schema["SSESpecification"], **(own if isinstance(own, Mapping) else {})}
            if isinstance(schema["SSESpecification"], Mapping)
            else schema["SSESpecification"]
        )


def _units(schema: dict[str, Json], home: Mapping[str, Json]) -> None:
    """Settings of throughput, which stand by side and by Region, as units, ranges and limits."""
    write = schema.pop("WriteProvisionedThroughputSettings", None)
    most_written = schema.pop("WriteOnDemandThroughputSettings", None)
    most_read = schema.pop("ReadOnDemandThroughputSettings", None) or home.get("ReadOnDemandThroughputSettings")
    schema |= _throughput(write, home.get("ReadProvisionedThroughputSettings"), most_written, most_read)
    own = {
        index.get("IndexName"): index
        for index in home.get("GlobalSecondaryIndexes") or ()
        if isinstance(index, Mapping)
    }
    found = []
    for index in indexes(schema.get("GlobalSecondaryIndexes") or []):
        if not isinstance(index, Mapping):
            found.append(index)
            continue
        whole = dict(index)
        at_home = own.get(whole.get("IndexName"), {}) if not isinstance(whole.get("IndexName"), Unknown) else {}
        whole |= _throughput(
            whole.pop("WriteProvisionedThroughputSettings", None),
            at_home.get("ReadProvisionedThroughputSettings"),
            whole.pop("WriteOnDemandThroughputSettings", None),
            whole.pop("ReadOnDemandThroughputSettings", None) or at_home.get("ReadOnDemandThroughputSettings"),
        )
        if "ContributorInsightsSpecification" in at_home:
            whole["ContributorInsights"] = at_home["ContributorInsightsSpecification"]
        found.append(whole)
    if found:
        schema["GlobalSecondaryIndexes"] = found


def _throughput(write: Json, read: Json, most_written: Json, most_read: Json) -> dict[str, Json]:
    units: dict[str, Json] = {}
    scaling: list[Json] = []
    for side, given in (("Read", read), ("Write", write)):
        own = given if isinstance(given, Mapping) else {}
        scaled = own.get(f"{side}CapacityAutoScalingSettings")
        if isinstance(scaled, Mapping):
            aim = scaled.get("TargetTrackingScalingPolicyConfiguration")
            scaling.append(
                {
                    "ScalableDimension": f"{side}CapacityUnits",
                    "MinCapacity": scaled.get("MinCapacity"),
                    "MaxCapacity": scaled.get("MaxCapacity"),
                    "TargetValue": aim.get("TargetValue", 70) if isinstance(aim, Mapping) else 70,
                }
            )
        elif f"{side}CapacityUnits" in own:
            units[f"{side}CapacityUnits"] = own[f"{side}CapacityUnits"]
    found: dict[str, Json] = {"ProvisionedThroughput": units} if units else {}
    limits: dict[str, Json] = {}
    for given in (most_read, most_written):
        limits |= given if isinstance(given, Mapping) else {}
    return found | ({"AutoScaling": scaling} if scaling else {}) | ({"OnDemandThroughput": limits} if limits else {})


def _replica(given: Mapping[str, Json], home: Mapping[str, Json], todos: list[str]) -> Json:
    found: dict[str, Json] = {"RegionName": given.get("Region")}
    encryption = given.get("SSESpecification")
    if isinstance(encryption, Mapping) and "KMSMasterKeyId" in encryption:
        found["KMSMasterKeyId"] = encryption["KMSMasterKeyId"]
    if "TableClass" in given:
        found["TableClassOverride"] = given["TableClass"]
    found |= {
        name: given[name]
        for name in ("PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "Tags")
        if name in given
    }
    found |= _overrides(given)
    for name in ("ReadProvisionedThroughputSettings", "GlobalSecondaryIndexes"):
        if "AutoScaling" in shown(given.get(name)) and given.get(name) != home.get(name):
            what = f"replicas.{_region_text(given)}: {name} scales otherwise than at home; a replica has no range."
            todos.append(what)
    own = [
        {"IndexName": index.get("IndexName")} | _overrides(index)
        for index in given.get("GlobalSecondaryIndexes") or ()
        if isinstance(index, Mapping)
    ]
    if any(len(index) > 1 for index in own):
        found["GlobalSecondaryIndexes"] = own
    told = {"Region", "SSESpecification", "TableClass", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled"}
    told |= {"Tags", "GlobalSecondaryIndexes", "ReadProvisionedThroughputSettings", "ReadOnDemandThroughputSettings"}
    todos += [f"replicas.{_region_text(given)}: a plan's replica has no {name}." for name in given if name not in told]
    return found


def _overrides(given: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    read = given.get("ReadProvisionedThroughputSettings")
    if isinstance(read, Mapping) and "ReadCapacityUnits" in read:
        found["ProvisionedThroughputOverride"] = {"ReadCapacityUnits": read["ReadCapacityUnits"]}
    most = given.get("ReadOnDemandThroughputSettings")
    if isinstance(most, Mapping) and "MaxReadRequestUnits" in most:
        found["OnDemandThroughputOverride"] = {"MaxReadRequestUnits": most["MaxReadRequestUnits"]}
    return found
