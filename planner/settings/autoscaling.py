"""Autoscaling of provisioned units: ``capacity: {read: {min, max, target}}``, of a table and of its indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, path_text
from planner.settings.billing import PROVISIONED, both_provisioned
from planner.settings.indexes import made_again
from planner.settings.units import OFF, PROVISIONED_UNITS, SIDES, is_range, settle_capacity
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

MEMBER = "AutoScaling"
TABLE = "table"
INDEXES = "indexes"
NONE: Mapping[str, Json] = dict.fromkeys(SIDES, OFF)
_SIDE_OF = {name: side for side, name in PROVISIONED_UNITS.items()}


def scaling_of(settings: Mapping[str, Json]) -> dict[str, Json]:
    """What a plan's capacity says of autoscaling: plain units and on demand are ``off``.

    Args:
        settings: A desired table's settings with ``billing``, ``capacity`` and ``global_secondary_indexes``.
    """
    provisioned = settings.get("billing") == PROVISIONED
    indexes = settings.get("global_secondary_indexes", {})

    def ranges(capacity: Json) -> dict[str, Json]:
        if not provisioned or not isinstance(capacity, Mapping):
            return dict(NONE)
        return {side: dict(capacity[side]) if is_range(capacity[side]) else OFF for side in SIDES}

    return {
        TABLE: ranges(settings.get("capacity")),
        INDEXES: {name: ranges(index.get("capacity")) for name, index in indexes.items()},
    }


def scaling_in(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The same, read back from a ``table_schema``."""
    found: dict[str, Json] = {
        TABLE: dict(NONE),
        INDEXES: {index["IndexName"]: dict(NONE) for index in schema.get("GlobalSecondaryIndexes", ())},
    }
    for target in schema.get(MEMBER, ()):
        sides = found[INDEXES].setdefault(target["IndexName"], dict(NONE)) if "IndexName" in target else found[TABLE]
        sides[_SIDE_OF[target["ScalableDimension"]]] = {
            "min": target["MinCapacity"],
            "max": target["MaxCapacity"],
            "target": target["TargetValue"],
        }
    return found


def resources(value: Mapping[str, Json]) -> Iterator[tuple[str | None, Mapping[str, Json]]]:
    """The table (None) and each index by name, with its two sides."""
    yield None, value[TABLE]
    yield from value[INDEXES].items()


def members(value: Mapping[str, Json]) -> list[Json]:
    """The ``AutoScaling`` member that stands for a value."""
    return [
        {
            **({} if index is None else {"IndexName": index}),
            "ScalableDimension": PROVISIONED_UNITS[side],
            "MinCapacity": sides[side]["min"],
            "MaxCapacity": sides[side]["max"],
            "TargetValue": sides[side]["target"],
        }
        for index, sides in resources(value)
        for side in SIDES
        if is_range(sides[side])
    ]


class AutoScaling(Setting):
    """Ranges and aims of a table's and its indexes' units; ``off`` where the plan gives plain units."""

    name: ClassVar[str] = "autoscaling"
    aspect: ClassVar[str] = "autoscaling"
    derived: ClassVar[bool] = True

    def live(self, info: Mapping[str, Json]) -> Json:
        """Scalable targets with the aims of their policies; a target without a policy of its kind has no aim."""
        if MEMBER not in info:
            return None
        indexes = [index["IndexName"] for index in info["Table"].get("GlobalSecondaryIndexes", ())]
        found: dict[str, Json] = {TABLE: dict(NONE), INDEXES: {name: dict(NONE) for name in indexes}}
        aims = {
            (policy["ResourceId"], policy["ScalableDimension"]): _aim(policy)
            for policy in info[MEMBER]["ScalingPolicies"]
            if policy.get("PolicyType") == "TargetTrackingScaling"
        }
        for target in info[MEMBER]["ScalableTargets"]:
            resource, dimension = target["ResourceId"], target["ScalableDimension"]
            index = resource.partition("/index/")[2]
            sides = found[INDEXES].get(index) if index else found[TABLE]
            if sides is not None:
                sides[_SIDE_OF[dimension.rpartition(":")[2]]] = {
                    "min": target["MinCapacity"],
                    "max": target["MaxCapacity"],
                    "target": aims.get((resource, dimension)),
                }
        return found

    def declared(self, settings: Mapping[str, Json]) -> bool:
        """Whether a side of the table or of an index has a range."""
        return bool(members(settings[self.name])) if self.name in settings else False

    def is_read(self, settings: Mapping[str, Json], recorded: Mapping[str, Json] | None) -> bool:
        """Where units are provisioned, were when the plan was last applied, or nobody knows."""
        if self.name not in settings:
            return False
        return settings.get("billing") == PROVISIONED or recorded is None or recorded.get("billing") == PROVISIONED

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """Both with the same indexes: one that comes scales not yet, one that goes scales no more."""
        wanted, have = desired.settings.get(self.name), live.settings.get(self.name)
        if wanted is None or have is None:
            return None
        names = sorted({*wanted[INDEXES], *have[INDEXES]})
        return _with_indexes(have, names), _with_indexes(wanted, names)

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """AutoScaling, beside CreateTable's own members; nothing where nothing scales."""
        found = members(state.settings[self.name]) if self.name in state.settings else []
        if found:
            schema[MEMBER] = found

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:  # noqa: ARG002 - told side by side
        """What ends comes before the units change, what begins or changes after; a step each for table and index.

        The range of an index that is made begins as soon as the index is there.
        """
        before, after = self.pair(change.desired, change.live) or ({}, {})
        drafts: list[Draft] = []
        for (index, have), (_, wanted) in zip(resources(before), resources(after), strict=True):
            ends = [side for side in SIDES if is_range(have[side]) and not is_range(wanted[side])]
            sets = [side for side in SIDES if is_range(wanted[side]) and have[side] != wanted[side]]
            if ends:
                drafts.append(_end(change, index, have, wanted, ends))
                drafts += _units_again(change, index, ends)
            if sets:
                drafts.append(_set(change, index, have, wanted, sets))
        return Planned(drafts=tuple(drafts))


def _aim(policy: Mapping[str, Json]) -> Json:
    value = (policy.get("TargetTrackingScalingPolicyConfiguration") or {}).get("TargetValue")
    return int(value) if value is not None and value == int(value) else value


def _with_indexes(value: Mapping[str, Json], names: list[str]) -> dict[str, Json]:
    return {TABLE: value[TABLE], INDEXES: {name: value[INDEXES].get(name, dict(NONE)) for name in names}}


def _place(index: str | None) -> str:
    return "" if index is None else f"index.{index}."


def _changes(
    index: str | None, have: Mapping[str, Json], wanted: Mapping[str, Json], sides: list[str]
) -> tuple[FieldChange, ...]:
    prefix = "" if index is None else path_text(("global_secondary_indexes", index)) + "."
    return tuple(
        FieldChange(
            path=f"{prefix}capacity.{side}",
            before=have[side] if is_range(have[side]) else None,
            after=wanted[side] if is_range(wanted[side]) else None,
        )
        for side in sides
    )


def _subject(change: TableChange, index: str | None) -> str:
    return change.table.name if index is None else f"the index {index} of {change.table.name}"


def _kind(index: str | None) -> dict[str, Json]:
    return {"kind": AutoScaling.name} | ({} if index is None else {"index": index})


def _end(
    change: TableChange,
    index: str | None,
    have: Mapping[str, Json],
    wanted: Mapping[str, Json],
    sides: list[str],
) -> Draft:
    kept = {side: have[side] if is_range(wanted[side]) and _is_whole(have[side]) else wanted[side] for side in SIDES}
    shown = {TABLE: kept if index is None else dict(NONE), INDEXES: {} if index is None else {index: kept}}
    step = change.step(
        f"{_place(index)}autoscaling.end",
        _kind(index),
        address=f"{_place(index)}autoscaling",
        symbol="~",
        reason=f"Ends autoscaling of the {' and '.join(sides)} units of {_subject(change, index)}.",
        changes=_changes(index, have, wanted, sides),
        estimate=estimates.AUTOSCALING,
        schema={**change.schema, MEMBER: members(shown)},
    )
    return Draft(phase=Phase.END_SCALING, step=step)


def _units_again(change: TableChange, index: str | None, ends: list[str]) -> tuple[Draft, ...]:
    """A look at units that seem right, once nothing moves them any more: until then autoscaling may have.

    Units that differ have a step of their own; those of an index that goes or is made again do not matter.
    """
    live, desired = _units_of(change.live, index), _units_of(change.desired, index)
    stays = index is None or not _is_made(change, index)
    if not (stays and live and desired and both_provisioned(change.desired, change.live)):
        return ()
    if settle_capacity(desired, live) != live:
        return ()
    step = change.step(
        f"{_place(index)}capacity",
        {"kind": "capacity"} | ({} if index is None else {"index": index}),
        symbol="~",
        reason=f"Sets the {' and '.join(ends)} units of {_subject(change, index)}, if autoscaling has just moved them.",
        changes=(),
        estimate=estimates.CAPACITY,
    )
    return (Draft(phase=Phase.THROUGHPUT, step=step),)


def _units_of(state: TableState, index: str | None) -> Json:
    if index is None:
        return state.settings.get("capacity")
    return state.settings["global_secondary_indexes"].get(index, {}).get("capacity")


def _is_whole(value: Json) -> bool:
    """Whether a live side has its aim; one without cannot be asked for as it is."""
    return is_range(value) and isinstance(value["target"], int)


def _set(
    change: TableChange,
    index: str | None,
    have: Mapping[str, Json],
    wanted: Mapping[str, Json],
    sides: list[str],
) -> Draft:
    higher = [side for side in sides if not is_range(have[side]) or wanted[side]["max"] > have[side]["max"]]
    most = " and ".join(f"{wanted[side]['max']:,} {side} units" for side in higher)
    subject = change.table.name if index is None else f"The index {index} of {change.table.name}"
    costs = f"{subject} may grow to {most} by itself, which are billed by the hour."
    step = change.step(
        f"{_place(index)}autoscaling",
        _kind(index),
        symbol="~",
        reason=f"Lets the {' and '.join(sides)} units of {_subject(change, index)} follow their use.",
        changes=_changes(index, have, wanted, sides),
        hazards=((HazardKind.COSTS, costs),) if higher else (),
        estimate=estimates.AUTOSCALING,
        schema={MEMBER: [], **change.schema},
    )
    if index is None or not _is_made(change, index):
        return Draft(phase=Phase.BEGIN_SCALING, step=step)
    return Draft(phase=Phase.CREATE_INDEX, step=step, right_after=f"{change.table.address}.index.{index}")


def _is_made(change: TableChange, index: str) -> bool:
    """Whether the index is not there yet when units change: it comes, or is dropped and made again."""
    live = change.live.settings["global_secondary_indexes"]
    return index not in live or index in made_again(change.desired, change.live)
