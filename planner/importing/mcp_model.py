"""Data models of AWS's DynamoDB MCP server: ``dynamodb_data_model.json``, and the code generator's ``schema.json``.

The first holds CreateTable calls, items and access patterns with an AWS command each. The second describes entities by
key templates; its usage data holds sample entities. Source: awslabs/mcp, ``dynamodb-mcp-server``.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from planner.importing.dynamodb_api import table_of
from planner.importing.mcp_entities import entity_queries, entity_rows, read_entity_tables
from planner.importing.rows import loose_value, usable_rows
from planner.importing.tables import plan_key, refused_table, table_draft
from planner.importing.values import Draft, Kind, QueryDraft, Reason, RefusedError, TableDraft, Typed, shown
from planner.reading.dynamodb_json import InvalidValueError
from planner.values import Item, Json

_OPTIONS = {
    "--key-condition-expression": "key_condition",
    "--filter-expression": "filter",
    "--limit": "limit",
    "--max-items": "limit",
    "--index-name": "index",
}
_READS = frozenset({"Query", "Scan", "GetItem"})


def is_model(document: Json) -> bool:
    """Whether it is a ``dynamodb_data_model.json``."""
    tables = document.get("tables") if isinstance(document, Mapping) else None
    return isinstance(tables, list) and any(isinstance(table, Mapping) and "KeySchema" in table for table in tables)


def is_entities(document: Json) -> bool:
    """Whether it is a ``schema.json`` of entities."""
    tables = document.get("tables") if isinstance(document, Mapping) else None
    return isinstance(tables, list) and any(
        isinstance(table, Mapping) and ("table_config" in table or "entities" in table) for table in tables
    )


def is_usage(document: Json) -> bool:
    """Whether it is the usage data of a schema."""
    entities = document.get("entities") if isinstance(document, Mapping) else None
    return isinstance(entities, Mapping) and any(
        isinstance(entity, Mapping) and "sample_data" in entity for entity in entities.values()
    )


def import_model(document: Mapping[str, Json], name: str) -> Draft:
    """Tables, items and access patterns of a ``dynamodb_data_model.json``.

    Raises:
        RefusedError: There is no table in it, or none that can be imported.
    """
    tables: list[TableDraft] = []
    todos: list[str] = []
    ours = _mapping(document.get("ddbplan"))
    for given in document["tables"]:
        own = dict(given) if isinstance(given, Mapping) else {}
        beside = dict(_mapping(_mapping(ours.get("tables")).get(str(own.get("TableName")))))
        if beside:
            own |= {"AutoScaling": beside.pop("AutoScaling")} if "AutoScaling" in beside else {}
            own["ddbplan"] = beside
        try:
            tables.append(table_of(own, (table.key for table in tables)))
        except RefusedError as problem:
            todos.append(refused_table(f"The table {own.get('TableName', '')}", problem))
    if not tables:
        raise RefusedError(Reason.NO_TABLE, f"`{name}`: {todos[0] if todos else 'the model has no table.'}")
    keys = {str(table.settings.get("name", table.key)): table for table in tables}
    seeds: dict[str, tuple[Item, ...]] = {}
    for table, rows in _mapping(document.get("items")).items():
        owner = keys.get(str(table))
        if owner is None:
            todos.append(f"items: the rows of {table} were left out, for the model has no such table.")
            continue
        puts = [row.get("PutRequest", {}).get("Item", row) if isinstance(row, Mapping) else row for row in rows]
        items, left_out = usable_rows(owner.settings, puts)
        todos += [f"{owner.key}, {todo}" for todo in left_out]
        if items:
            seeds[owner.key] = items
    queries: list[QueryDraft] = []
    for pattern in document.get("access_patterns") or ():
        queries.append(_pattern(pattern, keys, [query.name for query in queries]))
    return Draft(
        kind=Kind.MCP,
        database=str(ours.get("database") or ""),
        description=str(ours.get("description") or ""),
        tables=tuple(tables),
        seeds=seeds,
        queries=tuple(queries),
        todos=tuple(todos),
    )


def _mapping(given: Json) -> Mapping[str, Json]:
    return given if isinstance(given, Mapping) else {}


def _pattern(given: Json, tables: Mapping[str, TableDraft], taken: list[str]) -> QueryDraft:
    own = _mapping(given)
    about = str(own.get("description") or "")
    name = plan_key(str(own.get("name") or own.get("pattern") or "pattern"), taken)
    operation = str(own.get("dynamodb_operation") or "")
    table = tables.get(str(own.get("table")))
    command = str(own.get("implementation") or "")
    if operation not in _READS or table is None:
        return QueryDraft(
            name=name, settings={}, todos=(f"{about} ({operation or 'no operation'}): `{shown(command)}`.",)
        )
    try:
        settings = _command(command, operation)
    except (ValueError, InvalidValueError) as problem:
        return QueryDraft(name=name, settings={}, todos=(f"{about}: `{shown(command)}` is not understood: {problem}.",))
    if own.get("index"):
        settings["index"] = str(own["index"])
    if own.get("projection"):
        settings["projection"] = [str(attribute) for attribute in own["projection"]]
    described = {"description": about} if about else {}
    return QueryDraft(name=name, settings={**described, "table": table.key, **settings})


def _command(command: str, operation: str) -> dict[str, Json]:
    """The settings that an AWS command's options stand for.

    Raises:
        ValueError: It is no such command.
    """
    options = _options(command)
    found: dict[str, Json] = {key: options[option] for option, key in _OPTIONS.items() if option in options}
    if "limit" in found:
        found["limit"] = int(found["limit"])
    if operation == "Scan":
        found["scan"] = True
    if operation == "GetItem":
        key = _typed(options.get("--key", "{}"))
        found["key_condition"] = " AND ".join(f"{_quoted(name)} = :{_placeholder(name)}" for name in key)
        values = {_placeholder(name): value for name, value in key.items()}
    else:
        values = {n.removeprefix(":"): v for n, v in _typed(options.get("--expression-attribute-values", "{}")).items()}
    names = json.loads(options.get("--expression-attribute-names", "{}"))
    for expression in ("key_condition", "filter"):
        for alias, name in sorted(names.items(), reverse=True):
            if expression in found:
                found[expression] = found[expression].replace(alias, _quoted(name))
    if "--no-scan-index-forward" in options:
        found["descending"] = True
    if "--consistent-read" in options:
        found["consistent"] = True
    return found | ({"values": {name: Typed(value) for name, value in values.items()}} if values else {})


def _options(command: str) -> dict[str, str]:
    words = shlex.split(command)
    found = {}
    for at, word in enumerate(words):
        if word.startswith("--"):
            name, _, value = word.partition("=")
            following = words[at + 1] if at + 1 < len(words) and not words[at + 1].startswith("--") else ""
            found[name] = value or following
    return found


def _typed(text: str) -> dict[str, Json]:
    return {str(name): loose_value(value) for name, value in json.loads(text).items()}


def _placeholder(name: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "_" for c in name)


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else f"`{name}`"


def import_entities(document: Mapping[str, Json], usage: Mapping[str, Json] | None, name: str) -> Draft:
    """Tables, entities' access patterns and sample entities of a ``schema.json``.

    Args:
        document: The schema.
        usage: Its usage data, where that is given.
        name: The file, for messages.

    Raises:
        RefusedError: The schema is not valid.
    """
    tables: list[TableDraft] = []
    seeds: dict[str, tuple[Item, ...]] = {}
    queries: list[QueryDraft] = []
    samples = _mapping(_mapping(usage).get("entities"))
    for entity_table in read_entity_tables(document, name):
        key = plan_key(entity_table.name, (table.key for table in tables))
        table = table_draft(key, entity_table.schema)
        items, left_out = usable_rows(table.settings, entity_rows(entity_table, samples))
        tables.append(
            TableDraft(key=key, settings=table.settings, todos=(*table.todos, *entity_table.todos, *left_out))
        )
        if items:
            seeds[key] = items
        queries += entity_queries(entity_table, key, samples, [query.name for query in queries])
    if not tables:
        raise RefusedError(Reason.NO_TABLE, f"`{name}` has no table.")
    return Draft(kind=Kind.MCP, tables=tuple(tables), seeds=seeds, queries=tuple(queries))
