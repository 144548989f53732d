"""A table's schema as the functions take it: split into what CreateTable makes, and compared with a live table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.failure import CallError

if TYPE_CHECKING:
    from collections.abc import Mapping

DATABASE_TAG = "ddbplan:database"
AFTER_CREATION = (
    "TimeToLiveSpecification",
    "PointInTimeRecoverySpecification",
    "AutoScaling",
    "ContributorInsights",
    "KinesisStreamingDestinations",
    "Replicas",
    "MultiRegionConsistency",
    "GlobalTableWitnesses",
)
"""Members of a schema that CreateTable does not know."""

Schema = dict[str, Any]


def billing_mode(schema: Mapping[str, Any]) -> str:
    """PAY_PER_REQUEST unless the schema says PROVISIONED or gives capacity."""
    default = "PROVISIONED" if "ProvisionedThroughput" in schema else "PAY_PER_REQUEST"
    return str(schema.get("BillingMode", default))


def live_billing_mode(table: Mapping[str, Any]) -> str:
    """A table without a summary never was on demand."""
    return str(table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"))


def create_parameters(schema: Schema, database_name: str) -> dict[str, Any]:
    """What CreateTable takes: the schema's own members, the owner's tag, capacity for each index that has none."""
    parameters = {
        name: value
        for name, value in schema.items()
        if name not in AFTER_CREATION and value is not None and value not in ([], {}, "")
    }
    parameters = limited(parameters)
    parameters["BillingMode"] = billing_mode(schema)
    if "GlobalSecondaryIndexes" in parameters:
        parameters["GlobalSecondaryIndexes"] = [limited(index) for index in schema["GlobalSecondaryIndexes"]]
    if parameters["BillingMode"] == "PROVISIONED" and "GlobalSecondaryIndexes" in parameters:
        parameters["GlobalSecondaryIndexes"] = [
            {"ProvisionedThroughput": schema["ProvisionedThroughput"], **index}
            for index in parameters["GlobalSecondaryIndexes"]
        ]
    parameters["Tags"] = own_tags(schema, database_name)
    return parameters


def limited(creation: Mapping[str, Any]) -> dict[str, Any]:
    """A table or an index to make, without the limits that are none: -1 ends a limit and begins none."""
    given = creation.get("OnDemandThroughput") or {}
    limits = {name: units for name, units in given.items() if units > 0}
    rest = {name: value for name, value in creation.items() if name != "OnDemandThroughput"}
    return {**rest, "OnDemandThroughput": limits} if limits else rest


def member(schema: Mapping[str, Any], name: str) -> Any:
    """A member that a change needs.

    Raises:
        CallError: InvalidArguments where it is missing.
    """
    if name not in schema:
        raise CallError("InvalidArguments", f"table_schema.{name} is missing: the change has nothing to make.")
    return schema[name]


def table_class(table: Mapping[str, Any]) -> str:
    """A live table's class; a table without a summary is a standard one."""
    return str((table.get("TableClassSummary") or {}).get("TableClass", "STANDARD"))


def own_tags(schema: Mapping[str, Any], database_name: str) -> list[dict[str, str]]:
    """The schema's tags and the owner's, which wins over one of the same key."""
    tags = {tag["Key"]: tag["Value"] for tag in schema.get("Tags") or ()}
    tags[DATABASE_TAG] = database_name
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def index_definition(index: Mapping[str, Any]) -> tuple[Any, ...]:
    """What of an index can never change: keys in order, projection, projected names as a set."""
    projection = index["Projection"]
    return (
        tuple((key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]),
        projection["ProjectionType"],
        frozenset(projection.get("NonKeyAttributes") or ()),
    )


def vector_definition(index: Mapping[str, Any]) -> tuple[Any, ...]:
    """All of a vector index, which never changes: its filters and projected names as sets."""
    projection = index["Projection"]
    return (
        index["VectorAttribute"]["AttributeName"],
        int(index["Dimensions"]),
        index["DistanceFunction"],
        frozenset((e["AttributeName"], e["SearchSchemaElementType"]) for e in index.get("SearchSchema") or ()),
        projection["ProjectionType"],
        frozenset(projection.get("NonKeyAttributes") or ()),
    )


def indexes(schema: Mapping[str, Any], member: str = "GlobalSecondaryIndexes") -> dict[str, dict[str, Any]]:
    """Index entries by name."""
    return {index["IndexName"]: index for index in schema.get(member) or ()}


def differences(schema: Schema, table: Mapping[str, Any]) -> tuple[str, ...]:
    """In which respects a live table is not the one that the schema describes; empty when it is.

    Only what CreateTable fixes is compared: keys, types, indexes, billing mode.
    """
    found = []
    if _keys(schema) != _keys(table):
        found.append("its key is another")
    if _types(schema) != _types(table):
        found.append("its key attributes or their types are others")
    for member, words in (("GlobalSecondaryIndexes", "global"), ("LocalSecondaryIndexes", "local")):
        wanted = {name: index_definition(index) for name, index in indexes(schema, member).items()}
        if wanted != {name: index_definition(index) for name, index in indexes(table, member).items()}:
            found.append(f"its {words} secondary indexes are others")
    if billing_mode(schema) != live_billing_mode(table):
        found.append(f"its billing mode is {live_billing_mode(table)}")
    return tuple(found)


def _keys(schema: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((key["AttributeName"], key["KeyType"]) for key in schema["KeySchema"])


def _types(schema: Mapping[str, Any]) -> dict[str, str]:
    return {entry["AttributeName"]: entry["AttributeType"] for entry in schema["AttributeDefinitions"]}


def throughput(capacity: Mapping[str, Any] | None) -> tuple[int, int]:
    """Read and write units; 0 and 0 where there are none."""
    units = capacity or {}
    return int(units.get("ReadCapacityUnits", 0)), int(units.get("WriteCapacityUnits", 0))
