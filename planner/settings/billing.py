"""Billing mode, and the capacity of a provisioned table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.diagnostics import Report
from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import DesiredTable, TableState
from planner.steps import FieldChange
from planner.values import Json

ON_DEMAND = "on_demand"
PROVISIONED = "provisioned"
_MODES = {"PAY_PER_REQUEST": ON_DEMAND, "PROVISIONED": PROVISIONED}
_API = {mode: name for name, mode in _MODES.items()}


def units(value: Json) -> int:
    """The units that a member of ``capacity`` starts with: its own, or an autoscaling range's lower end."""
    return int(value["min"]) if isinstance(value, Mapping) else int(value)


def throughput(capacity: Mapping[str, Json]) -> Json:
    """ProvisionedThroughput, as CreateTable takes it."""
    return {"ReadCapacityUnits": units(capacity["read"]), "WriteCapacityUnits": units(capacity["write"])}


def capacity(answer: Mapping[str, Json]) -> Json:
    """ProvisionedThroughput in canonical form; None for the zeros that an on-demand table echoes."""
    found = answer.get("ProvisionedThroughput") or {}
    read, write = found.get("ReadCapacityUnits", 0), found.get("WriteCapacityUnits", 0)
    return {"read": read, "write": write} if read and write else None


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
        after = change.desired.settings[self.name]
        to_provisioned = after == PROVISIONED
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Switches to provisioned capacity, for the table and every index at once."
            if to_provisioned
            else "Switches to on-demand capacity, for the table and every index at once.",
            changes=found + (_units(change) if to_provisioned else ()),
            estimate=estimates.TO_PROVISIONED if to_provisioned else estimates.TO_ON_DEMAND,
        )
        return Planned(drafts=(Draft(phase=Phase.THROUGHPUT, step=step),))


def _units(change: TableChange) -> tuple[FieldChange, ...]:
    """The units that come with a switch to provisioned, of the table and of the indexes that stay."""
    wanted = [("capacity", change.desired.settings.get("capacity"))]
    live = change.live.settings.get("global_secondary_indexes", {})
    for name, index in sorted(change.desired.settings.get("global_secondary_indexes", {}).items()):
        if name in live:
            wanted.append((f"global_secondary_indexes.{name}.capacity", index.get("capacity")))
    return tuple(FieldChange(path=path, before=None, after=value) for path, value in wanted if value is not None)


class Capacity(Setting):
    """Read and write units of a provisioned table; those of an index belong to the index."""

    name: ClassVar[str] = "capacity"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The units; nothing for an on-demand table, whatever it echoes."""
        return capacity(info["Table"]) if Billing().live(info) == PROVISIONED else None

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """Compared only where the mode stays provisioned; a switch brings its units along."""
        return super().pair(desired, live) if both_provisioned(desired, live) else None

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """ProvisionedThroughput."""
        if self.name in state.settings:
            schema["ProvisionedThroughput"] = throughput(state.settings[self.name])

    def refuse(self, table: DesiredTable, report: Report) -> None:
        """Autoscaling, of the table and of its indexes."""
        indexes = table.state.settings.get("global_secondary_indexes", {})
        own = [(table.address, table.state.settings.get(self.name))]
        own += [(f"{table.address}.index.{name}", index.get(self.name)) for name, index in indexes.items()]
        for address, value in own:
            if value is not None and any(isinstance(member, Mapping) for member in value.values()):
                report.add(
                    codes.NOT_APPLIED,
                    table.positions.get(self.name, table.position),
                    address=address,
                    what=f"Autoscaling ({{min, max, target}}) of {address} is not applied by this version.",
                    fix="Give plain units (`capacity: {read: 5, write: 5}`) or use `billing: on_demand`.",
                )

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step for both units."""
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Sets the table's read and write units.",
            changes=found,
            estimate=estimates.CAPACITY,
        )
        return Planned(drafts=(Draft(phase=Phase.THROUGHPUT, step=step),))
