"""Keys, types and projections of a request: what CreateTable and an added index must say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.fakes.control_plane import request_texts as texts
from tests.fakes.control_plane.refusal import Text
from tests.fakes.control_plane.state import Json, Table

MAX_OF_A_KIND = 4
"""Attributes of one kind in a global index's key (K 123, M)."""
MAX_PROJECTED = 100
"""NonKeyAttributes over all indexes of INCLUDE (Q)."""


def names(schema: Sequence[Json], kind: str) -> list[str]:
    """The attributes of one kind in a KeySchema."""
    return [element["AttributeName"] for element in schema if element["KeyType"] == kind]


def check_table_key(schema: Sequence[Json]) -> None:
    """A primary key: one HASH, then at most one RANGE.

    Raises:
        Refusal: It is none (K 124).
    """
    if schema[0]["KeyType"] != "HASH":
        raise texts.FIRST_NOT_HASH.refusal()
    if len(schema) > 1:
        if schema[1]["KeyType"] != "RANGE":
            raise texts.SECOND_NOT_RANGE.refusal()
        if schema[0]["AttributeName"] == schema[1]["AttributeName"]:
            raise texts.SAME_NAMES.refusal()


def check_index_key(schema: Sequence[Json]) -> None:
    """A global index's key: up to four HASH, then up to four RANGE.

    Raises:
        Refusal: It is none (K 123).
    """
    if schema[0]["KeyType"] != "HASH":
        raise texts.FIRST_NOT_HASH.refusal()
    kinds = [element["KeyType"] for element in schema]
    if kinds != sorted(kinds):
        raise texts.HASH_FIRST.refusal()
    for kind in ("HASH", "RANGE"):
        if kinds.count(kind) > MAX_OF_A_KIND:
            raise texts.TOO_MANY_KEYS.refusal(kind=kind)
    if len({element["AttributeName"] for element in schema}) < len(schema):
        raise texts.REPEATED_KEY.refusal()


def check_local(index: Json, table_key: Sequence[Json]) -> None:
    """A local index's key: the table's partition key, then a sort key of its own.

    Raises:
        Refusal: It is none (K 442).
    """
    if len(table_key) < 2:
        raise texts.LOCAL_NEEDS_RANGE.refusal()
    own, table = names(index["KeySchema"], "HASH"), names(table_key, "HASH")
    if own != table:
        raise texts.LOCAL_OTHER_HASH.refusal(index=index["IndexName"], own=own[0] if own else "", table=table[0])
    if not names(index["KeySchema"], "RANGE"):
        raise texts.LOCAL_WITHOUT_RANGE.refusal(index=index["IndexName"])


def check_projection(projection: Json) -> None:
    """A projection that can be made.

    Raises:
        Refusal: It can't (K 126).
    """
    kind, attributes = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
    if kind is None:
        raise texts.UNKNOWN_PROJECTION.refusal()
    if kind == "INCLUDE" and attributes is None:
        raise texts.INCLUDE_WITHOUT.refusal()
    if kind != "INCLUDE" and attributes is not None:
        raise texts.NOT_INCLUDE_WITH.refusal(kind=kind)
    repeated = [name for name in attributes or () if attributes.count(name) > 1] if attributes else []
    if repeated:
        raise texts.REPEATED_PROJECTED.refusal(attribute=repeated[0])


def check_projected_count(projections: Iterable[Json]) -> None:
    """All projected names of a table together.

    Raises:
        Refusal: There are too many (Q).
    """
    if sum(len(projection.get("NonKeyAttributes", ())) for projection in projections) > MAX_PROJECTED:
        raise texts.PROJECTED_COUNT.refusal()


def check_types(definitions: Sequence[Json], used: set[str], *, indexed: bool) -> dict[str, str]:
    """AttributeDefinitions of a new table: exactly the key attributes (K 127).

    Args:
        definitions: What was sent.
        used: Attributes that some key uses.
        indexed: Whether there are indexes, which words the refusal.

    Returns:
        Types by name.

    Raises:
        Refusal: They are others.
    """
    types: dict[str, str] = {}
    for definition in definitions:
        if definition["AttributeName"] in types:
            raise texts.REPEATED_DEFINITION.refusal(attribute=definition["AttributeName"])
        types[definition["AttributeName"]] = definition["AttributeType"]
    defined, keys = ", ".join(sorted(types)), ", ".join(sorted(used))
    if used - types.keys():
        raise texts.UNDEFINED_KEYS.refusal(keys=keys, defined=defined)
    if types.keys() - used:
        if indexed:
            raise texts.UNUSED_DEFINITIONS.refusal(keys=keys, defined=defined)
        raise texts.COUNT_OF_DEFINITIONS.refusal()
    return types


def added_types(table: Table, params: Json, schema: Sequence[Json], missing: Text) -> dict[str, str]:
    """Types of an added index's keys: only these are read of UpdateTable's AttributeDefinitions (K 162).

    A type that the table has already is kept, whatever was sent (K 358).

    Raises:
        Refusal: One is not defined.
    """
    sent = {entry["AttributeName"]: entry["AttributeType"] for entry in params.get("AttributeDefinitions", ())}
    found = {}
    for element in schema:
        name = element["AttributeName"]
        if name not in sent and name not in table.types:
            raise missing.refusal(keys=name, defined=", ".join(sorted(sent)))
        found[name] = table.types.get(name) or sent[name]
    return found
