"""Settings of a ``table_schema`` in a plan's terms; what is unknown or not understood becomes a todo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from planner.importing import shapes
from planner.importing.setting_values import (
    read_encryption,
    read_insights,
    read_kinesis,
    read_policy,
    read_recovery,
    read_replicas,
    read_stream,
    read_table_class,
    read_tags,
    read_time_to_live,
)
from planner.importing.values import first_unknown, shown, untold
from planner.values import Json

_SIDES = {"read": "ReadCapacityUnits", "write": "WriteCapacityUnits"}
STRUCTURE = frozenset(
    {"TableName", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"}
    | {"VectorIndexes", "BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "AutoScaling"}
    | {"GlobalTableWitnesses", "MultiRegionConsistency"}
)
"""Members that are read together, here or in ``structure``."""
OF_INDEX = frozenset(
    {"IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput"}
    | {"AutoScaling", "ContributorInsights"}
)


def table_settings(schema: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
    """Every setting that the schema declares.

    Args:
        schema: A ``table_schema``; any part of it may be unknown.
        todos: Takes what cannot be known, and every member that is no setting of a plan.
    """
    found = _throughput(schema, todos)
    for member, (key, read) in _READERS.items():
        if schema.get(member) is not None:
            found |= _attempt(key, schema[member], read, todos)
    if schema.get("Replicas"):
        replicas = {name: schema.get(name) for name in ("Replicas", "MultiRegionConsistency", "GlobalTableWitnesses")}
        found |= _attempt("replicas", replicas, read_replicas, todos)
    left = sorted(schema.keys() - STRUCTURE - _READERS.keys() - {"Replicas"})
    todos += [f"{member}: a plan has no such setting; the file says `{shown(schema[member])}`." for member in left]
    return {key: found[key] for key in _ORDER if key in found}


_ORDER = (
    "billing",
    "capacity",
    "maximum",
    "warm",
    "time_to_live",
    "stream",
    "point_in_time_recovery",
    "deletion_protection",
    "encryption",
    "table_class",
    "tags",
    "resource_policy",
    "contributor_insights",
    "kinesis",
    "replicas",
)


def _attempt(key: str, value: Json, read: Callable[[Json], Json], todos: list[str]) -> dict[str, Json]:
    """The setting, or nothing and a todo."""
    unknown = first_unknown(value)
    if unknown is not None:
        todos.append(untold(key, value, unknown))
        return {}
    try:
        read_value = read(value)
    except shapes.MalformedError as problem:
        todos.append(f"{key}: the file says `{shown(value)}`, which is not understood: {problem}.")
        return {}
    return {} if read_value is None else {key: read_value}


def _throughput(schema: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
    """Billing mode and units, which belong together; no mode means provisioned, as for CreateTable."""
    mode = schema.get("BillingMode")
    unknown = first_unknown(mode)
    if unknown is not None:
        todos.append(untold("billing", mode, unknown))
        return _attempt("capacity", _units_of(schema), _capacity, todos) if _given_units(schema) else {}
    if mode in {None, ""}:
        mode = "PROVISIONED"
    if mode not in {"PROVISIONED", "PAY_PER_REQUEST"}:
        todos.append(f"billing: the file says `{shown(mode)}`, which is no billing mode.")
        return {}
    if mode == "PAY_PER_REQUEST":
        most = schema.get("OnDemandThroughput")
        limit = {} if most is None else _attempt("maximum", most, _maximum, todos)
        return {"billing": "on_demand"} | limit
    if not _given_units(schema):
        todos.append("capacity: the file says no units, and a provisioned table has some; it was taken as on demand.")
        return {"billing": "on_demand"}
    units = _attempt("capacity", _units_of(schema), _capacity, todos)
    return ({"billing": "provisioned"} | units) if units else {}


def _given_units(schema: Mapping[str, Json]) -> bool:
    return bool(schema.get("ProvisionedThroughput")) or bool(_own_scaling(schema, None))


def _own_scaling(schema: Mapping[str, Json], index: str | None) -> list[Json]:
    targets = schema.get("AutoScaling") or ()
    return [target for target in targets if isinstance(target, Mapping) and target.get("IndexName") == index]


def _units_of(schema: Mapping[str, Json], index: str | None = None) -> Json:
    return {"units": schema.get("ProvisionedThroughput") or {}, "scaling": _own_scaling(schema, index)}


def _capacity(given: Json) -> Json:
    """``{read, write}``, each units or a range."""
    units = shapes.mapping(given["units"])
    found: dict[str, Json] = {}
    for side, member in _SIDES.items():
        ranges = [target for target in given["scaling"] if target.get("ScalableDimension") == member]
        if ranges:
            found[side] = _range(ranges[0])
        elif member in units:
            found[side] = shapes.integer(units[member])
        else:
            raise shapes.MalformedError(f"{member} is missing")
    return found


def _range(target: Mapping[str, Json]) -> Json:
    bounds = {
        "min": shapes.integer(shapes.member(target, "MinCapacity")),
        "max": shapes.integer(shapes.member(target, "MaxCapacity")),
    }
    return bounds | {"target": shapes.integer(target.get("TargetValue", 70))}


def _maximum(given: Json) -> Json:
    own = shapes.mapping(given)
    names = {"read": "MaxReadRequestUnits", "write": "MaxWriteRequestUnits"}
    found = {side: shapes.integer(own[name]) for side, name in names.items() if own.get(name) is not None}
    return {side: count for side, count in found.items() if count > 0} or "off"


def _warm(given: Json) -> Json:
    own = shapes.mapping(given)
    names = {"read": "ReadUnitsPerSecond", "write": "WriteUnitsPerSecond"}
    return {side: shapes.integer(own[name]) for side, name in names.items() if own.get(name) is not None} or None


def index_units(name: str, index: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """What a global index declares besides keys and projection, and the todos."""
    todos: list[str] = []
    key = f"global_secondary_indexes.{name}"
    found: dict[str, Json] = {}
    if index.get("ProvisionedThroughput") or index.get("AutoScaling"):
        given = {"units": index.get("ProvisionedThroughput") or {}, "scaling": list(index.get("AutoScaling") or ())}
        if not _is_zero(given["units"]):
            found |= _renamed("capacity", _attempt(f"{key}.capacity", given, _capacity, todos))
    for member, part, read in (
        ("OnDemandThroughput", "maximum", _maximum),
        ("WarmThroughput", "warm", _warm),
        ("ContributorInsights", "contributor_insights", read_insights),
    ):
        if index.get(member) is not None:
            found |= _renamed(part, _attempt(f"{key}.{part}", index[member], read, todos))
    left = sorted(index.keys() - OF_INDEX)
    todos += [f"{key}: a plan has no setting {member}; the file says `{shown(index[member])}`." for member in left]
    return found, todos


def _is_zero(units: Json) -> bool:
    """An on-demand table is described with units of zero."""
    return isinstance(units, Mapping) and bool(units) and all(value in {0, "0"} for value in units.values())


def _renamed(name: str, found: dict[str, Json]) -> dict[str, Json]:
    return dict.fromkeys([name] * len(found), next(iter(found.values()), None))


def attributes_of(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    """AttributeDefinitions of names and types."""
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in pairs]


_READERS: Mapping[str, tuple[str, Callable[[Json], Json]]] = {
    "WarmThroughput": ("warm", _warm),
    "TimeToLiveSpecification": ("time_to_live", read_time_to_live),
    "StreamSpecification": ("stream", read_stream),
    "PointInTimeRecoverySpecification": ("point_in_time_recovery", read_recovery),
    "DeletionProtectionEnabled": ("deletion_protection", shapes.boolean),
    "SSESpecification": ("encryption", read_encryption),
    "TableClass": ("table_class", read_table_class),
    "Tags": ("tags", read_tags),
    "ResourcePolicy": ("resource_policy", read_policy),
    "ContributorInsights": ("contributor_insights", read_insights),
    "KinesisStreamingDestinations": ("kinesis", read_kinesis),
}
