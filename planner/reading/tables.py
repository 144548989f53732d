"""Tables: keys, indexes and settings, with the plan's defaults laid under each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from planner.codes import reading as codes
from planner.plan import Index, KeyType, Table
from planner.reading import grammar_tables as grammar
from planner.reading.entities import read_entities, read_volume
from planner.reading.indexes import global_indexes, local_indexes, vector_indexes
from planner.reading.nodes import Entry, MappingNode, SequenceNode, is_bare, shorten
from planner.reading.overlay import merge_mappings
from planner.reading.scope import Scope, listed
from planner.reading.settings import declared_settings, table_settings
from planner.reading.typed import Fields, choice, fields
from planner.values import Json


def read_defaults(plan: Fields) -> MappingNode | None:
    """The settings that lie under every table; one that holds a mistake is reported here and left out."""
    node = plan.value("defaults")
    given = None if node is None else fields(node, grammar.DEFAULTS, plan.scope.at("defaults"))
    if given is None:
        return None
    readable = declared_settings(given)
    entries = {key: entry for key, entry in given.node.entries.items() if key in readable}
    return MappingNode(entries, None, given.node.position)


def read_table(entry: Entry, name: str | None, defaults: MappingNode | None, scope: Scope) -> Table | None:
    """One table, or None after diagnostics.

    Args:
        entry: Its name in the plan and what stands there, the environment already laid over it.
        name: Its physical name, or None when that could not be made.
        defaults: What lies under it.
        scope: At the table's address.
    """
    own = fields(entry.value, grammar.TABLE, scope)
    if own is None:
        return None
    whole = own if defaults is None else Fields(merge_mappings(defaults, own.node), grammar.TABLE, scope)
    billing = whole.value("billing")
    on_demand = billing is None or not is_bare(billing, "provisioned")
    settings = _settings(own, whole, on_demand=on_demand)
    partition_key, sort_key = _partition_key(own), own.name("sort_key")
    found_global = global_indexes(own)
    found_local = local_indexes(own, partition_key or "")
    own.text("description")
    own.name("name")
    external, ephemeral = own.boolean("external"), own.boolean("ephemeral")
    keys = [key for key in (partition_key, sort_key) if key is not None]
    key_types = _key_types(own, keys, {**found_global, **found_local}, settings.get("vector_indexes"))
    if partition_key is None or name is None:
        return None
    return Table(
        key=entry.key,
        name=name,
        description=own.text("description") or "",
        partition_key=partition_key,
        sort_key=sort_key,
        key_types=key_types,
        global_indexes=found_global,
        local_indexes=found_local,
        settings=settings,
        external=bool(external),
        ephemeral=bool(ephemeral),
        position=entry.position,
        positions=whole.positions(),
        entities=read_entities(own),
        unique=own.names("unique"),
        volume=read_volume(own),
    )


def _partition_key(own: Fields) -> str | None:
    """The table's partition key; a list, as a global index may have one, is told apart from other mistakes."""
    node = own.value("partition_key")
    if not isinstance(node, SequenceNode) or node.tag is not None:
        return own.name("partition_key")
    what = "a table has one partition key attribute, and `partition_key` is a list"
    fix = "Write the first attribute here, and the one that orders its items as `sort_key`."
    own.scope.error(codes.WRONG_TYPE, node.position, what, fix)
    return None


def _settings(own: Fields, whole: Fields, *, on_demand: bool) -> dict[str, Json]:
    found = table_settings(own, whole, on_demand=on_demand)
    found.setdefault("billing", "on_demand")
    vectors = vector_indexes(own)
    if vectors is not None:
        found["vector_indexes"] = vectors
    return found


def _key_types(table: Fields, keys: list[str], indexes: Mapping[str, Index], vectors: Json) -> dict[str, KeyType]:
    """The type of every key attribute, S where nothing is said."""
    used = dict.fromkeys(
        [*keys, *(key for index in indexes.values() for key in index.key_names), *_vector_keys(vectors)]
    )
    found: dict[str, KeyType] = dict.fromkeys(used, "S")
    given = table.mapping("key_types")
    for entry in () if given is None else given.entries.values():
        kind = choice(entry.value, entry.key, table.scope, grammar.KEY_TYPES)
        if entry.key in used:
            found[entry.key] = cast("KeyType", kind or "S")
        else:
            what = f"`{shorten(entry.key)}` has a key type, but no key of the table or its indexes uses it"
            meant = table.scope.did_you_mean(entry.key, used)
            keys_are = f"Keys are {listed(used)}; other" if used else "Other"
            fix = f"{meant}{keys_are} attributes are not declared."
            table.scope.error(codes.UNUSED_KEY_TYPE, entry.position, what, fix)
    return found


def _vector_keys(declared: Json) -> list[str]:
    """Attributes that vector indexes are searched by, which have types too."""
    indexes = declared.values() if isinstance(declared, dict) else ()
    partitions = [index["partition_key"] for index in indexes if "partition_key" in index]
    return partitions + [name for index in indexes for name in index["filters"]]
