"""The JSON Schema of a plan, made from the reader's own grammar, for editors and for review."""

from __future__ import annotations

import json

from planner.reading.grammar import ENVIRONMENT, PLAN, RECORDS
from planner.reading.grammar_tables import GLOBAL_INDEX, LOCAL_INDEX, TABLE
from planner.reading.shapes import Record
from planner.values import Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# What an environment lays over the plan may leave out everything that the plan says.
_PARTIAL = {record.id: f"{record.id}_overlay" for record in (TABLE, GLOBAL_INDEX, LOCAL_INDEX)}


def plan_schema() -> dict[str, Json]:
    """The schema (draft 2020-12) of a whole plan file.

    It says which keys there are and what they hold. What depends on more than one place, such as whether a table
    exists, only ``ddbplan validate`` can say. Tags such as ``!set`` are YAML's and beyond a schema.
    """
    definitions = {record.id: _record(record) for record in RECORDS if record is not PLAN}
    definitions[ENVIRONMENT.id] = _overlaid(definitions[ENVIRONMENT.id])
    for whole, partial in _PARTIAL.items():
        definitions[partial] = {
            name: _overlaid(part) for name, part in definitions[whole].items() if name != "required"
        }
    return {
        "$schema": DIALECT,
        "title": "ddbplan plan",
        "description": "What a DynamoDB database is to be: tables, initial data, transactions and queries.",
        **_record(PLAN),
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The schema as it is printed and kept in ``plans/plan.schema.json``."""
    return json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


def _record(record: Record) -> dict[str, Json]:
    required = [key.name for key in record.keys if key.required]
    properties = {key.name: {"description": key.description, **key.schema} for key in record.keys}
    found: dict[str, Json] = {"type": "object", "properties": properties, "additionalProperties": False}
    found |= record.limits
    return found | {"required": required} if required else found


def _overlaid(schema: Json) -> Json:
    """The same schema with partial records where the whole ones stood."""
    if isinstance(schema, dict):
        target = str(schema.get("$ref", "")).removeprefix("#/$defs/")
        changed = {name: _overlaid(part) for name, part in schema.items()}
        return changed | ({"$ref": f"#/$defs/{_PARTIAL[target]}"} if target in _PARTIAL else {})
    if isinstance(schema, list):
        return [_overlaid(part) for part in schema]
    return schema
