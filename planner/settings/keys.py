"""A table's keys, their types, and its local indexes: fixed when the table is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from planner.codes import changes as codes
from planner.settings.base import Planned, Schema, Setting, TableChange, diagnostic, write
from planner.state import TableState
from planner.steps import FieldChange
from planner.values import Json

_RECIPE = (
    "Keep {key} as it is, declare a second table with the wanted {what} beside it, and apply. Pull the items into a "
    "file, load it as the second table's seed, and move readers and writers:"
    "\n\n    ddbplan seed pull {typed} {key} -o data/\n\n"
    "Then remove {key} from the plan, apply, and run:\n\n    ddbplan destroy {typed} --table {name}"
)


def key_schema(partition: tuple[str, ...], sort: tuple[str, ...]) -> list[Json]:
    """KeySchema: all HASH members first."""
    return [{"AttributeName": name, "KeyType": "HASH"} for name in partition] + [
        {"AttributeName": name, "KeyType": "RANGE"} for name in sort
    ]


def key_names(schema: list[Mapping[str, str]], kind: str) -> list[str]:
    """The attributes of one kind (HASH or RANGE) in KeySchema, in its order."""
    return [member["AttributeName"] for member in schema if member["KeyType"] == kind]


def projection(answer: Mapping[str, Json]) -> Json:
    """``ALL``, ``KEYS_ONLY`` or the sorted names; NonKeyAttributes is a set and comes back in any order."""
    if answer.get("ProjectionType") == "INCLUDE":
        return sorted(answer.get("NonKeyAttributes", ()))
    return answer.get("ProjectionType", "ALL")


def projection_schema(value: Json) -> Json:
    """Projection, as CreateTable takes it."""
    if isinstance(value, str):
        return {"ProjectionType": value}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": sorted(value)}


def primary_key_names(state: TableState) -> tuple[str, ...]:
    """The primary key's attributes, partition first."""
    keys = state.settings["keys"]
    return tuple(name for name in (keys["partition_key"], keys["sort_key"]) if name is not None)


def used_types(settings: Mapping[str, Json]) -> dict[str, str]:
    """The types of exactly those attributes that a key of the table or of an index uses.

    DynamoDB refuses a definition that nothing uses, and forgets one together with the last index that used it.
    """
    keys, types = settings["keys"], settings["key_types"]
    used = {keys["partition_key"], keys["sort_key"]}
    used |= {index["sort_key"] for index in settings.get("local_secondary_indexes", {}).values()}
    for index in settings.get("global_secondary_indexes", {}).values():
        used |= {*index["partition_key"], *index["sort_key"]}
    vectors = settings.get("vector_indexes")
    for index in vectors.values() if isinstance(vectors, Mapping) else ():
        used |= {index.get("partition_key"), *index["filters"]}
    return {name: types[name] for name in sorted(used - {None})}


class Keys(Setting):
    """The primary key."""

    name: ClassVar[str] = "keys"
    managed: ClassVar[bool] = False

    def live(self, info: Mapping[str, Json]) -> Json:
        """The names of the partition and the sort key."""
        schema = info["Table"]["KeySchema"]
        sort: list[Any] = key_names(schema, "RANGE")
        return {"partition_key": key_names(schema, "HASH")[0], "sort_key": sort[0] if sort else None}

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """KeySchema, and exactly those AttributeDefinitions that a key uses."""
        keys, types = state.settings["keys"], used_types(state.settings)
        sort = () if keys["sort_key"] is None else (keys["sort_key"],)
        schema["KeySchema"] = key_schema((keys["partition_key"],), sort)
        schema["AttributeDefinitions"] = [
            {"AttributeName": name, "AttributeType": types[name]} for name in sorted(types)
        ]

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:  # noqa: ARG002 - told as a whole
        """A refusal, with the recipe."""
        before, after = change.live.settings[self.name], change.desired.settings[self.name]
        return diagnostic(
            codes.KEYS_CHANGE,
            change.table,
            "sort_key" if before["partition_key"] == after["partition_key"] else "partition_key",
            what=f"The live table {change.table.name} has {write(before)}; the plan says {write(after)}.",
            fix=_RECIPE.format(what="keys", key=change.table.key, name=change.table.name, typed=change.table.typed),
        )


class KeyTypes(Setting):
    """The types of the attributes that the primary key and the local indexes use."""

    name: ClassVar[str] = "key_types"
    managed: ClassVar[bool] = False

    def live(self, info: Mapping[str, Json]) -> Json:
        """S, N or B by attribute; AttributeDefinitions is a set and comes back in any order."""
        definitions = info["Table"].get("AttributeDefinitions", ())
        return {member["AttributeName"]: member["AttributeType"] for member in definitions}

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """The types of attributes that are fixed in both states; a global index brings its own."""
        fixed = set(_fixed_names(desired)) & set(_fixed_names(live))
        before, after = live.settings[self.name], desired.settings[self.name]
        return {name: before[name] for name in sorted(fixed)}, {name: after[name] for name in sorted(fixed)}

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Nothing: ``keys`` writes AttributeDefinitions."""

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """A refusal, with the recipe."""
        attributes = ", ".join(f"{f.path.partition('.')[2]} from {f.before} to {f.after}" for f in found)
        return diagnostic(
            codes.KEY_TYPE_CHANGE,
            change.table,
            self.name,
            what=f"The plan changes the type of key attributes of the live table {change.table.name}: {attributes}.",
            fix=_RECIPE.format(
                what="key types", key=change.table.key, name=change.table.name, typed=change.table.typed
            ),
        )


def _fixed_names(state: TableState) -> tuple[str, ...]:
    local = state.settings.get("local_secondary_indexes", {}).values()
    return (*primary_key_names(state), *(index["sort_key"] for index in local))


class LocalIndexes(Setting):
    """Local secondary indexes."""

    name: ClassVar[str] = "local_secondary_indexes"
    managed: ClassVar[bool] = False

    def live(self, info: Mapping[str, Json]) -> Json:
        """Sort key and projection by name."""
        return {
            index["IndexName"]: {
                "sort_key": key_names(index["KeySchema"], "RANGE")[0],
                "projection": projection(index["Projection"]),
            }
            for index in info["Table"].get("LocalSecondaryIndexes", ())
        }

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """LocalSecondaryIndexes, by name; an empty list is refused by DynamoDB and left out."""
        partition = (state.settings["keys"]["partition_key"],)
        indexes = [
            {
                "IndexName": name,
                "KeySchema": key_schema(partition, (index["sort_key"],)),
                "Projection": projection_schema(index["projection"]),
            }
            for name, index in sorted(state.settings.get(self.name, {}).items())
        ]
        if indexes:
            schema["LocalSecondaryIndexes"] = indexes

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:  # noqa: ARG002 - told as a whole
        """A refusal, with the recipe."""
        before, after = change.live.settings[self.name], change.desired.settings[self.name]
        differ = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        names = ", ".join(differ)
        return diagnostic(
            codes.LOCAL_INDEX_CHANGE,
            change.table,
            self.name,
            what=f"The plan adds, changes or drops local indexes of the live table {change.table.name}: {names}.",
            fix=_RECIPE.format(
                what="local indexes", key=change.table.key, name=change.table.name, typed=change.table.typed
            )
            + "\n\nA global index with the same keys can be added in place.",
        )
