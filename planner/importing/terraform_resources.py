"""Resources of Terraform as tables: each table joined with the resources that add to it.

A join is by the table's physical name where both say it, and by reference (``aws_dynamodb_table.users``) where not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.importing.rows import usable_rows
from planner.importing.tables import plan_key, refused_table, table_draft
from planner.importing.terraform_tables import replica, table_schema
from planner.importing.values import Draft, Kind, Reason, RefusedError, TableDraft, Unknown, shown
from planner.values import Item, Json

TABLE = "aws_dynamodb_table"
_RESOURCE_ID = re.compile(r"table/(?P<table>[^/]+)(?:/index/(?P<index>[^/]+))?$")
_REFERENCE = re.compile(r"aws_dynamodb_table\.(?P<label>[\w-]+)")
_BESIDE = frozenset(
    {"aws_dynamodb_table_item", "aws_dynamodb_table_replica", "aws_dynamodb_resource_policy"}
    | {"aws_dynamodb_kinesis_streaming_destination", "aws_dynamodb_contributor_insights"}
    | {"aws_dynamodb_global_secondary_index", "aws_appautoscaling_target", "aws_appautoscaling_policy"}
    | {"aws_dynamodb_tag", "aws_dynamodb_global_table", "aws_dynamodb_table_export"}
)
KINDS = _BESIDE | {TABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One instance of a resource.

    Attributes:
        kind: Such as ``aws_dynamodb_table``.
        label: Its name in Terraform.
        address: As Terraform writes it.
        values: Attributes and blocks; any part may be unknown.
        todos: What is already known not to be known.
        references: Addresses that its attributes name, where the values do not show them.
    """

    kind: str
    label: str
    address: str
    values: Mapping[str, Json]
    todos: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


def draft_of(
    resources: Sequence[Resource], kind: Kind, name: str, todos: Iterable[str] = (), database: str = ""
) -> Draft:
    """The tables among resources.

    Args:
        resources: All of them, in order.
        kind: What they were read from.
        name: The file, for messages.
        todos: What is already known not to be known.
        database: The plan's identity, where the files say one.

    Raises:
        RefusedError: None of them is a table that can be imported.
    """
    found = list(todos)
    tables: list[TableDraft] = []
    seeds: dict[str, tuple[Item, ...]] = {}
    problem: RefusedError | None = None
    joined: set[int] = set()
    for resource in resources:
        if resource.kind != TABLE:
            continue
        beside = [other for other in resources if other.kind in _BESIDE and _belongs(other, resource)]
        joined |= {id(other) for other in beside}
        try:
            table = _table(resource, beside, resources, [table.key for table in tables])
        except RefusedError as refused:
            problem = problem or refused
            found.append(refused_table(f"The table {resource.address}", refused))
            continue
        items, left_out = _items(table, beside)
        tables.append(replace(table, todos=(*table.todos, *left_out)))
        if items:
            seeds[table.key] = items
    policies = ("aws_appautoscaling_policy", "aws_appautoscaling_target")
    found += [
        f"{other.address} was left out: the table that it belongs to is not in the files."
        for other in resources
        if other.kind in _BESIDE and id(other) not in joined and (other.kind not in policies or _is_dynamodb(other))
    ]
    if not tables:
        reason = problem.reason if problem else Reason.NO_TABLE
        none = "" if problem else "there is no aws_dynamodb_table in it. "
        raise RefusedError(reason, f"`{name}`: {none}{found[0] if found else ''}".rstrip())
    return Draft(kind=kind, database=database, tables=tuple(tables), seeds=seeds, todos=tuple(found))


def _is_dynamodb(other: Resource) -> bool:
    return other.kind == "aws_appautoscaling_target" and other.values.get("service_namespace") == "dynamodb"


def _subject(other: Resource) -> tuple[Json, str | None]:
    """What a resource beside a table belongs to: the table's name or a reference, and the index."""
    values = other.values
    if other.kind in {"aws_appautoscaling_target", "aws_appautoscaling_policy"}:
        given = values.get("resource_id")
        if isinstance(given, str):
            found = _RESOURCE_ID.search(given)
            return (found["table"], found["index"]) if found else (None, None)
        index = re.search(r"index/([\w.-]+)", given.text) if isinstance(given, Unknown) else None
        return given, index[1] if index else None
    given = values.get("table_name", values.get("resource_arn", values.get("global_table_arn")))
    return given, values.get("index_name") if isinstance(values.get("index_name"), str) else None


def _belongs(other: Resource, table: Resource) -> bool:
    given, _ = _subject(other)
    if isinstance(given, str):
        name = table.values.get("name")
        return given == name or (isinstance(name, str) and given.endswith(f":table/{name}"))
    texts = [*([given.text] if isinstance(given, Unknown) else []), *other.references]
    labels = {found["label"] for text in texts for found in _REFERENCE.finditer(text)}
    return table.label in labels


def _table(
    resource: Resource, beside: Sequence[Resource], everything: Sequence[Resource], taken: Iterable[str]
) -> TableDraft:
    todos = list(resource.todos)
    schema = table_schema(resource.values, todos)
    for other in beside:
        _join(schema, other, everything, todos)
    return table_draft(plan_key(resource.label, taken), schema, todos=todos)


def _join(schema: dict[str, Json], other: Resource, everything: Sequence[Resource], todos: list[str]) -> None:
    """Add what one resource says to its table's schema."""
    values = other.values
    match other.kind:
        case "aws_appautoscaling_target":
            _scale(schema, other, everything)
        case "aws_dynamodb_kinesis_streaming_destination":
            precision = values.get("approximate_creation_date_time_precision")
            member = {"StreamArn": values.get("stream_arn")}
            schema["KinesisStreamingDestinations"] = [
                member | ({"ApproximateCreationDateTimePrecision": precision} if precision else {})
            ]
        case "aws_dynamodb_resource_policy":
            schema["ResourcePolicy"] = values.get("policy")
        case "aws_dynamodb_contributor_insights":
            _insights(schema, other)
        case "aws_dynamodb_table_replica":
            schema["Replicas"] = [*(schema.get("Replicas") or ()), replica({"region_name": _region(values), **values})]
        case "aws_dynamodb_global_secondary_index":
            index = table_schema({"global_secondary_index": [_own_index(values)]}, todos)["GlobalSecondaryIndexes"]
            schema["GlobalSecondaryIndexes"] = [*(schema.get("GlobalSecondaryIndexes") or ()), *index]
            _add_types(schema, values)
        case "aws_dynamodb_tag":
            if isinstance(schema.get("Tags"), Mapping | None) and isinstance(values.get("key"), str):
                schema["Tags"] = {**(schema.get("Tags") or {}), values["key"]: values.get("value")}
        case "aws_dynamodb_table_export" | "aws_dynamodb_global_table":
            todos.append(f"{other.address}: a plan has no such part; it says `{shown(values)}`.")
        case _:
            return


def _region(values: Mapping[str, Json]) -> Json:
    why = "the Region of a replica is its provider's"
    return values.get("region") or values.get("region_name") or Unknown(text="provider", why=why)


def _own_index(values: Mapping[str, Json]) -> dict[str, Json]:
    """An index resource in the shape of an index block."""
    own = {
        name: value for name, value in values.items() if name not in {"table_name", "id", "arn", "region", "timeouts"}
    }
    own["name"] = own.pop("index_name", own.get("name"))
    projection = own.pop("projection", None)
    block = projection[0] if isinstance(projection, list) and projection else projection
    if isinstance(block, Mapping):
        own |= {name: block[name] for name in ("projection_type", "non_key_attributes") if name in block}
    units = own.pop("provisioned_throughput", None)
    block = units[0] if isinstance(units, list) and units else units
    if isinstance(block, Mapping):
        own |= {"read_capacity": block.get("read_capacity_units"), "write_capacity": block.get("write_capacity_units")}
    return own


def _add_types(schema: dict[str, Json], values: Mapping[str, Json]) -> None:
    """An index resource's key_schema brings the types of its attributes."""
    known = {
        attribute.get("AttributeName") for attribute in schema["AttributeDefinitions"] if isinstance(attribute, Mapping)
    }
    for block in values.get("key_schema") or ():
        if isinstance(block, Mapping) and block.get("attribute_type") and block.get("attribute_name") not in known:
            definition = {"AttributeName": block["attribute_name"], "AttributeType": block["attribute_type"]}
            schema["AttributeDefinitions"] = [*schema["AttributeDefinitions"], definition]
            known.add(block["attribute_name"])


def _insights(schema: dict[str, Json], other: Resource) -> None:
    _, index = _subject(other)
    value: dict[str, Json] = {"Enabled": True}
    if other.values.get("mode"):
        value["Mode"] = other.values["mode"]
    for owner in _owners(schema, index):
        owner["ContributorInsights"] = value


def _owners(schema: dict[str, Json], index: str | None) -> list[dict[str, Json]]:
    if index is None:
        return [schema]
    return [
        own
        for own in schema.get("GlobalSecondaryIndexes") or ()
        if isinstance(own, dict) and own.get("IndexName") == index
    ]


def _scale(schema: dict[str, Json], target: Resource, everything: Sequence[Resource]) -> None:
    _, index = _subject(target)
    dimension = target.values.get("scalable_dimension")
    if not isinstance(dimension, str):
        return
    member = {
        "ScalableDimension": dimension.rpartition(":")[2],
        "MinCapacity": target.values.get("min_capacity"),
        "MaxCapacity": target.values.get("max_capacity"),
        "TargetValue": _aim(target, everything),
    }
    for owner in _owners(schema, index):
        owner["AutoScaling"] = [*(owner.get("AutoScaling") or ()), member]


def _aim(target: Resource, everything: Sequence[Resource]) -> Json:
    """The aimed use of the policy that follows a target."""
    for policy in everything:
        if policy.kind != "aws_appautoscaling_policy":
            continue
        same = all(_same(policy, target, name) for name in ("resource_id", "scalable_dimension"))
        if (
            same
            or f"aws_appautoscaling_target.{target.label}" in shown(policy.values)
            or target.address in policy.references
        ):
            block = policy.values.get("target_tracking_scaling_policy_configuration")
            block = block[0] if isinstance(block, list) and block else block
            if isinstance(block, Mapping):
                return block.get("target_value", 70)
    return 70


def _same(policy: Resource, target: Resource, name: str) -> bool:
    given = policy.values.get(name)
    return isinstance(given, str) and given == target.values.get(name)


def _items(table: TableDraft, beside: Iterable[Resource]) -> tuple[tuple[Item, ...], list[str]]:
    rows: list[Json] = []
    todos: list[str] = []
    for other in beside:
        if other.kind != "aws_dynamodb_table_item":
            continue
        given = other.values.get("item")
        if not isinstance(given, str):
            why = given.why if isinstance(given, Unknown) else "it is no text"
            todos.append(f"seed: {other.address} was left out: {why}.")
            continue
        try:
            rows.append(json.loads(given))
        except (json.JSONDecodeError, RecursionError):
            todos.append(f"seed: {other.address} was left out: its item is not JSON.")
    items, left_out = usable_rows(table.settings, rows)
    return items, [*todos, *left_out]
