"""Global, local and vector indexes of a table."""

from __future__ import annotations

from typing import Literal, cast

from planner.codes import reading as codes
from planner.plan import Index
from planner.reading import grammar_tables as grammar
from planner.reading.nodes import Entry, SequenceNode, is_off, shorten
from planner.reading.scope import Scope
from planner.reading.settings import index_settings
from planner.reading.typed import Fields, fields, mapping, names
from planner.values import Json

Projection = Literal["ALL", "KEYS_ONLY"] | tuple[str, ...]


def global_indexes(table: Fields) -> dict[str, Index]:
    """The table's global secondary indexes by name; one that is ``off`` is left out."""
    found = {}
    for entry in _declared(table, "global_secondary_indexes"):
        index = _global_index(entry, table.scope)
        if index is not None:
            found[entry.key] = index
    return found


def local_indexes(table: Fields, partition_key: str) -> dict[str, Index]:
    """The table's local secondary indexes by name; their partition key is the table's."""
    found = {}
    for entry in _declared(table, "local_secondary_indexes"):
        index = _local_index(entry, table.scope, partition_key)
        if index is not None:
            found[entry.key] = index
    return found


def vector_indexes(table: Fields) -> Json:
    """Vector indexes by name in canonical form; ``off`` for none, None when the plan does not name them."""
    node = table.value("vector_indexes")
    if node is None or is_off(node):
        return None if node is None else "off"
    found = mapping(node, "`vector_indexes`", table.scope)
    if found is None:
        return None
    indexes = {}
    for entry in found.entries.values():
        index = None if is_off(entry.value) else _vector_index(entry, table.scope)
        if index is not None:
            indexes[entry.key] = index
    return indexes


def projection(given: Fields) -> Projection | None:
    """What an index copies besides the keys: everything when nothing is said, None after a diagnostic."""
    node = given.value("projection")
    if node is None:
        return None if given.has("projection") else "ALL"
    if isinstance(node, SequenceNode):
        return _projected(node, given.scope)
    word = given.choice("projection", grammar.PROJECTIONS, "a list of attribute names such as `[name, price]`")
    return None if word is None else cast('Literal["ALL", "KEYS_ONLY"]', word)


def _projected(node: SequenceNode, scope: Scope) -> Projection | None:
    found = names(node, "projection", scope)
    if not node.members:
        fix = "Write KEYS_ONLY, or name at least one attribute."
        scope.error(codes.WRONG_TYPE, node.position, "`projection` is an empty list", fix)
    return found or None


def _declared(table: Fields, key: str) -> list[Entry]:
    """The entries of one of the table's index mappings; ``off`` for all or one of them ends it."""
    node = table.value(key)
    if node is None or is_off(node):
        return []
    found = mapping(node, f"`{key}`", table.scope)
    if found is None:
        return []
    return [entry for entry in found.entries.values() if not is_off(entry.value)]


def _global_index(entry: Entry, table: Scope) -> Index | None:
    scope = table.at(f"{table.address}.index.{shorten(entry.key)}")
    given = fields(entry.value, grammar.GLOBAL_INDEX, scope)
    if given is None:
        return None
    partition_key = _keys(given, "partition_key")
    copied = projection(given)
    settings = index_settings(given)
    if not partition_key or copied is None:
        return None
    return Index(
        name=entry.key,
        kind="global",
        partition_key=partition_key,
        sort_key=_keys(given, "sort_key"),
        projection=copied,
        settings=settings,
        position=entry.position,
        positions=given.positions(),
    )


def _local_index(entry: Entry, table: Scope, partition_key: str) -> Index | None:
    scope = table.at(f"{table.address}.index.{shorten(entry.key)}")
    given = fields(entry.value, grammar.LOCAL_INDEX, scope)
    if given is None:
        return None
    sort_key = given.name("sort_key")
    copied = projection(given)
    if sort_key is None or copied is None:
        return None
    return Index(
        name=entry.key,
        kind="local",
        partition_key=(partition_key,),
        sort_key=(sort_key,),
        projection=copied,
        settings={},
        position=entry.position,
        positions=given.positions(),
    )


def _keys(given: Fields, key: str) -> tuple[str, ...]:
    """One to four attribute names of an index's key."""
    node = given.value(key)
    if node is None:
        return ()
    found = names(node, key, given.scope)
    if isinstance(node, SequenceNode) and not 1 <= len(node.members) <= grammar.MAX_INDEX_KEYS:
        what = f"`{key}` names {len(node.members)} attributes; an index key takes one to {grammar.MAX_INDEX_KEYS}"
        given.scope.error(codes.OUT_OF_RANGE, node.position, what, "Keep the ones that queries need.")
    return found


def _vector_index(entry: Entry, table: Scope) -> Json:
    """What is declared, with ``filters`` (a list) and ``projection`` in any case."""
    scope = table.at(f"{table.address}.index.{shorten(entry.key)}")
    given = fields(entry.value, grammar.VECTOR_INDEX, scope)
    if given is None:
        return None
    required = {
        "attribute": given.name("attribute"),
        "dimensions": given.integer("dimensions", 1, grammar.MAX_DIMENSIONS),
        "distance": given.choice("distance", grammar.DISTANCES),
    }
    partition_key = given.name("partition_key")
    filters = sorted(given.names("filters"))
    copied = projection(given)
    if copied is None or None in required.values():
        return None
    return {
        **required,
        **({} if partition_key is None else {"partition_key": partition_key}),
        "filters": filters,
        "projection": copied if isinstance(copied, str) else sorted(copied),
    }
