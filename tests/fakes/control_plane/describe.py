"""What DescribeTable says of a table: the service's echoes and defaults (dynamodb-rules, section 7)."""

from __future__ import annotations

from typing import Any

from tests.fakes.control_plane.state import ON_DEMAND, GlobalIndex, Json, Table, Warm


def describe(table: Table, now: float) -> Json:
    """A table as DescribeTable's ``Table``."""
    found: Json = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": table.types[name]} for name in sorted(table.types)
        ],
        "TableName": table.name,
        "KeySchema": table.key_schema,
        "TableStatus": table.status,
        "CreationDateTime": table.created,
        "ProvisionedThroughput": _units(table.units, table.decreases, now),
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": table.arn,
        "TableId": table.table_id,
        "DeletionProtectionEnabled": table.protected,
        "WarmThroughput": _warm(table.warm),
    }
    if table.to_on_demand or table.billing == ON_DEMAND:
        # A table that never was on demand has no summary (K 028).
        found["BillingModeSummary"] = {"BillingMode": table.billing}
        if table.to_on_demand:
            found["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = table.to_on_demand[-1]
    found |= _indexes(table, now) | _stream(table) | _replication(table)
    if table.encryption_shown is not None:
        found["SSEDescription"] = table.encryption_shown
    if table.table_class:
        # Absent for a table that was never set: STANDARD (K 026).
        found["TableClassSummary"] = {"TableClass": table.table_class}
        if table.class_changes:
            found["TableClassSummary"]["LastUpdateDateTime"] = table.class_changes[-1]
    if table.maximum:
        found["OnDemandThroughput"] = table.maximum
    if table.disassociation is not None:
        found["DisassociationProtectionEnabled"] = table.disassociation
    return found


def _units(units: tuple[int, int], decreases: Any, now: float) -> Json:
    found: Json = {
        "NumberOfDecreasesToday": decreases.today(now),
        "ReadCapacityUnits": units[0],
        "WriteCapacityUnits": units[1],
    }
    if decreases.last:
        found["LastDecreaseDateTime"] = decreases.last
    if decreases.last_increase:
        found["LastIncreaseDateTime"] = decreases.last_increase
    return found


def _warm(warm: Warm) -> Json:
    return {
        "ReadUnitsPerSecond": warm.read,
        "WriteUnitsPerSecond": warm.write,
        "Status": "UPDATING" if warm.updating else "ACTIVE",
    }


def _indexes(table: Table, now: float) -> Json:
    found: Json = {}
    if table.global_indexes:
        found["GlobalSecondaryIndexes"] = [_global(table, index, now) for index in table.global_indexes.values()]
    if table.local_indexes:
        found["LocalSecondaryIndexes"] = [
            {
                **index,
                "Projection": _projection(index["Projection"]),
                "IndexSizeBytes": 0,
                "ItemCount": 0,
                "IndexArn": f"{table.arn}/index/{index['IndexName']}",
            }
            for index in table.local_indexes
        ]
    if table.vector_indexes:
        found["VectorIndexes"] = [
            {
                **{name: value for name, value in index.items() if value is not None},
                "Projection": _projection(index["Projection"]),
                "IndexSizeBytes": 0,
                "ItemCount": 0,
                "IndexArn": f"{table.arn}/index/{index['IndexName']}",
            }
            for index in table.vector_indexes.values()
        ]
    return found


def _global(table: Table, index: GlobalIndex, now: float) -> Json:
    found: Json = {
        "IndexName": index.name,
        "KeySchema": index.key_schema,
        "Projection": _projection(index.projection),
        "IndexStatus": index.status,
        # On-demand indexes echo 0 and 0 (K 133).
        "ProvisionedThroughput": _units(index.units, index.decreases, now),
        "IndexSizeBytes": 0,
        "ItemCount": 0,
        "IndexArn": f"{table.arn}/index/{index.name}",
        "WarmThroughput": _warm(index.warm),
    }
    if index.backfilling is not None:
        found["Backfilling"] = index.backfilling
    if index.maximum:
        found["OnDemandThroughput"] = index.maximum
    return found


def _projection(projection: Json) -> Json:
    """NonKeyAttributes come back sorted (K 125)."""
    if "NonKeyAttributes" in projection:
        return {**projection, "NonKeyAttributes": sorted(projection["NonKeyAttributes"])}
    return projection


def _stream(table: Table) -> Json:
    """The specification goes with the stream; ARN and label linger (K 050)."""
    found: Json = {}
    if table.stream_view:
        found["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": table.stream_view}
    if table.stream_label:
        found["LatestStreamLabel"] = table.stream_label
        found["LatestStreamArn"] = f"{table.arn}/stream/{table.stream_label}"
    return found


def _replication(table: Table) -> Json:
    """All of it is absent on a table without replicas (K 201, 229, 231)."""
    listed = [replica for replica in table.replicas.values() if replica.get("ReplicaStatus")]
    if not listed:
        return {}
    found: Json = {
        "GlobalTableVersion": "2019.11.21",
        "Replicas": [{n: v for n, v in r.items() if not n.startswith("_")} for r in listed],
        "GlobalTableSettingsReplicationMode": "ENABLED_WITH_OVERRIDES",
    }
    if table.strong:
        found["MultiRegionConsistency"] = "STRONG"
    if table.witness is not None:
        found["GlobalTableWitnesses"] = [table.witness]
    return found
