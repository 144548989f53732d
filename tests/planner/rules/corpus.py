"""Runs the rules over models that nobody here wrote: ``python -m tests.planner.rules.corpus`` prints what they find.

The converters are small and for this alone: NoSQL Workbench models with their sample rows, and the data-model schemas
of AWS's own modelling tool with their usage data. What a model does not say (protection, rates) is not made up.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planner.diagnostics import Diagnostic
from planner.judging import judge
from planner.reading import PlanSource
from tests.conftest import ROOT

_FOLDERS = [folder / "shared" / "corpus" for folder in ROOT.parents]
CORPUS = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])
_RANGES = {"begins_with": "begins_with({name}, :{name})", "between": "{name} BETWEEN :{name} AND :{name}_to"}


def models() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every model as a plan, with its name."""
    for file in sorted((CORPUS / "workbench").glob("*.json")):
        yield file.stem, workbench(json.loads(file.read_text(encoding="utf-8-sig")))
    for file in sorted((CORPUS / "aws-mcp").glob("valid__*.json")):
        usage = file.with_name(file.name.replace("valid__", "usage__").replace("_schema", "_usage_data"))
        rows = json.loads(usage.read_text())["entities"] if usage.exists() else {}
        yield file.stem, modelling_tool(json.loads(file.read_text()), rows)


def judged(plan: dict[str, Any]) -> tuple[Diagnostic, ...]:
    """What is found in a plan."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.yaml"
        # JSON is YAML.
        file.write_text(json.dumps(plan, indent=1), encoding="utf-8")
        return judge(PlanSource(name="plan.yaml", folder=file.parent, files=(file,)), None).report.sorted()


def workbench(model: dict[str, Any]) -> dict[str, Any]:
    """A NoSQL Workbench model: tables, indexes and sample rows; it has no access patterns that a machine can read."""
    plan: dict[str, Any] = {"ddbplan": 1, "database": "model", "tables": {}, "seed": {}}
    for table in model["DataModel"]:
        name = _plain(table["TableName"])
        types: dict[str, str] = {}
        made = _keys(table["KeyAttributes"], types)
        indexes = {
            _plain(index["IndexName"]): _keys(index["KeyAttributes"], types) | _projection(index)
            for index in table.get("GlobalSecondaryIndexes") or ()
        }
        plan["tables"][name] = made | ({"global_secondary_indexes": indexes} if indexes else {})
        plan["tables"][name] |= {"key_types": types} if types else {}
        keys = {made["partition_key"], made.get("sort_key")} - {None}
        rows = {tuple(json.dumps(row.get(key)) for key in sorted(keys)): row for row in table.get("TableData") or ()}
        if rows:
            plan["seed"][name] = [_Tagged.row(row) for row in rows.values()]
    return plan


class _Tagged:
    """Rows in DynamoDB JSON as the plain values of a plan; what has no plain form is left out."""

    @classmethod
    def row(cls, row: dict[str, Any]) -> dict[str, Any]:
        found = {name: cls._value(value) for name, value in row.items()}
        return {name: value for name, value in found.items() if value is not None and value != ""}

    @classmethod
    def _value(cls, value: dict[str, Any]) -> Any:
        ((kind, content),) = value.items()
        match kind:
            case "N":
                return json.loads(content)
            case "M":
                return cls.row(content)
            case "L":
                return [cls._value(member) for member in content]
            case "S" | "BOOL":
                return content
            case "SS" | "NS":
                return list(content)
            case _:
                return None


def modelling_tool(schema: dict[str, Any], usage: dict[str, Any]) -> dict[str, Any]:
    """A schema of AWS's modelling tool: entities with key templates, and their reads as queries."""
    plan: dict[str, Any] = {"ddbplan": 1, "database": "model", "tables": {}, "seed": {}, "queries": {}}
    for table in schema["tables"]:
        config = table["table_config"]
        name = _plain(config["table_name"])
        made = {key: config[key] for key in ("partition_key", "sort_key") if config.get(key)}
        indexes = {
            index["name"]: {key: index[key] for key in ("partition_key", "sort_key") if index.get(key)}
            for index in table.get("gsi_list") or ()
        }
        plan["tables"][name] = made | ({"global_secondary_indexes": indexes} if indexes else {})
        entities = {kind: _entity(entity, made, indexes) for kind, entity in table["entities"].items()}
        plan["tables"][name]["entities"] = entities
        types = _numeric(table, entities)
        plan["tables"][name] |= {"key_types": types} if types else {}
        rows = {kind: _rows(usage.get(kind, {}), entities[kind], made) for kind in entities}
        if any(rows.values()):
            plan["seed"][name] = {"entities": {kind: found for kind, found in rows.items() if found}}
        for kind, entity in table["entities"].items():
            for pattern in entity["access_patterns"]:
                query = _query(name, pattern, entities[kind]["keys"], made, indexes)
                if query is not None:
                    plan["queries"][f"{kind}_{pattern['name']}"] = query
    return {key: value for key, value in plan.items() if value != {}}


def _entity(entity: dict[str, Any], table: dict[str, str], indexes: dict[str, Any]) -> dict[str, Any]:
    keys = {table["partition_key"]: entity["pk_template"]}
    if entity.get("sk_template") and "sort_key" in table:
        keys[table["sort_key"]] = entity["sk_template"]
    for mapping in entity.get("gsi_mappings") or ():
        index = indexes[mapping["name"]]
        for key, template in (("partition_key", mapping.get("pk_template")), ("sort_key", mapping.get("sk_template"))):
            names = index.get(key, [])
            keys |= dict(zip(_list(names), _list(template or []), strict=False))
    return {"keys": keys}


def _numeric(table: dict[str, Any], entities: dict[str, Any]) -> dict[str, str]:
    """Key attributes that are numbers: a template that is one numeric field."""
    found = {}
    for kind, entity in table["entities"].items():
        numbers = {field["name"] for field in entity["fields"] if field["type"] in {"integer", "decimal", "number"}}
        found |= {key: "N" for key, text in entities[kind]["keys"].items() if text[1:-1] in numbers and text[0] == "{"}
    return found


def _rows(usage: dict[str, Any], entity: dict[str, Any], table: dict[str, str]) -> list[dict[str, Any]]:
    found = [usage[part] for part in ("sample_data", "access_pattern_data") if usage.get(part)]
    return [
        {name: value for name, value in row.items() if value is not None and value != ""}
        for row in found
        if all(
            f"{{{name}}}" not in entity["keys"].get(key, "") or row.get(name) for key in table.values() for name in row
        )
    ]


def _query(
    table: str, pattern: dict[str, Any], keys: dict[str, str], made: dict[str, str], indexes: dict[str, Any]
) -> dict[str, Any] | None:
    """A read as a query; the value of a key is its template with the parameters' names."""
    if pattern["operation"] not in {"GetItem", "Query", "Scan"}:
        return None
    query: dict[str, Any] = {"table": table}
    key = indexes.get(pattern.get("index_name") or "", made)
    query |= {"index": pattern["index_name"]} if key is not made else {}
    if pattern["operation"] == "Scan":
        return query | {"scan": True}
    parts, values = [], {}
    given = {parameter["name"] for parameter in pattern["parameters"]}
    for place, name in enumerate(_list(key["partition_key"])):
        parts.append(f"{_quoted(name)} = :p{place}")
        values[f"p{place}"] = keys[name]
    for place, name in enumerate(_list(key.get("sort_key", []))):
        template = keys.get(name, "")
        wanted = pattern["operation"] == "GetItem" or any(f"{{{word}}}" in template for word in given)
        if wanted and template:
            parts.append(f"{_quoted(name)} = :s{place}")
            values[f"s{place}"] = template
    return query | {
        "key_condition": " AND ".join(parts),
        "values": {name: _filled(text) for name, text in values.items()},
    }


def _filled(template: str) -> str:
    return template.replace("{", "").replace("}", "")


def _quoted(name: str) -> str:
    return name if name.replace("_", "a").isalnum() else f"`{name}`"


def _keys(given: dict[str, Any], types: dict[str, str]) -> dict[str, str]:
    found = {}
    for key, name in (("partition_key", "PartitionKey"), ("sort_key", "SortKey")):
        attribute = given.get(name)
        if attribute:
            found[key] = attribute["AttributeName"]
            if attribute["AttributeType"] != "S":
                types[attribute["AttributeName"]] = attribute["AttributeType"]
    return found


def _projection(index: dict[str, Any]) -> dict[str, Any]:
    given = index.get("Projection") or {}
    kind = given.get("ProjectionType", "ALL")
    return {"projection": given["NonKeyAttributes"] if kind == "INCLUDE" else kind}


def _list(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "_-" else "_" for sign in name)


def main() -> int:
    """Print each finding, and how many there are of each code in each part of the corpus."""
    counts: Counter[tuple[str, str]] = Counter()
    number: Counter[str] = Counter()
    for name, plan in models():
        part = "aws-mcp" if name.startswith("valid__") else "workbench"
        number[part] += 1
        for one in judged(plan):
            counts[part, one.code] += 1
            sys.stdout.write(f"{name[-40:]}: {one.code} {one.severity} {one.address}: {one.what}\n")
    sys.stdout.write("\n")
    for code in sorted({code for _, code in counts}):
        sys.stdout.write(f"| {code} | {counts['workbench', code]} | {counts['aws-mcp', code]} |\n")
    sys.stdout.write(f"models: {dict(number)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
