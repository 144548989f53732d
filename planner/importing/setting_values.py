"""Values of single settings of a ``table_schema`` in a plan's terms.

Every reader takes a known value and raises ``MalformedError`` where it is not of DynamoDB's shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from planner.importing import shapes
from planner.values import Json

_CLASSES = {"STANDARD": "standard", "STANDARD_INFREQUENT_ACCESS": "infrequent_access"}


def read_time_to_live(given: Json) -> Json:
    """An attribute, or ``off``."""
    own = shapes.mapping(given)
    if not shapes.boolean(own.get("Enabled", True)):
        return "off"
    return shapes.text(shapes.member(own, "AttributeName"))


def read_stream(given: Json) -> Json:
    """A view type, or ``off``."""
    own = shapes.mapping(given)
    if not shapes.boolean(own.get("StreamEnabled", True)):
        return "off"
    views = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
    return shapes.choice(shapes.member(own, "StreamViewType"), *views)


def read_recovery(given: Json) -> Json:
    """True, days, or ``off``."""
    own = shapes.mapping(given)
    if not shapes.boolean(own.get("PointInTimeRecoveryEnabled", False)):
        return "off"
    days = own.get("RecoveryPeriodInDays")
    return True if days is None else {"days": shapes.integer(days)}


def read_encryption(given: Json) -> Json:
    """Whose key it is."""
    own = shapes.mapping(given)
    if not shapes.boolean(own.get("Enabled", False)):
        return "aws_owned"
    key = own.get("KMSMasterKeyId")
    return "aws_managed" if key in {None, "", "alias/aws/dynamodb"} else shapes.text(key)


def read_table_class(given: Json) -> Json:
    """In the plan's words."""
    return _CLASSES[shapes.choice(given, *_CLASSES)]


def read_tags(given: Json) -> Json:
    """A mapping, or a list of ``{Key, Value}``."""
    if isinstance(given, Mapping):
        return {name: _tag(value) for name, value in given.items()}
    pairs = [shapes.mapping(tag) for tag in shapes.sequence(given)]
    return {shapes.text(shapes.member(tag, "Key")): _tag(tag.get("Value", "")) for tag in pairs}


def _tag(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value in {None, ""}:
        return ""
    return shapes.text(value)


def read_policy(given: Json) -> Json:
    """A document, parsed where it is a text."""
    if isinstance(given, str):
        if not given:
            return "off"
        try:
            given = json.loads(given)
        except (json.JSONDecodeError, RecursionError):
            raise shapes.MalformedError("the policy is not JSON") from None
    return dict(shapes.mapping(given))


def read_insights(given: Json) -> Json:
    """True, a mode, or ``off``."""
    own = shapes.mapping(given)
    if not shapes.boolean(own.get("Enabled", False)):
        return "off"
    mode = own.get("Mode")
    return True if mode is None else {"mode": shapes.choice(mode, "ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS")}


def read_kinesis(given: Json) -> Json:
    """The stream, or ``off``."""
    streams = [given] if isinstance(given, Mapping) else shapes.sequence(given)
    if not streams:
        return "off"
    own = shapes.mapping(streams[0])
    found = {"stream_arn": shapes.text(shapes.member(own, "StreamArn"))}
    precision = own.get("ApproximateCreationDateTimePrecision")
    return found if precision is None else found | {"precision": shapes.choice(precision, "MILLISECOND", "MICROSECOND")}


def read_replicas(given: Json) -> Json:
    """Replicas by Region, and how consistent they are."""
    found: dict[str, Json] = {}
    for replica in shapes.sequence(given["Replicas"]):
        own = shapes.mapping(replica)
        found[shapes.text(shapes.member(own, "RegionName"))] = _replica(own)
    if given["MultiRegionConsistency"] == "STRONG":
        found["consistency"] = "strong"
    for witness in given["GlobalTableWitnesses"] or ():
        found["witness"] = shapes.text(shapes.member(witness, "RegionName"))
    return found


def _replica(own: Mapping[str, Json]) -> Json:
    found: dict[str, Json] = {}
    if own.get("KMSMasterKeyId"):
        found["kms_key"] = shapes.text(own["KMSMasterKeyId"])
    if own.get("TableClassOverride"):
        found["table_class"] = read_table_class(own["TableClassOverride"])
    found |= _overrides(own)
    indexes = {shapes.text(index["IndexName"]): _overrides(index) for index in own.get("GlobalSecondaryIndexes") or ()}
    indexes = {name: units for name, units in indexes.items() if units}
    if indexes:
        found["global_secondary_indexes"] = indexes
    if own.get("PointInTimeRecoverySpecification") is not None:
        found["point_in_time_recovery"] = read_recovery(own["PointInTimeRecoverySpecification"])
    if own.get("DeletionProtectionEnabled") is not None:
        found["deletion_protection"] = shapes.boolean(own["DeletionProtectionEnabled"])
    if own.get("Tags") is not None:
        found["tags"] = read_tags(own["Tags"])
    return found


def _overrides(own: Mapping[str, Json]) -> dict[str, Json]:
    units = own.get("ProvisionedThroughputOverride")
    most = own.get("OnDemandThroughputOverride")
    found: dict[str, Json] = {}
    if units:
        found["capacity"] = {"read": shapes.integer(shapes.member(units, "ReadCapacityUnits"))}
    if most:
        found["maximum"] = {"read": shapes.integer(shapes.member(most, "MaxReadRequestUnits"))}
    return found
