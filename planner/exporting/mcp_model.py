"""A plan as the ``dynamodb_data_model.json`` of AWS's MCP server: CreateTable calls, items, access patterns."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

from planner.exporting.tables import ExportTable
from planner.plan import Plan, Query
from planner.values import Item, Json

_BESIDE = frozenset({"AutoScaling", "TimeToLiveSpecification", "PointInTimeRecoverySpecification", "Replicas"}) | {
    "ContributorInsights",
    "KinesisStreamingDestinations",
    "MultiRegionConsistency",
    "GlobalTableWitnesses",
}


def create_table(schema: Mapping[str, Json]) -> dict[str, Json]:
    """CreateTable's own members of a ``table_schema``."""
    return {name: value for name, value in schema.items() if name not in _BESIDE and value != ""}


def model(plan: Plan, tables: tuple[ExportTable, ...], items: Mapping[str, Sequence[Item]]) -> str:
    """The model as JSON."""
    names = {table.key: table.schema["TableName"] for table in tables}
    document = {
        "ddbplan": {
            "database": plan.database,
            "description": plan.description,
            "tables": {names[table.key]: _beside(table) for table in tables},
        },
        "tables": [create_table(table.schema) for table in tables],
        "items": {
            names[key]: [{"PutRequest": {"Item": dict(item)}} for item in own]
            for key, own in items.items()
            if key in names and own
        },
        "access_patterns": [
            pattern(query, names[query.table]) for query in plan.queries.values() if query.table in names
        ],
    }
    return json.dumps({name: value for name, value in document.items() if value}, indent=2, ensure_ascii=False) + "\n"


def _beside(table: ExportTable) -> Json:
    """What the model's own tables, which are sent to CreateTable, have no place for."""
    scaling = {"AutoScaling": table.schema["AutoScaling"]} if "AutoScaling" in table.schema else {}
    return {"table": table.key, "description": table.description} | scaling


def pattern(query: Query, table: str) -> dict[str, Json]:
    """A query as an access pattern, with the AWS command that asks it and what a plan says besides."""
    words = ["aws", "dynamodb", "scan" if query.scan else "query", "--table-name", table]
    if query.index:
        words += ["--index-name", query.index]
    if query.key_condition:
        words += ["--key-condition-expression", query.key_condition.text]
    if query.filter:
        words += ["--filter-expression", query.filter.text]
    if query.values:
        values = {f":{name}": value for name, value in query.values.items()}
        words += ["--expression-attribute-values", json.dumps(values, ensure_ascii=False, separators=(",", ":"))]
    if query.descending:
        words.append("--no-scan-index-forward")
    if query.consistent:
        words.append("--consistent-read")
    if query.limit is not None:
        words += ["--limit", str(query.limit)]
    found: dict[str, Json] = {
        "pattern": query.name,
        "description": query.description,
        "table": table,
        "index": query.index,
        "dynamodb_operation": "Scan" if query.scan else "Query",
        "implementation": shlex.join(words),
    }
    return found | ({"projection": list(query.projection)} if query.projection else {})
