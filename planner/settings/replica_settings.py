"""What a replica has of its own: overrides that UpdateTable sets, and settings that are set in its own Region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, diagnostic, path_text
from planner.settings.replica_values import (
    OFF,
    OVERRIDES,
    OWN,
    REPLICAS,
    UNTOUCHED,
    declared,
    live_overrides,
    live_shape,
    settle_recovery,
    shape_of,
)
from planner.settings.tags import user_tags
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

MEMBER = "ReplicaSettings"


def replica_overrides_of(settings: Mapping[str, Json]) -> dict[str, Json]:
    """The overrides that a plan's replicas declare, by Region."""
    return dict(declared(settings.get("replicas"), OVERRIDES))


def replica_settings_of(settings: Mapping[str, Json]) -> dict[str, Json]:
    """The settings of their own that a plan's replicas declare, by Region; inherited tags are the table's."""
    found: dict[str, Json] = {}
    for region, own in declared(settings.get("replicas"), OWN).items():
        tags = {"tags": dict(settings.get("tags", {}))} if own.get("tags") == "inherit" else {}
        found[region] = {**own, **tags}
    return found


class ReplicaOverrides(Setting):
    """KMS key, table class and read units of each replica that declares them, by Region."""

    name: ClassVar[str] = "replica_overrides"
    title: ClassVar[str] = "key, class and read units of replicas"
    derived: ClassVar[bool] = True
    later: ClassVar[bool] = True

    def live(self, info: Mapping[str, Json]) -> Json:
        """What each live replica has of its own."""
        shape = live_shape(info["Table"])
        return {
            replica["RegionName"]: live_overrides(replica)
            for replica in info["Table"].get(REPLICAS, ())
            if replica["RegionName"] in shape
        }

    def declared(self, settings: Mapping[str, Json]) -> bool:
        """Whether a replica declares any."""
        return bool(settings.get(self.name))

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """The declared parts of replicas that are there; a new one is made with its own."""
        have = live.settings.get(self.name) or {}
        wanted = desired.settings.get(self.name) or {}
        after = {region: own for region, own in wanted.items() if region in have}
        before = {region: _same_parts(have[region], own) for region, own in after.items()}
        return before, after

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Nothing: ``replicas`` writes it."""

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """A step for each replica; a refusal for another key."""
        before, after = self.pair(change.desired, change.live) or ({}, {})
        planned = Planned()
        for region in sorted(after):
            if before[region] == after[region]:
                continue
            own = _of_region(self.name, region, found)
            if before[region].get("kms_key") != after[region].get("kms_key"):
                planned = Planned(drafts=planned.drafts, found=planned.found + _refuse_key(change, region).found)
            else:
                planned = Planned(drafts=(*planned.drafts, _update(change, region, own)), found=planned.found)
        return planned


class ReplicaSettings(Setting):
    """Recovery, deletion protection and tags of each replica that declares them, by Region."""

    name: ClassVar[str] = "replica_settings"
    title: ClassVar[str] = "recovery, protection and tags of replicas"
    aspect: ClassVar[str] = "replicas"
    derived: ClassVar[bool] = True
    later: ClassVar[bool] = True

    def live(self, info: Mapping[str, Json]) -> Json:
        """What was read in each replica's own Region."""
        if MEMBER not in info:
            return None
        return {region: _own(answer) for region, answer in info[MEMBER].items()}

    def declared(self, settings: Mapping[str, Json]) -> bool:
        """Whether a replica declares any."""
        return bool(settings.get(self.name))

    def is_read(self, settings: Mapping[str, Json], recorded: Mapping[str, Json] | None) -> bool:  # noqa: ARG002 - see below
        """Where a replica declares any: whatever was recorded, what is not declared is not compared."""
        return self.declared(settings)

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """The declared parts; a replica that is not there yet has none of them. An engine may lack one."""
        wanted = desired.settings.get(self.name)
        if not wanted:
            return None
        there = shape_of(live.settings.get("replicas"))
        read = live.settings.get(self.name) or {}
        before, after = {}, {}
        for region, own in wanted.items():
            have = read.get(region) if region in there else UNTOUCHED
            if have is not None:
                before[region] = _same_parts(have, own)
                after[region] = {part: _settle(part, own[part], have[part]) for part in own if part in have}
        return before, after

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Nothing: ``replicas`` writes it."""

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """A step for each setting of each replica."""
        before, after = self.pair(change.desired, change.live) or ({}, {})
        drafts = []
        for region in sorted(after):
            for part in OWN:
                have, wanted = before[region].get(part), after[region].get(part)
                if have != wanted:
                    own = _of_region(self.name, region, found, part)
                    drafts.append(_set(change, region, part, have, wanted, own))
        return Planned(drafts=tuple(drafts))


def _same_parts(have: Mapping[str, Json], wanted: Mapping[str, Json]) -> dict[str, Json]:
    """The live value of what is declared, down to each index's units."""
    found: dict[str, Json] = {}
    for part, value in wanted.items():
        if part not in have:
            continue
        if part == "global_secondary_indexes":
            found[part] = {name: _same_parts(have[part].get(name, {}), units) for name, units in value.items()}
        else:
            found[part] = have[part]
    return found


def _settle(part: str, desired: Json, live: Json) -> Json:
    return settle_recovery(desired, live) if part == "point_in_time_recovery" else desired


def _own(answer: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    if "ContinuousBackups" in answer:
        recovery = (answer["ContinuousBackups"] or {}).get("PointInTimeRecoveryDescription") or {}
        days = recovery.get("RecoveryPeriodInDays")
        on = recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
        found["point_in_time_recovery"] = ("on" if days is None else {"days": days}) if on else OFF
    if "DeletionProtectionEnabled" in answer:
        found["deletion_protection"] = bool(answer["DeletionProtectionEnabled"])
    if "Tags" in answer:
        found["tags"] = user_tags(answer["Tags"] or {})
    return found


def _of_region(name: str, region: str, found: tuple[FieldChange, ...], part: str = "") -> tuple[FieldChange, ...]:
    """The differences of one replica, or of one part of it, told as the plan has them."""
    prefix = path_text((name, region, *([part] if part else [])))
    return tuple(
        FieldChange(path="replicas" + f.path.removeprefix(name), before=f.before, after=f.after)
        for f in found
        if f.path in (prefix, path_text((name, region))) or f.path.startswith(f"{prefix}.")
    )


def _refuse_key(change: TableChange, region: str) -> Planned:
    return diagnostic(
        codes.REPLICA_KEY_FIXED,
        change.table,
        "replicas",
        address=f"{change.table.address}.replicas.{region}",
        what=f"The plan gives the replica of {change.table.name} in {region} another KMS key.",
        fix=f"Remove {region} from `replicas` and apply, which drops that replica; then declare it with the other key.",
    )


def _update(change: TableChange, region: str, own: tuple[FieldChange, ...]) -> Draft:
    step = change.step(
        f"replicas.{region}.overrides",
        {"kind": "update_replica", "region": region},
        address=f"replicas.{region}",
        symbol="~",
        reason=f"Changes what the replica in {region} has of its own.",
        changes=own,
        estimate=estimates.UPDATE_REPLICA,
    )
    return Draft(phase=Phase.REPLICAS, step=step)


def _set(change: TableChange, region: str, part: str, have: Json, wanted: Json, own: tuple[FieldChange, ...]) -> Draft:
    danger = _danger(f"The replica of {change.table.name} in {region}", part, have, wanted)
    step = change.step(
        f"replicas.{region}.{part}",
        {"kind": f"replica_{part}", "region": region},
        symbol="~",
        reason=f"Sets {part.replace('_', ' ')} of the replica in {region}.",
        changes=own,
        hazards=((HazardKind.WEAKENS_PROTECTION, danger),) if danger else (),
        estimate=estimates.REPLICA_SETTING,
    )
    return Draft(phase=Phase.REPLICAS, step=step)


def _danger(replica: str, part: str, have: Json, wanted: Json) -> str:
    match part:
        case "deletion_protection" if have and not wanted:
            return f"{replica} can be deleted by one call of anybody who may delete tables."
        case "point_in_time_recovery" if have != OFF and wanted == OFF:
            return f"{replica} can no longer be restored to an earlier state, and the history kept so far is lost."
        case "point_in_time_recovery" if isinstance(have, Mapping) and wanted["days"] < have["days"]:
            return f"{replica} can be restored to the last {wanted['days']} days only, no longer to {have['days']}."
        case _:
            return ""
