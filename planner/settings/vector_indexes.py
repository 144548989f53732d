"""Vector indexes: added and dropped one at a time, and nothing about one ever changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, diagnostic, path_text
from planner.settings.keys import projection, projection_schema
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

MEMBER = "VectorIndexes"


def search_keys(value: Json) -> tuple[str, ...]:
    """The attributes that vector indexes are searched by, which have types as keys have."""
    indexes = value.values() if isinstance(value, Mapping) else ()
    return tuple(name for index in indexes for name in _searched_by(index))


def _searched_by(index: Mapping[str, Json]) -> tuple[str, ...]:
    partition = (index["partition_key"],) if "partition_key" in index else ()
    return (*partition, *index["filters"])


class VectorIndexes(Setting):
    """Vector indexes by name; complete where the plan names any, or ``off``."""

    name: ClassVar[str] = "vector_indexes"

    def live(self, info: Mapping[str, Json]) -> Json:
        """By name; one that is being deleted is gone, one that is being made is there."""
        found = [index for index in info["Table"].get(MEMBER, ()) if index.get("IndexStatus") != "DELETING"]
        return {index["IndexName"]: _live_index(index) for index in found}

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """Definitions with the types of what they are searched by."""
        if self.name not in desired.settings:
            return None
        return _comparable(live), _comparable(desired)

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """VectorIndexes, by name; an empty list is refused by DynamoDB and left out."""
        value = state.settings.get(self.name)
        indexes = value if isinstance(value, Mapping) else {}
        if indexes:
            schema[MEMBER] = [_member(name, index) for name, index in sorted(indexes.items())]

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:  # noqa: ARG002 - told index by index
        """Drops first, then what is made; an index that changes is dropped and made again."""
        before, after = self.pair(change.desired, change.live) or ({}, {})
        planned = Planned()
        for name in sorted({*before, *after}):
            have, wanted = before.get(name), after.get(name)
            if have != wanted:
                own = _plan_index(change, name, have, wanted)
                planned = Planned(drafts=planned.drafts + own.drafts, found=planned.found + own.found)
        return planned

    def waiting(self, change: TableChange) -> tuple[Draft, ...]:
        """Steps that wait for indexes of the plan that are still being filled, as after a run that stopped there."""
        before, after = self.pair(change.desired, change.live) or ({}, {})
        return tuple(
            _create(change, name, (), reason=f"Waits until the vector index {name}, which is being made, is filled.")
            for name in sorted(change.live.building & before.keys() & after.keys())
            if before[name] == after[name]
        )


def _live_index(index: Mapping[str, Json]) -> dict[str, Json]:
    searched: dict[str, list[str]] = {"HASH": [], "INLINE_FILTER": []}
    for element in index.get("SearchSchema") or ():
        searched[element["SearchSchemaElementType"]].append(element["AttributeName"])
    found: dict[str, Json] = {
        "attribute": index["VectorAttribute"]["AttributeName"],
        "dimensions": int(index["Dimensions"]),
        "distance": index["DistanceFunction"],
    }
    if searched["HASH"]:
        found["partition_key"] = searched["HASH"][0]
    return {**found, "filters": sorted(searched["INLINE_FILTER"]), "projection": projection(index["Projection"])}


def _member(name: str, index: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {
        "IndexName": name,
        "VectorAttribute": {"AttributeName": index["attribute"]},
        "Dimensions": index["dimensions"],
        "DistanceFunction": index["distance"],
        "Projection": projection_schema(index["projection"]),
    }
    searched = [("HASH", index["partition_key"])] if "partition_key" in index else []
    searched += [("INLINE_FILTER", attribute) for attribute in index["filters"]]
    if searched:
        found["SearchSchema"] = [
            {"AttributeName": attribute, "SearchSchemaElementType": kind} for kind, attribute in searched
        ]
    return found


def _comparable(state: TableState) -> dict[str, Json]:
    value, types = state.settings.get(VectorIndexes.name), state.settings["key_types"]
    return {
        name: {**index, "types": {key: types[key] for key in _searched_by(index) if key in types}}
        for name, index in (value.items() if isinstance(value, Mapping) else ())
    }


def _plan_index(change: TableChange, name: str, before: Json, after: Json) -> Planned:
    path = path_text((VectorIndexes.name, name))
    table = change.table.name
    comes = (FieldChange(path=path, before=None, after=after),)
    goes = (FieldChange(path=path, before=before, after=None),)
    if before is None:
        return Planned(drafts=(_create(change, name, comes, reason=f"Adds the vector index {name}."),))
    if after is None:
        danger = f"The vector index {name} of {table} is deleted; whoever still searches it gets errors."
        return Planned(
            drafts=(_drop(change, name, goes, "The plan does not name it.", HazardKind.DROPS_INDEX, danger),)
        )
    danger = (
        f"The vector index {name} of {table} is dropped and made again; for minutes, and longer on a large table, "
        "nobody can search it."
    )
    reason = f"DynamoDB cannot change the vector index {name} in place: it is dropped and made again."
    note = diagnostic(
        codes.INDEX_RECIPE,
        change.table,
        VectorIndexes.name,
        address=f"{change.table.address}.index.{name}",
        what=f"The definition of the vector index {name} changes.",
        fix=f"To serve searches throughout: keep {name} as it is and declare {name}_2 beside it; apply; move the "
        f"searches to {name}_2; remove {name} from the plan; apply again.",
    )
    drop = _drop(change, name, goes, reason, HazardKind.INDEX_UNAVAILABLE, danger)
    create = _create(change, name, comes, reason=f"Makes the vector index {name} again as the plan has it.")
    return Planned(drafts=(drop, create), found=note.found)


def _create(change: TableChange, name: str, own: tuple[FieldChange, ...], *, reason: str) -> Draft:
    long = f"DynamoDB takes about 9 minutes to add {name}, and longer on a large table; the table stays usable."
    step = change.step(
        f"index.{name}",
        {"kind": "create_vector_index", "index": name},
        symbol="+",
        reason=reason,
        changes=own,
        hazards=((HazardKind.LONG_RUNNING, long),),
        estimate=estimates.CREATE_VECTOR_INDEX,
    )
    return Draft(phase=Phase.CREATE_INDEX, step=step)


def _drop(
    change: TableChange, name: str, own: tuple[FieldChange, ...], reason: str, kind: HazardKind, danger: str
) -> Draft:
    step = change.step(
        f"index.{name}.drop",
        {"kind": "delete_vector_index", "index": name},
        address=f"index.{name}",
        symbol="-",
        reason=reason,
        changes=own,
        hazards=((kind, danger),),
        estimate=estimates.DROP_INDEX,
    )
    return Draft(phase=Phase.DROP_INDEX, step=step)
