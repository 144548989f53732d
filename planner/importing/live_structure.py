"""Keys and indexes of a live table in the plan's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.importing.live_units import capacity, insights, maximum, note_warm
from planner.importing.values import Typed
from planner.settings.billing import PROVISIONED
from planner.settings.units import OFF
from planner.values import Json


def live_structure(settings: Mapping[str, Json], todos: list[str], *, units: bool = True) -> dict[str, Json]:
    """Keys, types and indexes.

    Args:
        settings: A live table's, in canonical form.
        todos: Takes what a plan cannot hold.
        units: Whether indexes say their units and insights; an external table's do not.
    """
    keys = settings["keys"]
    types = {name: kind for name, kind in sorted(settings["key_types"].items()) if kind != "S"}
    found: dict[str, Json] = {"key_types": types} if types else {}
    found["partition_key"] = text(keys["partition_key"])
    if keys["sort_key"] is not None:
        found["sort_key"] = text(keys["sort_key"])
    indexes = settings.get("global_secondary_indexes") or {}
    if indexes:
        found["global_secondary_indexes"] = {
            name: _global_index(index) | (_units(name, index, settings, todos) if units else {})
            for name, index in sorted(indexes.items())
        }
    local = settings.get("local_secondary_indexes") or {}
    if local:
        found["local_secondary_indexes"] = {
            name: {"sort_key": text(index["sort_key"])} | _projection(index) for name, index in sorted(local.items())
        }
    vectors = settings.get("vector_indexes")
    if isinstance(vectors, Mapping) and vectors:
        found["vector_indexes"] = {name: _vector_index(index) for name, index in sorted(vectors.items())}
    return found


def text(value: str) -> Json:
    """A text that is never taken for the word ``off``."""
    return Typed({"S": value}) if value == OFF else value


def _names(names: Sequence[str]) -> Json:
    return text(names[0]) if len(names) == 1 else [text(name) for name in names]


def _projection(index: Mapping[str, Json]) -> dict[str, Json]:
    value = index["projection"]
    if isinstance(value, str):
        return {} if value == "ALL" else {"projection": value}
    return {"projection": [text(name) for name in value]}


def _global_index(index: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {"partition_key": _names(index["partition_key"])}
    if index["sort_key"]:
        found["sort_key"] = _names(index["sort_key"])
    return found | _projection(index)


def _units(name: str, index: Mapping[str, Json], settings: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
    """What the index has of its own: units that differ from the table's, a maximum, insights."""
    key = f"global_secondary_indexes.{name}"
    found: dict[str, Json] = {}
    if settings.get("billing") == PROVISIONED:
        scaling = settings.get("autoscaling") or {}
        own = capacity(index.get("capacity"), scaling.get("indexes", {}).get(name), f"{key}.capacity", todos)
        of_table = capacity(settings.get("capacity"), scaling.get("table"), "capacity", [])
        found |= {"capacity": own} if own is not None and own != of_table else {}
    else:
        found |= maximum(index.get("maximum"))
    note_warm(index.get("warm"), index.get("capacity"), f"{key}.warm", todos)
    return found | insights((settings.get("index_contributor_insights") or {}).get(name))


def _vector_index(index: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {name: index[name] for name in ("dimensions", "distance")}
    found = {"attribute": text(index["attribute"])} | found
    if index.get("partition_key"):
        found["partition_key"] = text(index["partition_key"])
    if index.get("filters"):
        found["filters"] = [text(name) for name in index["filters"]]
    return found | _projection(index)
