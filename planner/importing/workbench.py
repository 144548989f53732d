"""NoSQL Workbench models: tables, facets as queries, sample data as seed. Versions none, 1.0, 2.0 and 3.0 are alike.

Source: DynamoDB guide, "Data model format of NoSQL Workbench".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.importing.rows import usable_rows
from planner.importing.settings import attributes_of
from planner.importing.tables import plan_key, refused_table, table_draft
from planner.importing.values import Draft, Kind, QueryDraft, Reason, RefusedError, TableDraft, Typed, shown
from planner.values import Item, Json

_TYPES = {"String": "S", "Number": "N", "Binary": "B"}
_TOLD = frozenset(
    {"TableName", "KeyAttributes", "NonKeyAttributes", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"}
    | {"TableFacets", "TableData", "BillingMode", "ProvisionedCapacitySettings", "DataAccess", "Description"}
)
_EMPTY: tuple[Json, ...] = ({}, [], "", None, {"MySql": {}})


def is_workbench(document: Json) -> bool:
    """Whether it is a model of NoSQL Workbench."""
    return isinstance(document, Mapping) and isinstance(document.get("DataModel"), list)


def import_model(document: Mapping[str, Json], name: str) -> Draft:
    """The tables of a model.

    Raises:
        RefusedError: There is no table in it, or none that can be imported.
    """
    tables: list[TableDraft] = []
    queries: list[QueryDraft] = []
    seeds: dict[str, tuple[Item, ...]] = {}
    todos: list[str] = []
    metadata = document.get("ModelMetadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    ours = metadata.get("ddbplan")
    ours = ours if isinstance(ours, Mapping) else {}
    database = str(document.get("ModelName") or "") if ours else plan_key(str(document.get("ModelName") or "model"))
    for given in document["DataModel"]:
        own = given if isinstance(given, Mapping) else {}
        try:
            table, items = _table(own, ours.get(str(own.get("TableName"))), [table.key for table in tables])
        except RefusedError as problem:
            todos.append(refused_table(f"The table {own.get('TableName', '')}", problem))
            continue
        tables.append(table)
        if items:
            seeds[table.key] = items
        queries += _facets(own, table, items, [query.name for query in queries])
    if not tables:
        raise RefusedError(Reason.NO_TABLE, f"`{name}`: {todos[0] if todos else 'the model has no table.'}")
    about = metadata.get("Description")
    if document.get("ModelSchema"):
        todos.append("ModelSchema: entities of the model are no part of a plan.")
    return Draft(
        kind=Kind.WORKBENCH,
        database=database,
        description=about if isinstance(about, str) else "",
        tables=tuple(tables),
        seeds=seeds,
        queries=tuple(queries),
        todos=tuple(todos),
    )


def _table(given: Mapping[str, Json], ours: Json, taken: Iterable[str]) -> tuple[TableDraft, tuple[Item, ...]]:
    types: dict[str, str] = {}
    schema: dict[str, Json] = {
        "TableName": given.get("TableName"),
        "KeySchema": _keys(given.get("KeyAttributes"), types),
    }
    for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        indexes = [_index(index, types) for index in given.get(name) or ()]
        if indexes:
            schema[name] = indexes
    schema["AttributeDefinitions"] = attributes_of(types.items())
    schema |= _capacity(given)
    todos = [
        f"{name}: a plan has no such part; the model says `{shown(value)}`."
        for name, value in given.items()
        if name not in _TOLD and value not in _EMPTY
    ]
    own = ours if isinstance(ours, Mapping) else {}
    key = str(own.get("table") or plan_key(str(given.get("TableName") or "table"), taken))
    about = own.get("description") or given.get("Description")
    table = table_draft(key, schema, description=about if isinstance(about, str) else "", todos=todos)
    facets = [facet for facet in given.get("TableFacets") or () if isinstance(facet, Mapping)]
    rows = [*(given.get("TableData") or ()), *(row for facet in facets for row in facet.get("TableData") or ())]
    items, left_out = usable_rows(table.settings, rows)
    return TableDraft(key=key, settings=table.settings, todos=(*table.todos, *left_out)), items


def _keys(given: Json, types: dict[str, str]) -> list[Json]:
    own = given if isinstance(given, Mapping) else {}
    found = []
    for part, kind in (("PartitionKey", "HASH"), ("SortKey", "RANGE")):
        members = own.get(part)
        for member in members if isinstance(members, list) else [members]:
            if isinstance(member, Mapping) and member.get("AttributeName"):
                name = str(member["AttributeName"])
                declared = str(member.get("AttributeType", "S"))
                types.setdefault(name, _TYPES.get(declared, declared))
                found.append({"AttributeName": name, "KeyType": kind})
    return found


def _index(given: Json, types: dict[str, str]) -> Json:
    own = given if isinstance(given, Mapping) else {}
    found: dict[str, Json] = {
        "IndexName": own.get("IndexName"),
        "KeySchema": _keys(own.get("KeyAttributes"), types),
        "Projection": own.get("Projection") or {"ProjectionType": "ALL"},
    }
    return found | _units(own.get("ProvisionedCapacitySettings"))


def _capacity(given: Mapping[str, Json]) -> dict[str, Json]:
    """Billing and units; a model without a billing mode says nothing of it, and Workbench makes it provisioned."""
    mode = given.get("BillingMode") or "PAY_PER_REQUEST"
    found: dict[str, Json] = {"BillingMode": mode}
    return found | _units(given.get("ProvisionedCapacitySettings")) if mode == "PROVISIONED" else found


def _units(given: Json) -> dict[str, Json]:
    if not isinstance(given, Mapping):
        return {}
    found: dict[str, Json] = {"ProvisionedThroughput": given.get("ProvisionedThroughput") or {}}
    scaling = []
    for side in ("Read", "Write"):
        own = given.get(f"AutoScaling{side}")
        request = own.get("ScalableTargetRequest") if isinstance(own, Mapping) else None
        if isinstance(own, Mapping) and isinstance(request, Mapping):
            aim = own.get("ScalingPolicyConfiguration")
            scaling.append(
                {
                    "ScalableDimension": f"{side}CapacityUnits",
                    "MinCapacity": request.get("MinCapacity"),
                    "MaxCapacity": request.get("MaxCapacity"),
                    "TargetValue": aim.get("TargetValue", 70) if isinstance(aim, Mapping) else 70,
                }
            )
    return found | ({"AutoScaling": scaling} if scaling else {})


def _facets(
    given: Mapping[str, Json], table: TableDraft, items: tuple[Item, ...], taken: Iterable[str]
) -> list[QueryDraft]:
    """A query for each facet: its rows lie in one partition, below what their sort keys have in common."""
    found: list[QueryDraft] = []
    for facet in given.get("TableFacets") or ():
        if not isinstance(facet, Mapping):
            continue
        name = plan_key(f"{table.key}_{facet.get('FacetName', 'facet')}", [*taken, *(query.name for query in found)])
        rows, _ = usable_rows(table.settings, facet.get("TableData") or ())
        found.append(_facet(name, facet, table, [row for row in rows if row in items]))
    return found


def _facet(name: str, facet: Mapping[str, Json], table: TableDraft, rows: list[Item]) -> QueryDraft:
    alias = facet.get("KeyAttributeAlias")
    shown_alias = shown(alias) if alias else ""
    if not rows:
        return QueryDraft(
            name=name, settings={}, todos=(f"the facet has no sample rows; its keys are `{shown_alias}`.",)
        )
    partition, sort = table.settings["partition_key"], table.settings.get("sort_key")
    value = rows[0][partition]
    own = [row for row in rows if row[partition] == value]
    condition, values = f"{quoted(partition)} = :partition", {"partition": Typed(value)}
    prefix = _common_start([str(row[sort].get("S", "")) for row in own]) if sort else ""
    if prefix and sort:
        condition += f" AND begins_with({quoted(sort)}, :prefix)"
        values["prefix"] = Typed({"S": prefix})
    settings: dict[str, Json] = {
        "description": f"The facet {facet.get('FacetName', '')} of the model. {shown_alias}".strip(),
        "table": table.key,
        "key_condition": condition,
        "values": values,
        "expect": {"min": len(own)},
    }
    return QueryDraft(name=name, settings=settings)


def _common_start(texts: list[str]) -> str:
    """What all of the texts begin with."""
    first, last = min(texts), max(texts)
    count = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), None)
    return first[: min(len(first), len(last)) if count is None else count]


def quoted(name: str) -> str:
    """A name in an expression: in backquotes where it is no plain word."""
    return name if name.replace("_", "a").isalnum() and name.isascii() and not name[0].isdigit() else f"`{name}`"
