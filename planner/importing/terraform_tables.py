"""``aws_dynamodb_table`` as a ``table_schema``: the same for HCL, for a plan and for a state.

Source: the AWS provider's documentation of ``aws_dynamodb_table``. Its defaults differ from CloudFormation's: no
``billing_mode`` means provisioned, ``ttl`` may be there and off, ``stream_enabled`` may be false beside a view.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.importing import shapes
from planner.importing.values import Reason, RefusedError, Unknown, first_unknown
from planner.values import Json

_COMPUTED = frozenset(
    {"arn", "id", "stream_arn", "stream_label", "tags_all", "region", "timeouts", "restore_date_time"}
    | {"restore_source_name", "restore_source_table_arn", "restore_to_latest_time", "restore_backup_arn"}
)
_RESTORED = ("restore_source_name", "restore_source_table_arn", "restore_backup_arn")
_UNITS = {"read_capacity": "ReadCapacityUnits", "write_capacity": "WriteCapacityUnits"}
_MOST = {"max_read_request_units": "MaxReadRequestUnits", "max_write_request_units": "MaxWriteRequestUnits"}
_WARM = {"read_units_per_second": "ReadUnitsPerSecond", "write_units_per_second": "WriteUnitsPerSecond"}
_TOLD = frozenset(
    {"name", "billing_mode", "hash_key", "range_key", "attribute", "global_secondary_index", "local_secondary_index"}
    | {"ttl", "stream_enabled", "stream_view_type", "point_in_time_recovery", "server_side_encryption", "table_class"}
    | {"deletion_protection_enabled", "tags", "replica", "on_demand_throughput", "warm_throughput", "key_schema"}
    | {"global_table_witness", *_UNITS}
)
_INDEX_TOLD = frozenset(
    {"name", "hash_key", "range_key", "key_schema", "projection_type", "non_key_attributes", "on_demand_throughput"}
    | {"warm_throughput", *_UNITS}
)


def table_schema(values: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
    """One table's values as a ``table_schema``.

    Args:
        values: Attributes and blocks; a block is a list of mappings.
        todos: Takes every attribute that is no setting of a plan.

    Raises:
        RefusedError: Its keys are not of the provider's shape.
    """
    restored = [name for name in _RESTORED if not _is_empty(values.get(name))]
    if restored and _is_empty(values.get("hash_key")):
        raise RefusedError(
            Reason.STRUCTURE, f"it is made of a backup ({restored[0]}), whose keys the file does not tell"
        )
    todos += [f"{name}: the table was made of a backup; that is no part of a plan." for name in restored]
    try:
        schema = _structure(values)
    except shapes.MalformedError as problem:
        raise RefusedError(
            Reason.INVALID, f"its keys or indexes are not as the provider takes them: {problem}"
        ) from None
    mode = values.get("billing_mode")
    schema["BillingMode"] = "PROVISIONED" if _is_empty(mode) else mode
    if not (isinstance(mode, str) and mode == "PAY_PER_REQUEST"):
        schema |= _units(values)
    schema |= _extras(values)
    for name in values.keys() - _TOLD - _COMPUTED:
        if not _is_empty(values[name]):
            schema[name] = values[name]
    return {name: value for name, value in schema.items() if value is not None}


def _is_empty(value: Json) -> bool:
    return value is None or (isinstance(value, str | list | tuple | Mapping) and not value)


def _structure(values: Mapping[str, Json]) -> dict[str, Json]:
    schema: dict[str, Json] = {"TableName": values.get("name"), "KeySchema": _keys(values)}
    schema["AttributeDefinitions"] = [
        attribute
        if isinstance(attribute, Unknown)
        else {"AttributeName": attribute.get("name"), "AttributeType": attribute.get("type")}
        for attribute in _blocks(values.get("attribute"))
    ]
    table_partition = values.get("hash_key")
    globals_ = [_index(index, None) for index in _blocks(values.get("global_secondary_index"))]
    local = [_index(index, table_partition) for index in _blocks(values.get("local_secondary_index"))]
    if globals_:
        schema["GlobalSecondaryIndexes"] = globals_
    if local:
        schema["LocalSecondaryIndexes"] = local
    return schema


def _blocks(given: Json) -> list[Json]:
    """Blocks as a list; one that is not known stands for itself."""
    if given is None:
        return []
    if isinstance(given, Unknown):
        return [given]
    if isinstance(given, Mapping):
        return [given]
    return [block if isinstance(block, Unknown) else shapes.mapping(block) for block in shapes.sequence(given)]


def _keys(values: Mapping[str, Json]) -> list[Json]:
    """``key_schema`` blocks, or ``hash_key`` and ``range_key``."""
    given = _blocks(values.get("key_schema"))
    if given:
        return [
            block
            if isinstance(block, Unknown)
            else {"AttributeName": block.get("attribute_name"), "KeyType": block.get("key_type")}
            for block in given
        ]
    found = []
    for name, kind in (("hash_key", "HASH"), ("range_key", "RANGE")):
        if not _is_empty(values.get(name)):
            found.append({"AttributeName": values[name], "KeyType": kind})
    return found


def _index(given: Json, partition: Json) -> Json:
    if isinstance(given, Unknown):
        return given
    keys = given if partition is None else {"hash_key": partition, "range_key": given.get("range_key")}
    kind = given.get("projection_type") or "ALL"
    projection: dict[str, Json] = {"ProjectionType": kind}
    if not _is_empty(given.get("non_key_attributes")) and kind == "INCLUDE":
        projection["NonKeyAttributes"] = given["non_key_attributes"]
    found = {"IndexName": given.get("name"), "KeySchema": _keys(keys), "Projection": projection}
    found |= _units(given)
    for name, member, names in _throughputs():
        block = _block(given.get(name))
        if block is not None:
            found[member] = _renamed(block, names)
    for name in given.keys() - _INDEX_TOLD:
        if not _is_empty(given[name]):
            found[name] = given[name]
    return found


def _throughputs() -> tuple[tuple[str, str, Mapping[str, str]], ...]:
    return (("on_demand_throughput", "OnDemandThroughput", _MOST), ("warm_throughput", "WarmThroughput", _WARM))


def _block(given: Json) -> Json:
    """A block that stands at most once."""
    blocks = given if isinstance(given, list) else [given]
    return blocks[0] if blocks else None


def _renamed(block: Json, names: Mapping[str, str]) -> Json:
    if not isinstance(block, Mapping):
        return block
    return {member: block[name] for name, member in names.items() if not _is_empty(block.get(name))}


def _units(values: Mapping[str, Json]) -> dict[str, Json]:
    units = _renamed(values, _UNITS)
    return (
        {"ProvisionedThroughput": units} if units and units != {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0} else {}
    )


def _extras(values: Mapping[str, Json]) -> dict[str, Json]:  # noqa: C901 - one line for each block
    schema: dict[str, Json] = {}
    ttl = _block(values.get("ttl"))
    if isinstance(ttl, Mapping) and not (
        ttl.get("attribute_name") in {None, ""} and ttl.get("enabled") in {None, False}
    ):
        # The provider's default for a block without `enabled` is off.
        schema["TimeToLiveSpecification"] = {
            "Enabled": ttl.get("enabled", False),
            "AttributeName": ttl.get("attribute_name"),
        }
    elif isinstance(ttl, Unknown):
        schema["TimeToLiveSpecification"] = ttl
    schema |= _stream(values)
    recovery = _block(values.get("point_in_time_recovery"))
    if recovery is not None:
        schema["PointInTimeRecoverySpecification"] = _recovery(recovery)
    encryption = _block(values.get("server_side_encryption"))
    if isinstance(encryption, Mapping):
        key = encryption.get("kms_key_arn")
        schema["SSESpecification"] = {"Enabled": encryption.get("enabled", False), "KMSMasterKeyId": key or None}
    elif encryption is not None:
        schema["SSESpecification"] = encryption
    for name, member in (("deletion_protection_enabled", "DeletionProtectionEnabled"), ("table_class", "TableClass")):
        if not _is_empty(values.get(name)):
            schema[member] = values[name]
    if values.get("tags"):
        schema["Tags"] = values["tags"]
    for name, member, names in _throughputs():
        block = _block(values.get(name))
        if block is not None:
            schema[member] = _renamed(block, names)
    return schema | _replicas(values)


def _stream(values: Mapping[str, Json]) -> dict[str, Json]:
    enabled, view = values.get("stream_enabled"), values.get("stream_view_type")
    if enabled is None and _is_empty(view):
        return {}
    if enabled is False or enabled is None:
        return {"StreamSpecification": {"StreamEnabled": False}} if enabled is False else {}
    return {"StreamSpecification": {"StreamEnabled": enabled, "StreamViewType": view}}


def _recovery(block: Json) -> Json:
    if not isinstance(block, Mapping):
        return block
    found = {"PointInTimeRecoveryEnabled": block.get("enabled", False)}
    days = block.get("recovery_period_in_days")
    return found | ({"RecoveryPeriodInDays": days} if days else {})


def _replicas(values: Mapping[str, Json]) -> dict[str, Json]:
    given = values.get("replica")
    if _is_empty(given):
        return {}
    unknown = first_unknown(given)
    if unknown is not None:
        return {"Replicas": given}
    found, strong = [], False
    for block in given if isinstance(given, list) else [given]:
        own = shapes.mapping(block)
        found.append(replica(own))
        strong = strong or own.get("consistency_mode") == "STRONG"
    schema: dict[str, Json] = {"Replicas": found}
    if strong:
        schema["MultiRegionConsistency"] = "STRONG"
    witness = _block(values.get("global_table_witness"))
    if isinstance(witness, Mapping) and witness.get("region_name"):
        schema["GlobalTableWitnesses"] = [{"RegionName": witness["region_name"]}]
    return schema


def replica(own: Mapping[str, Json]) -> dict[str, Json]:
    """A ``replica`` block, or an ``aws_dynamodb_table_replica``, as a member of Replicas."""
    found: dict[str, Json] = {"RegionName": own.get("region_name")}
    if not _is_empty(own.get("kms_key_arn")):
        found["KMSMasterKeyId"] = own["kms_key_arn"]
    if own.get("point_in_time_recovery") is not None:
        found["PointInTimeRecoverySpecification"] = {"PointInTimeRecoveryEnabled": own["point_in_time_recovery"]}
    if own.get("deletion_protection_enabled") is not None:
        found["DeletionProtectionEnabled"] = own["deletion_protection_enabled"]
    if not _is_empty(own.get("table_class_override")):
        found["TableClassOverride"] = own["table_class_override"]
    if own.get("propagate_tags") is True:
        found["PropagateTags"] = True
    if not _is_empty(own.get("tags")):
        found["Tags"] = own["tags"]
    return found
