"""Replicas in the plan's words and in DynamoDB's: which there are, and what each has of its own."""

from __future__ import annotations

from collections.abc import Mapping

from planner.settings.recovery import DEFAULT_DAYS
from planner.values import Json

OFF = "off"
ON = "on"
EVENTUAL = "eventual"
STRONG = "strong"
REPLICAS = "Replicas"
CONSISTENCY = "MultiRegionConsistency"
WITNESSES = "GlobalTableWitnesses"
OF_ALL = frozenset({"consistency", "witness"})
OVERRIDES = ("kms_key", "table_class", "capacity", "maximum", "global_secondary_indexes")
"""What a replica is made with and UpdateTable changes."""
OWN = ("point_in_time_recovery", "deletion_protection", "tags")
"""What is set in the replica's own Region, once it is there."""
UNTOUCHED: Mapping[str, Json] = {"point_in_time_recovery": OFF, "deletion_protection": False, "tags": {}}
"""What a new replica has of these, whatever the table has (guide, "Global tables": settings not synchronised)."""
_CLASSES = {"standard": "STANDARD", "infrequent_access": "STANDARD_INFREQUENT_ACCESS"}
_CLASS_NAMES = {name: word for word, name in _CLASSES.items()}
_GONE = frozenset({"CREATING", "CREATION_FAILED", "DELETING"})


def regions_of(value: Json) -> dict[str, dict[str, Json]]:
    """What is declared of each replica, by Region, in order."""
    if not isinstance(value, Mapping):
        return {}
    named = {name: value[name] for name in sorted(value) if name not in OF_ALL}
    return {name: dict(own) if isinstance(own, Mapping) else {} for name, own in named.items()}


def shape_of(value: Json) -> dict[str, Json]:
    """Which replicas there are: True for each Region, how consistent they are, and the witness's Region."""
    regions = regions_of(value)
    if not regions:
        return {}
    found: dict[str, Json] = dict.fromkeys(regions, True)
    found["consistency"] = value.get("consistency", EVENTUAL)
    if "witness" in value:
        found["witness"] = value["witness"]
    return found


def live_shape(table: Mapping[str, Json]) -> dict[str, Json]:
    """The same of a live table. A replica that is being made is not there yet: its step waits for it."""
    found: dict[str, Json] = {
        replica["RegionName"]: True
        for replica in table.get(REPLICAS, ())
        if replica.get("ReplicaStatus", "ACTIVE") not in _GONE
    }
    if not found:
        return {}
    found["consistency"] = STRONG if table.get(CONSISTENCY) == "STRONG" else EVENTUAL
    for witness in table.get(WITNESSES, ()):
        found["witness"] = witness["RegionName"]
    return found


def declared(value: Json, parts: tuple[str, ...]) -> dict[str, dict[str, Json]]:
    """The named parts of each replica that declares any of them."""
    found = {region: {p: own[p] for p in parts if p in own} for region, own in regions_of(value).items()}
    return {region: own for region, own in found.items() if own}


def live_overrides(replica: Mapping[str, Json]) -> dict[str, Json]:
    """What a live replica has of its own; a value that is not shown is the table's."""
    found: dict[str, Json] = _throughput(replica)
    if "KMSMasterKeyId" in replica:
        found["kms_key"] = replica["KMSMasterKeyId"]
    summary = replica.get("ReplicaTableClassSummary") or {}
    found["table_class"] = _CLASS_NAMES.get(summary.get("TableClass", "STANDARD"), "standard")
    indexes = {index["IndexName"]: _throughput(index) for index in replica.get("GlobalSecondaryIndexes", ())}
    found["global_secondary_indexes"] = {name: own for name, own in sorted(indexes.items()) if own}
    return found


def _throughput(answer: Mapping[str, Json]) -> dict[str, Json]:
    provisioned = (answer.get("ProvisionedThroughputOverride") or {}).get("ReadCapacityUnits")
    most = (answer.get("OnDemandThroughputOverride") or {}).get("MaxReadRequestUnits", -1)
    found: dict[str, Json] = {} if not provisioned else {"capacity": {"read": provisioned}}
    return found | ({} if most is None or most < 1 else {"maximum": {"read": most}})


def settle_recovery(desired: Json, live: Json) -> Json:
    """``on`` says nothing of days, on either side."""
    if live == ON and desired != OFF:
        return ON
    if desired != ON:
        return desired
    return live if isinstance(live, Mapping) else {"days": DEFAULT_DAYS}


def member(region: str, own: Mapping[str, Json]) -> dict[str, Json]:
    """A replica in a ``table_schema``: the members that DynamoDB makes one with, and beside them its own settings."""
    found: dict[str, Json] = {"RegionName": region} | _override_members(own)
    if "kms_key" in own:
        found["KMSMasterKeyId"] = own["kms_key"]
    if "table_class" in own:
        found["TableClassOverride"] = _CLASSES[own["table_class"]]
    indexes = own.get("global_secondary_indexes")
    if indexes:
        found["GlobalSecondaryIndexes"] = [
            {"IndexName": name} | _override_members(units) for name, units in sorted(indexes.items())
        ]
    if "point_in_time_recovery" in own:
        value = own["point_in_time_recovery"]
        days = {"RecoveryPeriodInDays": value["days"]} if isinstance(value, Mapping) else {}
        found["PointInTimeRecoverySpecification"] = {"PointInTimeRecoveryEnabled": value != OFF} | days
    if "deletion_protection" in own:
        found["DeletionProtectionEnabled"] = own["deletion_protection"]
    if "tags" in own:
        found["Tags"] = [{"Key": name, "Value": value} for name, value in sorted(own["tags"].items())]
    return found


def _override_members(own: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    if "capacity" in own:
        found["ProvisionedThroughputOverride"] = {"ReadCapacityUnits": own["capacity"]["read"]}
    if "maximum" in own:
        found["OnDemandThroughputOverride"] = {"MaxReadRequestUnits": own["maximum"]["read"]}
    return found
