"""Global secondary indexes: added, dropped and made again, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, diagnostic, path_text
from planner.settings.billing import ON_DEMAND, PROVISIONED, Billing, both_provisioned, steady_units
from planner.settings.index_units import live_units, plan_units, settled_units, units_schema
from planner.settings.keys import key_names, key_schema, projection, projection_schema
from planner.settings.warm import steady_warm
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

_DEFINITION = ("partition_key", "sort_key", "projection", "types")


class GlobalIndexes(Setting):
    """Global indexes by name; complete: what the plan does not name is dropped."""

    name: ClassVar[str] = "global_secondary_indexes"
    managed: ClassVar[bool] = False

    def live(self, info: Mapping[str, Json]) -> Json:
        """Keys, projection and units by name; an index that is being deleted is gone."""
        provisioned = Billing().live(info) == PROVISIONED
        return {
            index["IndexName"]: _live_index(index, provisioned=provisioned)
            for index in info["Table"].get("GlobalSecondaryIndexes", ())
            if index.get("IndexStatus") != "DELETING"
        }

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """Definitions with the types of their keys, and units where the table is and stays provisioned."""
        before, after = _comparable(live), _comparable(desired)
        provisioned = both_provisioned(desired, live)
        for name, index in after.items():
            own = before.get(name, {})
            have, wanted = settled_units(desired, live, name, provisioned=provisioned)
            own.update(have)
            index.update(wanted)
        return before, after

    def steady(self, desired: Json, live: Json) -> Json:
        """Live indexes without the units that autoscaling and AWS move by themselves."""
        found = {}
        for name, index in (live or {}).items():
            own = (desired or {}).get(name, {})
            found[name] = {
                **index,
                **({"capacity": steady_units(own.get("capacity"), index["capacity"])} if "capacity" in index else {}),
                **({"warm": steady_warm(own.get("warm"), index["warm"])} if "warm" in index else {}),
            }
        return found

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """GlobalSecondaryIndexes, by name; an empty list is refused by DynamoDB and left out."""
        indexes = []
        for name, index in sorted(state.settings.get(self.name, {}).items()):
            member: dict[str, Json] = {
                "IndexName": name,
                "KeySchema": key_schema(tuple(index["partition_key"]), tuple(index["sort_key"])),
                "Projection": projection_schema(index["projection"]),
            }
            member |= units_schema(index, provisioned=state.settings.get("billing", ON_DEMAND) == PROVISIONED)
            indexes.append(member)
        if indexes:
            schema["GlobalSecondaryIndexes"] = indexes

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """Drops first, then new units, then what is made."""
        before, after = self.pair(change.desired, change.live) or ({}, {})
        drafts: list[Draft] = []
        notes: Planned = Planned()
        for name in sorted(set(before) | set(after)):
            own = _of_index(found, path_text((self.name, name)))
            planned = _plan_index(change, name, before.get(name), after.get(name), own)
            drafts += planned.drafts
            notes = Planned(found=notes.found + planned.found)
        return Planned(drafts=tuple(drafts), found=notes.found)

    def waiting(self, change: TableChange) -> tuple[Draft, ...]:
        """Steps that wait for indexes of the plan that are still being filled, as after a run that stopped there."""
        wanted = self.pair(change.desired, change.live)
        if wanted is None:
            return ()
        before, after = wanted
        return tuple(
            _create(change, name, (), reason=f"Waits until the index {name}, which is being made, is filled.")
            for name in sorted(change.live.building)
            if name in after and name in before and not is_redefined(before[name], after[name])
        )


def _live_index(index: Mapping[str, Json], *, provisioned: bool) -> Json:
    found: dict[str, Json] = {
        "partition_key": key_names(index["KeySchema"], "HASH"),
        "sort_key": key_names(index["KeySchema"], "RANGE"),
        "projection": projection(index["Projection"]),
    }
    return found | live_units(index, provisioned=provisioned)


def _comparable(state: TableState) -> dict[str, dict[str, Json]]:
    types = state.settings["key_types"]
    found: dict[str, dict[str, Json]] = {}
    for name, index in state.settings.get("global_secondary_indexes", {}).items():
        keys = (*index["partition_key"], *index["sort_key"])
        found[name] = {
            "partition_key": list(index["partition_key"]),
            "sort_key": list(index["sort_key"]),
            "projection": index["projection"] if isinstance(index["projection"], str) else sorted(index["projection"]),
            "types": {key: types[key] for key in keys if key in types},
        }
    return found


def _of_index(found: tuple[FieldChange, ...], path: str) -> tuple[FieldChange, ...]:
    return tuple(change for change in found if change.path == path or change.path.startswith(f"{path}."))


def is_redefined(before: Json, after: Json) -> bool:
    """Whether what can never change of an index is another."""
    return any(before[part] != after[part] for part in _DEFINITION)


def made_again(desired: TableState, live: TableState) -> frozenset[str]:
    """Indexes that stay by name and that a diff drops and makes again: what they had goes with them."""
    before, after = GlobalIndexes().pair(desired, live) or ({}, {})
    return frozenset(name for name in before.keys() & after.keys() if is_redefined(before[name], after[name]))


def _plan_index(change: TableChange, name: str, before: Json, after: Json, own: tuple[FieldChange, ...]) -> Planned:
    if before is None:
        return Planned(drafts=(_create(change, name, _whole(name, None, after), reason=f"Adds the index {name}."),))
    if after is None:
        return _drop(change, name, _whole(name, before, None))
    if is_redefined(before, after):
        return _replace(change, name, before, after)
    return plan_units(change, name, before, after, own)


def _whole(name: str, before: Json, after: Json) -> tuple[FieldChange, ...]:
    """An index that comes or goes, as one value."""
    return (FieldChange(path=path_text((GlobalIndexes.name, name)), before=before, after=after),)


def _create(change: TableChange, name: str, own: tuple[FieldChange, ...], *, reason: str) -> Draft:
    long = f"DynamoDB takes from 9 to 17 minutes to add {name}, and longer on a large table; the table stays usable."
    step = change.step(
        f"index.{name}",
        {"kind": "create_index", "index": name},
        symbol="+",
        reason=reason,
        changes=own,
        hazards=((HazardKind.LONG_RUNNING, long),),
        estimate=estimates.CREATE_INDEX,
    )
    return Draft(phase=Phase.CREATE_INDEX, step=step)


def _readers(change: TableChange, index: str) -> list[str]:
    return [query.name for query in change.queries if query.call.arguments.get("index_name") == index]


def _drop(change: TableChange, name: str, own: tuple[FieldChange, ...]) -> Planned:
    address = f"{change.table.address}.index.{name}"
    readers = _readers(change, name)
    if readers:
        return diagnostic(
            codes.INDEX_NEEDED,
            change.table,
            "global_secondary_indexes",
            address=address,
            what=f"The plan has no index {name} of {change.table.key} and reads it in: {', '.join(readers)}.",
            fix="Keep the index in the plan, or move or remove these queries first.",
        )
    danger = f"The index {name} of {change.table.name} is deleted; whoever still reads it gets errors."
    draft = _drop_draft(change, name, own, "The plan does not name this index.", (HazardKind.DROPS_INDEX, danger))
    return Planned(drafts=(draft,))


def _drop_draft(
    change: TableChange,
    name: str,
    own: tuple[FieldChange, ...],
    reason: str,
    hazard: tuple[HazardKind, str],
) -> Draft:
    step = change.step(
        f"index.{name}.drop",
        {"kind": "delete_index", "index": name},
        address=f"index.{name}",
        symbol="-",
        reason=reason,
        changes=own,
        hazards=(hazard,),
        estimate=estimates.DROP_INDEX,
    )
    return Draft(phase=Phase.DROP_INDEX, step=step)


def _replace(change: TableChange, name: str, before: Json, after: Json) -> Planned:
    readers = _readers(change, name)
    unserved = (
        f"Queries without an index until then: {', '.join(readers)}." if readers else "No query of the plan reads it."
    )
    danger = (
        f"The index {name} of {change.table.name} is dropped and made again, for 9 to 17 minutes and longer on a large "
        f"table nobody can read it. {unserved}"
    )
    drop = _drop_draft(
        change,
        name,
        _whole(name, before, None),
        f"DynamoDB cannot change the index {name} in place: it is dropped and made again.",
        (HazardKind.INDEX_UNAVAILABLE, danger),
    )
    create = _create(
        change, name, _whole(name, None, after), reason=f"Makes the index {name} again as the plan has it."
    )
    note = diagnostic(
        codes.INDEX_RECIPE,
        change.table,
        "global_secondary_indexes",
        address=f"{change.table.address}.index.{name}",
        what=f"The keys, their types or the projection of {name} change.",
        fix=f"To serve readers throughout: keep {name} as it is and declare {name}_2 beside it; apply; move the "
        f"readers and the plan's queries to {name}_2; remove {name} from the plan; apply again.",
    )
    return Planned(drafts=(drop, create), found=note.found)
