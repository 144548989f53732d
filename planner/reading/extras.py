"""Contributor Insights, Kinesis streams, resource policies and replicas in canonical form."""

from __future__ import annotations

import re
from collections.abc import Callable

from planner.codes import reading as codes
from planner.reading import grammar_extras as grammar
from planner.reading.items import plain_json
from planner.reading.nodes import Entry, MappingNode, Node, is_bare, is_off, shorten
from planner.reading.scope import Scope
from planner.reading.typed import Fields, boolean, fields, mapping
from planner.values import Json

Reader = Callable[[Node, str, Scope], Json]
_REGION = re.compile(grammar.REGION_PATTERN)


def resource_policy(node: Node, key: str, scope: Scope) -> Json:
    """The policy's document in IAM's own words, as it is written."""
    if is_off(node):
        return "off"
    found = mapping(node, f"`{key}`", scope)
    return None if found is None else plain_json(found)


def contributor_insights(node: Node, _: str, scope: Scope) -> Json:
    """``on`` (any mode), ``{"mode": name}`` or ``off``."""
    if is_off(node):
        return "off"
    if is_bare(node, "true"):
        return "on"
    found = fields(node, grammar.INSIGHTS, scope)
    mode = None if found is None else found.choice("mode", grammar.INSIGHTS_MODES)
    return None if mode is None else {"mode": mode}


def kinesis(node: Node, _: str, scope: Scope) -> Json:
    """The stream's ARN, and the precision where it is said."""
    if is_off(node):
        return "off"
    found = fields(node, grammar.KINESIS, scope)
    if found is None:
        return None
    stream = found.name("stream_arn")
    precision = found.choice("precision", grammar.PRECISIONS)
    if stream is None or (found.has("precision") and precision is None):
        return None
    return {"stream_arn": stream, **({} if precision is None else {"precision": precision})}


def replicas(node: Node, key: str, scope: Scope, *, recovery: Reader, tags: Reader) -> Json:
    """Replicas by Region, each with what it declares of its own; beside them ``consistency`` and ``witness``.

    Args:
        node: What stands in the plan.
        key: The setting's name.
        scope: Where problems go.
        recovery: Reads ``point_in_time_recovery``.
        tags: Reads ``tags``.
    """
    if is_off(node):
        return "off"
    found = mapping(node, f"`{key}`", scope)
    if found is None:
        return None
    regions = {entry.key: entry for entry in found.entries.values() if entry.key not in grammar.REPLICAS.names}
    others = {name: entry for name, entry in found.entries.items() if name not in regions}
    value: dict[str, Json] = {}
    for name, entry in regions.items():
        if not is_off(entry.value):
            value[name] = _replica(entry, scope, recovery, tags)
    return {**value, **_of_all(Fields(MappingNode(others, None, found.position), grammar.REPLICAS, scope))}


def _of_all(given: Fields) -> dict[str, Json]:
    consistency = given.choice("consistency", grammar.CONSISTENCIES)
    witness = given.name("witness")
    if witness is not None and not _REGION.fullmatch(witness):
        _not_a_region(witness, given.node.entries["witness"], given.scope)
        witness = None
    said = {"consistency": consistency, "witness": witness}
    return {name: value for name, value in said.items() if value is not None}


def _replica(entry: Entry, scope: Scope, recovery: Reader, tags: Reader) -> Json:
    if not _REGION.fullmatch(entry.key):
        _not_a_region(entry.key, entry, scope)
        return {}
    given = fields(entry.value, grammar.REPLICA, scope)
    if given is None:
        return {}
    read: dict[str, Json] = {
        "kms_key": given.name("kms_key"),
        "table_class": given.choice("table_class", grammar.TABLE_CLASSES),
        "capacity": _read_units(given, "capacity"),
        "maximum": _read_units(given, "maximum"),
        "global_secondary_indexes": _indexes(given),
        "point_in_time_recovery": _read(given, "point_in_time_recovery", recovery),
        "deletion_protection": _read(given, "deletion_protection", _protection),
        "tags": _read(
            given, "tags", lambda node, key, at: "inherit" if is_bare(node, "inherit") else tags(node, key, at)
        ),
    }
    return {name: value for name, value in read.items() if value is not None}


def _read(given: Fields, key: str, reader: Reader) -> Json:
    node = given.value(key)
    return None if node is None else reader(node, key, given.scope)


def _protection(node: Node, key: str, scope: Scope) -> Json:
    return False if is_off(node) else boolean(node, key, scope)


def _read_units(given: Fields, key: str) -> Json:
    found = given.fields(key, grammar.READ_UNITS)
    units = None if found is None else found.integer("read", 1, grammar.MAX_UNITS)
    return None if units is None else {"read": units}


def _indexes(given: Fields) -> Json:
    found = given.mapping("global_secondary_indexes")
    if found is None:
        return None
    indexes = {}
    for entry in found.entries.values():
        index = fields(entry.value, grammar.REPLICA_INDEX, given.scope)
        if index is not None:
            own = {key: _read_units(index, key) for key in ("capacity", "maximum")}
            indexes[entry.key] = {key: value for key, value in own.items() if value is not None}
    return indexes


def _not_a_region(text: str, entry: Entry, scope: Scope) -> None:
    what = f"`{shorten(text)}` is no Region"
    fix = "Name each replica by its Region, such as eu-central-1; beside them stand `consistency` and `witness`."
    scope.error(codes.NOT_A_CHOICE, entry.position, what, fix)
