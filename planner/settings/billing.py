"""Billing mode, and the capacity of a provisioned table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.diagnostics import Report
from planner.settings import budgets, estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, diagnostic
from planner.settings.units import SIDES, capacity, is_range, settle_capacity, throughput
from planner.state import DesiredTable, TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

ON_DEMAND = "on_demand"
PROVISIONED = "provisioned"
_MODES = {"PAY_PER_REQUEST": ON_DEMAND, "PROVISIONED": PROVISIONED}
_API = {mode: name for name, mode in _MODES.items()}

Hazards = tuple[tuple[HazardKind, str], ...]


def both_provisioned(desired: TableState, live: TableState) -> bool:
    """Whether units can be compared: the table is and stays provisioned."""
    return desired.settings.get("billing") == PROVISIONED == live.settings.get("billing")


class Billing(Setting):
    """On demand or provisioned. A switch sets the capacity of the table and of every index in the same call."""

    name: ClassVar[str] = "billing"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The mode; a table that never was on demand has no BillingModeSummary."""
        summary = info["Table"].get("BillingModeSummary") or {}
        return _MODES[summary.get("BillingMode", "PROVISIONED")]

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """BillingMode, always: its absence would mean provisioned."""
        schema["BillingMode"] = _API[state.settings.get(self.name, ON_DEMAND)]

    def refuse(self, table: DesiredTable, report: Report) -> None:
        """Provisioned without units."""
        if table.state.settings.get(self.name) == PROVISIONED and "capacity" not in table.state.settings:
            report.add(
                codes.CAPACITY_MISSING,
                table.positions.get(self.name, table.position),
                address=table.address,
                what=f"{table.key} says `billing: provisioned` and does not say `capacity`.",
                fix="Add `capacity: {read: 5, write: 5}` with the units that the table needs.",
            )

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step for the mode with all units that go with it."""
        to_provisioned = change.desired.settings[self.name] == PROVISIONED
        if to_provisioned and (kept := _vector_indexes(change)):
            return diagnostic(
                codes.VECTOR_INDEXES_LEFT,
                change.table,
                self.name,
                what=f"{change.table.name} has vector indexes that the plan does not drop: {', '.join(kept)}.",
                fix="Keep `billing: on_demand`, or drop them first: write `vector_indexes: off`.",
            )
        standing = f"{change.table.name} and its indexes are billed for their units by the hour, used or not."
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Switches to provisioned capacity, for the table and every index at once."
            if to_provisioned
            else "Switches to on-demand capacity, for the table and every index at once.",
            changes=found + (_units(change) if to_provisioned else ()),
            hazards=((HazardKind.COSTS, standing),) if to_provisioned else (),
            estimate=estimates.TO_PROVISIONED if to_provisioned else estimates.TO_ON_DEMAND,
        )
        # Only the switch to on demand is counted, and only the last one of a day is worth a line.
        spent = () if to_provisioned else budgets.spend(change, budgets.BILLING, quiet_until=budgets.BILLING.limit - 1)
        return Planned(drafts=(Draft(phase=Phase.THROUGHPUT, step=step),), found=spent)


def _vector_indexes(change: TableChange) -> list[str]:
    """Live vector indexes that the plan says nothing of; those it names are checked before, the others it drops."""
    return (
        [] if "vector_indexes" in change.desired.settings else sorted(change.live.settings.get("vector_indexes") or ())
    )


def _units(change: TableChange) -> tuple[FieldChange, ...]:
    """The units that come with a switch to provisioned, of the table and of the indexes that stay."""
    wanted = [("capacity", change.desired.settings.get("capacity"))]
    live = change.live.settings.get("global_secondary_indexes", {})
    for name, index in sorted(change.desired.settings.get("global_secondary_indexes", {}).items()):
        if name in live:
            wanted.append((f"global_secondary_indexes.{name}.capacity", index.get("capacity")))
    return tuple(
        FieldChange(path=path, before=None, after=settle_capacity(value, None))
        for path, value in wanted
        if value is not None
    )


def raise_hazards(subject: str, before: Mapping[str, Json] | None, after: Mapping[str, Json]) -> Hazards:
    """What more units cost: they are billed whether they are used or not."""
    more = {side: after[side] - (before or {}).get(side, 0) for side in SIDES}
    told = " and ".join(f"{count:,} more {side} units" for side, count in more.items() if count > 0)
    return ((HazardKind.COSTS, f"{subject} is billed for {told} by the hour, used or not."),) if told else ()


def is_decrease(before: Mapping[str, Json] | None, after: Mapping[str, Json]) -> bool:
    """Whether a change of units lowers one side."""
    return before is not None and any(after[side] < before[side] for side in SIDES)


def steady_units(desired: Json, live: Json) -> Json:
    """Live units with the range in place of what autoscaling moves within it."""
    if desired is None or live is None:
        return live
    inside = settle_capacity(desired, live)
    return {
        side: desired[side] if is_range(desired[side]) and inside[side] == live[side] else live[side] for side in SIDES
    }


class Capacity(Setting):
    """Read and write units of a provisioned table; those of an index belong to the index."""

    name: ClassVar[str] = "capacity"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The units; nothing for an on-demand table, whatever it echoes."""
        return capacity(info["Table"]) if Billing().live(info) == PROVISIONED else None

    def settle(self, desired: Json, live: Json) -> Json:
        """Plain units as they are; units that autoscaling has put inside its range stay."""
        return settle_capacity(desired, live)

    def steady(self, desired: Json, live: Json) -> Json:
        """The range, where autoscaling moves the units inside it."""
        return steady_units(desired, live)

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """Compared only where the mode stays provisioned; a switch brings its units along."""
        return super().pair(desired, live) if both_provisioned(desired, live) else None

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """ProvisionedThroughput; a range begins at its lower end."""
        if self.name in state.settings:
            schema["ProvisionedThroughput"] = throughput(state.settings[self.name])

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step for both units."""
        before = change.live.settings.get(self.name)
        after = self.settle(change.desired.settings[self.name], before)
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Sets the table's read and write units.",
            changes=found,
            hazards=raise_hazards(change.table.name, before, after),
            estimate=estimates.CAPACITY,
        )
        lowers = is_decrease(before, after)
        spent = budgets.decrease(change, change.table.name, self.name) if lowers else ()
        return Planned(drafts=(Draft(phase=Phase.THROUGHPUT, step=step),), found=spent)
