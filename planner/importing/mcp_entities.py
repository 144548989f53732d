"""Entities of a ``schema.json`` of AWS's DynamoDB MCP server: keys by template, access patterns by parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.importing.mcp_patterns import pattern_query
from planner.importing.mcp_templates import FIELD, filled, templates_of, texts_of
from planner.importing.settings import attributes_of
from planner.importing.tables import plan_key
from planner.importing.values import QueryDraft, Reason, RefusedError
from planner.values import Json

OPERATIONS = frozenset(
    {"GetItem", "PutItem", "DeleteItem", "Query", "Scan", "UpdateItem", "BatchGetItem", "BatchWriteItem"}
    | {"TransactGetItems", "TransactWriteItems"}
)
_NUMBERS = frozenset({"integer", "decimal"})
_PROJECTIONS = frozenset({"ALL", "KEYS_ONLY", "INCLUDE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityTable:
    """One table of a schema.

    Attributes:
        name: Its physical name.
        schema: A ``table_schema``.
        entities: By name.
        keys: Its key attributes, partition first.
        indexes: Key attributes by index, partition first.
        types: The type of every key attribute.
        todos: What could not be known.
    """

    name: str
    schema: Mapping[str, Json]
    entities: Mapping[str, Mapping[str, Json]]
    keys: tuple[str, ...]
    indexes: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    types: Mapping[str, str]
    todos: tuple[str, ...]


def read_entity_tables(document: Mapping[str, Json], name: str) -> Iterator[EntityTable]:
    """The tables of a schema.

    Raises:
        RefusedError: It is not valid; the message says the first thing that is wrong.
    """
    seen: set[str] = set()
    for at, given in enumerate(document["tables"]):
        problem = _problem(given, seen)
        if problem:
            raise RefusedError(Reason.INVALID, f"`{name}` is no valid schema: table {at + 1}: {problem}.")
        yield _entity_table(given)


def _problem(given: Json, seen: set[str]) -> str:  # noqa: PLR0911 - one line for each rule
    config = given.get("table_config") if isinstance(given, Mapping) else None
    if not isinstance(config, Mapping) or not config.get("table_name") or not config.get("partition_key"):
        return "`table_config` has no table_name or no partition_key"
    entities = given.get("entities")
    if not isinstance(entities, Mapping) or not entities:
        return "it has no entities"
    indexes = [index for index in given.get("gsi_list") or () if isinstance(index, Mapping)]
    names = [str(index.get("name")) for index in indexes]
    for index in indexes:
        if not index.get("name") or not index.get("partition_key"):
            return f"the index `{index.get('name')}` has no name or no partition_key"
        if index.get("projection", "ALL") not in _PROJECTIONS:
            return f"the index `{index['name']}` has the projection `{index['projection']}`"
    if len(set(names)) < len(names):
        return "two indexes have one name"
    for entity, own in entities.items():
        if entity in seen:
            return f"the entity `{entity}` stands in it twice"
        seen.add(str(entity))
        found = _problem_of_entity(str(entity), own, names)
        if found:
            return found
    return ""


def _problem_of_entity(entity: str, own: Json, indexes: list[str]) -> str:  # noqa: C901, PLR0911 - as above
    if not isinstance(own, Mapping) or not isinstance(own.get("fields"), list):
        return f"the entity `{entity}` has no fields"
    fields = {str(field.get("name")) for field in own["fields"] if isinstance(field, Mapping)}
    templates = [("pk_template", own.get("pk_template")), ("sk_template", own.get("sk_template"))]
    if not own.get("pk_template"):
        return f"the entity `{entity}` has no pk_template"
    for mapped in own.get("gsi_mappings") or ():
        if mapped.get("name") not in indexes:
            return f"the entity `{entity}` is in an index `{mapped.get('name')}` that the table has not"
        templates += [(f"{mapped['name']}.{part}", mapped.get(part)) for part in ("pk_template", "sk_template")]
    for part, template in templates:
        for text in texts_of(template):
            if text.count("{") != text.count("}"):
                return f"the entity `{entity}` has a {part} with an open brace: `{text}`"
            for field in FIELD.findall(text):
                if field not in fields:
                    return f"the entity `{entity}` has a {part} that names `{field}`, which is no field of it"
    for pattern in own.get("access_patterns") or ():
        if pattern.get("operation") not in OPERATIONS:
            return f"the access pattern `{pattern.get('name')}` has the operation `{pattern.get('operation')}`"
        if pattern.get("index_name") and pattern["index_name"] not in indexes:
            return (
                f"the access pattern `{pattern.get('name')}` reads an index `{pattern['index_name']}` that is not there"
            )
    return ""


def names_of(given: Json) -> tuple[str, ...]:
    """The attributes of a key: none, one, or a list."""
    return tuple(texts_of(given))


def _entity_table(given: Mapping[str, Json]) -> EntityTable:
    config, entities = given["table_config"], given["entities"]
    keys = (str(config["partition_key"]), *([str(config["sort_key"])] if config.get("sort_key") else []))
    indexes = {
        str(index["name"]): (names_of(index["partition_key"]), names_of(index.get("sort_key")))
        for index in given.get("gsi_list") or ()
    }
    types, todos = _types(keys, indexes, entities)
    schema: dict[str, Json] = {
        "TableName": config["table_name"],
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(keys[:1], keys[1:]),
        "AttributeDefinitions": attributes_of(types.items()),
    }
    if indexes:
        schema["GlobalSecondaryIndexes"] = [
            {
                "IndexName": str(index["name"]),
                "KeySchema": _key_schema(*indexes[str(index["name"])]),
                "Projection": _projection(index),
            }
            for index in given["gsi_list"]
        ]
    return EntityTable(
        name=str(config["table_name"]),
        schema=schema,
        entities=entities,
        keys=keys,
        indexes=indexes,
        types=types,
        todos=tuple(todos),
    )


def _key_schema(partition: tuple[str, ...], sort: tuple[str, ...]) -> list[Json]:
    return [{"AttributeName": name, "KeyType": "HASH"} for name in partition] + [
        {"AttributeName": name, "KeyType": "RANGE"} for name in sort
    ]


def _projection(index: Mapping[str, Json]) -> Json:
    kind = index.get("projection", "ALL")
    found: dict[str, Json] = {"ProjectionType": kind}
    return found | ({"NonKeyAttributes": index.get("included_attributes") or []} if kind == "INCLUDE" else {})


def _types(
    keys: tuple[str, ...],
    indexes: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]],
    entities: Mapping[str, Mapping[str, Json]],
) -> tuple[dict[str, str], list[str]]:
    """A key attribute is a number where every entity that has it makes it of one numeric field."""
    found: dict[str, set[str]] = {}
    names = [*keys, *(name for both in indexes.values() for part in both for name in part)]
    for entity in entities.values():
        numeric = {str(f["name"]) for f in entity["fields"] if f.get("type") in _NUMBERS}
        for name, template in templates_of(entity, keys, indexes):
            field = FIELD.fullmatch(template)
            found.setdefault(name, set()).add("N" if field and field[1] in numeric else "S")
    types = {name: "N" if found.get(name) == {"N"} else "S" for name in names}
    mixed = [name for name in dict.fromkeys(names) if len(found.get(name, ())) > 1]
    return types, [
        f"key_types: {name} is a number for one entity and a text for another; S was taken." for name in mixed
    ]


def entity_rows(table: EntityTable, samples: Mapping[str, Json]) -> Iterator[Json]:
    """The sample entities of the usage data, with the keys that their templates make."""
    for name, entity in table.entities.items():
        sample = samples.get(name)
        for part in ("sample_data", "access_pattern_data"):
            own = sample.get(part) if isinstance(sample, Mapping) else None
            if isinstance(own, Mapping):
                yield {**own, **_made_keys(table, entity, own)}


def _made_keys(table: EntityTable, entity: Mapping[str, Json], own: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, template in templates_of(entity, table.keys, table.indexes):
        text = filled(template, own)
        found[name] = {table.types[name]: text}
    return found


def entity_queries(table: EntityTable, key: str, samples: Mapping[str, Json], taken: list[str]) -> list[QueryDraft]:
    """A query for each access pattern that reads, and a comment for each that writes."""
    found: list[QueryDraft] = []
    for name, entity in table.entities.items():
        sample = samples.get(name)
        values: dict[str, Json] = {}
        for part in ("sample_data", "filter_values"):
            own = sample.get(part) if isinstance(sample, Mapping) else None
            values |= own if isinstance(own, Mapping) else {}
        for pattern in entity.get("access_patterns") or ():
            called = plan_key(str(pattern.get("name") or "pattern"), [*taken, *(query.name for query in found)])
            found.append(pattern_query(called, pattern, table, key, entity, values))
    return found
