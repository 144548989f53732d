"""A plan as a NoSQL Workbench model, version 3.0: keys, indexes, units and sample data.

Source: DynamoDB guide, "Data model format of NoSQL Workbench".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from planner.exporting.tables import ExportTable
from planner.plan import Plan
from planner.values import Item, Json

_ROLE = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"


def model(plan: Plan, tables: tuple[ExportTable, ...], items: Mapping[str, Sequence[Item]]) -> str:
    """The model as JSON."""
    document = {
        "ModelName": plan.database,
        "ModelMetadata": {
            "Description": plan.description,
            "AWSService": "Amazon DynamoDB",
            "Version": "3.0",
            "ddbplan": {
                table.schema["TableName"]: {"table": table.key, "description": table.description} for table in tables
            },
        },
        "DataModel": [_table(table, items.get(table.key, ())) for table in tables],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _table(table: ExportTable, items: Sequence[Item]) -> Json:
    schema = table.schema
    types = {own["AttributeName"]: own["AttributeType"] for own in schema["AttributeDefinitions"]}
    keys = {element["AttributeName"] for element in schema["KeySchema"]}
    found: dict[str, Json] = {
        "TableName": schema["TableName"],
        "KeyAttributes": _keys(schema["KeySchema"], types),
        "NonKeyAttributes": _others(types, keys, items),
    }
    indexes = schema.get("GlobalSecondaryIndexes") or ()
    if indexes:
        found["GlobalSecondaryIndexes"] = [_index(schema, index, types) for index in indexes]
    local = schema.get("LocalSecondaryIndexes") or ()
    if local:
        found["LocalSecondaryIndexes"] = [_local(index, types) for index in local]
    found["TableData"] = [dict(item) for item in items]
    found["DataAccess"] = {"MySql": {}}
    found["BillingMode"] = schema["BillingMode"]
    if schema["BillingMode"] == "PROVISIONED":
        found["ProvisionedCapacitySettings"] = _units(schema, schema, None)
    return found


def _keys(schema: Sequence[Mapping[str, str]], types: Mapping[str, str]) -> dict[str, Json]:
    """One attribute for each part; a list where a part has several, which Workbench itself does not know."""
    found: dict[str, Json] = {}
    for part, kind in (("PartitionKey", "HASH"), ("SortKey", "RANGE")):
        own = [
            {"AttributeName": element["AttributeName"], "AttributeType": types[element["AttributeName"]]}
            for element in schema
            if element["KeyType"] == kind
        ]
        if own:
            found[part] = own[0] if len(own) == 1 else own
    return found


def _others(types: Mapping[str, str], keys: set[str], items: Sequence[Item]) -> list[Json]:
    """Every other attribute that the table's indexes or rows have, with the type that it has first."""
    found = {name: kind for name, kind in types.items() if name not in keys}
    for item in items:
        for name, value in item.items():
            if name not in keys:
                found.setdefault(name, next(iter(value)))
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in found.items()]


def _index(schema: Mapping[str, Json], index: Mapping[str, Json], types: Mapping[str, str]) -> Json:
    found = _local(index, types)
    if schema["BillingMode"] == "PROVISIONED":
        found["ProvisionedCapacitySettings"] = _units(schema, index, index["IndexName"])
    return found


def _local(index: Mapping[str, Json], types: Mapping[str, str]) -> dict[str, Json]:
    keys = _keys(index["KeySchema"], types)
    return {"IndexName": index["IndexName"], "KeyAttributes": keys, "Projection": index["Projection"]}


def _units(schema: Mapping[str, Json], owner: Mapping[str, Json], index: str | None) -> Json:
    found: dict[str, Json] = {"ProvisionedThroughput": owner.get("ProvisionedThroughput") or {}}
    for target in schema.get("AutoScaling") or ():
        if target.get("IndexName") == index:
            side = target["ScalableDimension"].removesuffix("CapacityUnits")
            bounds = {"MinCapacity": target["MinCapacity"], "MaxCapacity": target["MaxCapacity"], "ServiceRole": _ROLE}
            aim = {"TargetValue": target["TargetValue"]}
            found[f"AutoScaling{side}"] = {"ScalableTargetRequest": bounds, "ScalingPolicyConfiguration": aim}
    return found
