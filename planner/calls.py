"""What a call is about, read back from its arguments."""

from __future__ import annotations

from collections.abc import Mapping

from planner.settings.keys import key_names, key_schema
from planner.steps import Call
from planner.values import Json

_PLAIN_MEMBERS = frozenset({"TableName", "KeySchema", "AttributeDefinitions", "BillingMode"})


def creation(schema: Mapping[str, Json], database: str) -> Call:
    """The call that makes one table: the simple function where the table has keys only and is billed on demand."""
    if not set(schema) <= _PLAIN_MEMBERS or schema.get("BillingMode") != "PAY_PER_REQUEST":
        return Call(
            function="create_table_advanced",
            arguments={"table_schema": dict(schema), "database_name": database},
        )
    sort = key_names(schema["KeySchema"], "RANGE")
    arguments = {
        "table_name": schema["TableName"],
        "partition_key": key_names(schema["KeySchema"], "HASH")[0],
        **({"sort_key": sort[0]} if sort else {}),
        "key_types": {d["AttributeName"]: d["AttributeType"] for d in schema["AttributeDefinitions"]},
        "database_name": database,
    }
    return Call(function="create_table_simple", arguments=arguments)


def import_call(schema: Mapping[str, Json], database: str, source: Mapping[str, Json]) -> Call:
    """The call that makes one table from rows in S3."""
    arguments = {"table_schema": dict(schema), "database_name": database, "import_from": dict(source)}
    return Call(function="create_table_advanced", arguments=arguments)


def created_schemas(call: Call) -> tuple[Mapping[str, Json], ...]:
    """The ``table_schema`` of every table that a call makes; none for a call that makes none."""
    arguments = call.arguments
    match call.function:
        case "create_table_simple":
            types = arguments["key_types"]
            sort = arguments.get("sort_key")
            schema = {
                "TableName": arguments["table_name"],
                "KeySchema": key_schema((arguments["partition_key"],), () if sort is None else (sort,)),
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": types[name]} for name in sorted(types)
                ],
                "BillingMode": "PAY_PER_REQUEST",
            }
            return (schema,)
        case "create_table_advanced" if "change" not in arguments:
            return (arguments["table_schema"],)
        case "create_multiple_tables":
            return tuple(arguments["table_schemas"])
        case _:
            return ()


def tables_named(call: Call) -> frozenset[str]:
    """The physical names of all tables that a call reads or changes."""
    arguments = call.arguments
    names = {schema["TableName"] for schema in created_schemas(call)}
    if "table_name" in arguments:
        names.add(arguments["table_name"])
    if "table_schema" in arguments:
        names.add(arguments["table_schema"]["TableName"])
    for member in arguments.get("transaction_items", ()):
        names |= {operation["TableName"] for operation in member.values()}
    return frozenset(names)
