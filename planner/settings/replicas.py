"""Replicas of a table in other Regions: the last of its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.settings import estimates
from planner.settings.arns import region_of
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, diagnostic
from planner.settings.replica_values import (
    CONSISTENCY,
    OF_ALL,
    OFF,
    REPLICAS,
    STRONG,
    WITNESSES,
    live_shape,
    member,
    regions_of,
    shape_of,
)
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json


class Replicas(Setting):
    """Replicas by Region, complete: one that the plan does not name is dropped, with its data."""

    name: ClassVar[str] = "replicas"
    later: ClassVar[bool] = True

    def live(self, info: Mapping[str, Json]) -> Json:
        """The Regions, how consistent they are, and the witness; ``off`` for a table of one Region."""
        return live_shape(info["Table"]) or OFF

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """Which replicas there are; what each has of its own is compared by the settings below."""
        if self.name not in desired.settings:
            return None
        return shape_of(live.settings.get(self.name)), shape_of(desired.settings[self.name])

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Replicas with what each has of its own, MultiRegionConsistency, GlobalTableWitnesses."""
        if self.name not in state.settings:
            return
        value = state.settings[self.name]
        own = state.settings.get("replica_settings", {})
        schema[REPLICAS] = [
            member(region, {**said, **own.get(region, {})}) for region, said in regions_of(value).items()
        ]
        shape = shape_of(value)
        if shape.get("consistency") == STRONG:
            schema[CONSISTENCY] = "STRONG"
        if "witness" in shape:
            schema[WITNESSES] = [{"RegionName": shape["witness"]}]

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:  # noqa: ARG002 - told by Region
        """A step for each Region; strongly consistent ones come and go together."""
        before, after = self.pair(change.desired, change.live) or ({}, {})
        home = region_of(change.live.arn)
        if home and home in after:
            return _refuse_home(change, home)
        if STRONG in {before.get("consistency"), after.get("consistency")}:
            return _plan_strong(change, before, after)
        gone = [_drop(change, region) for region in sorted(before.keys() - after.keys() - OF_ALL)]
        come = [_create(change, region) for region in sorted(after.keys() - before.keys() - OF_ALL)]
        return Planned(drafts=(*gone, *come))


def _refuse_home(change: TableChange, region: str) -> Planned:
    return diagnostic(
        codes.REPLICA_AT_HOME,
        change.table,
        Replicas.name,
        address=f"{change.table.address}.replicas.{region}",
        what=f"The plan names {region} as a replica of {change.table.name}, which is the table itself.",
        fix=f"Remove {region} from `replicas`; they are the other Regions.",
    )


def _plan_strong(change: TableChange, before: Mapping[str, Json], after: Mapping[str, Json]) -> Planned:
    if not before:
        return Planned(drafts=(_create_strong(change, after),))
    if not after:
        return Planned(drafts=(_drop_strong(change, before),))
    name = change.table.name
    return diagnostic(
        codes.REPLICAS_FIXED,
        change.table,
        Replicas.name,
        address=f"{change.table.address}.replicas",
        what=f"The plan changes the consistency, the Regions or the witness of the replicas of {name}.",
        fix="Make a second table beside it with the wanted replicas, copy the items and move readers and writers. Or "
        "write `replicas: off`, apply, and declare the others: DynamoDB makes strongly consistent replicas of an empty "
        "table only.",
    )


def _where(table: str, region: str) -> str:
    return (
        f"All items of {table}, and every later write, are kept in {region} as well: under that Region's law, and open "
        "to whoever may read tables there."
    )


def _create(change: TableChange, region: str) -> Draft:
    name, own = change.table.name, regions_of(change.desired.settings[Replicas.name])[region]
    costs = f"A replica in {region} is billed: its storage, its reads, and every write of {name} once more."
    long = f"DynamoDB copies {name} to {region}, for minutes at least and hours where it is large."
    step = change.step(
        f"replicas.{region}",
        {"kind": "create_replica", "region": region},
        symbol="+",
        reason=f"Makes a replica of the table in {region}.",
        changes=(FieldChange(path=f"replicas.{region}", before=None, after=own or True),),
        hazards=(
            (HazardKind.EXPOSES_DATA, _where(name, region)),
            (HazardKind.COSTS, costs),
            (HazardKind.LONG_RUNNING, long),
        ),
        estimate=estimates.CREATE_REPLICA,
    )
    return Draft(phase=Phase.REPLICAS, step=step)


def _drop(change: TableChange, region: str) -> Draft:
    lost = f"The replica of {change.table.name} in {region} is deleted with its items; whoever reads it gets errors."
    step = change.step(
        f"replicas.{region}.drop",
        {"kind": "delete_replica", "region": region},
        address=f"replicas.{region}",
        symbol="-",
        reason="The plan does not name this replica.",
        changes=(FieldChange(path=f"replicas.{region}", before=True, after=None),),
        hazards=((HazardKind.DROPS_DATA, lost),),
        estimate=estimates.DROP_REPLICA,
    )
    return Draft(phase=Phase.DROP_REPLICA, step=step)


def _members(shape: Mapping[str, Json]) -> tuple[str, str]:
    """The Regions as text, and with the witness where there is one."""
    regions = " and ".join(sorted(shape.keys() - OF_ALL))
    return regions, f"{regions}, with a witness in {shape['witness']}" if "witness" in shape else regions


def _create_strong(change: TableChange, after: Mapping[str, Json]) -> Draft:
    name, (regions, all_of_it) = change.table.name, _members(after)
    costs = f"Replicas in {regions} are billed: storage, reads, and every write of {name} once more for each."
    step = change.step(
        Replicas.name,
        {"kind": "create_strong_replicas"},
        symbol="+",
        reason=f"Makes strongly consistent replicas in {all_of_it}; DynamoDB makes them of an empty table only.",
        changes=(FieldChange(path=Replicas.name, before=None, after=dict(after)),),
        hazards=(
            (HazardKind.EXPOSES_DATA, _where(name, regions)),
            (HazardKind.COSTS, costs),
            (HazardKind.LONG_RUNNING, f"DynamoDB makes the replicas of {name} for minutes."),
        ),
        estimate=estimates.CREATE_REPLICA,
    )
    return Draft(phase=Phase.REPLICAS, step=step)


def _drop_strong(change: TableChange, before: Mapping[str, Json]) -> Draft:
    regions, all_of_it = _members(before)
    lost = f"The replicas of {change.table.name} in {regions} are deleted with their items; readers get errors."
    step = change.step(
        f"{Replicas.name}.drop",
        {"kind": "delete_strong_replicas"},
        address=Replicas.name,
        symbol="-",
        reason=f"The plan names no replicas: those in {all_of_it} go together.",
        changes=(FieldChange(path=Replicas.name, before=dict(before), after=None),),
        hazards=((HazardKind.DROPS_DATA, lost),),
        estimate=estimates.DROP_REPLICA,
    )
    return Draft(phase=Phase.DROP_REPLICA, step=step)
