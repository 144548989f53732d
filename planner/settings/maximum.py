"""The most that an on-demand table or index may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.settings.billing import ON_DEMAND
from planner.settings.units import OFF, maximum, maximum_schema
from planner.state import TableState
from planner.steps import FieldChange
from planner.values import Json

MEMBER = "OnDemandThroughput"


def live_maximum(live: TableState, value: Json) -> Json:
    """What a maximum is once the table is on demand: a switch forgets the one that was set before (K 153)."""
    return value if live.settings.get("billing") == ON_DEMAND else OFF


class Maximum(Setting):
    """Request units per second of a table, or ``off``; a side that is not named has no limit."""

    name: ClassVar[str] = "maximum"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The limits; absent and -1 are none."""
        return maximum(info["Table"])

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """Compared where the table is on demand in the end."""
        found = super().pair(desired, live)
        if found is None or desired.settings.get("billing") != ON_DEMAND:
            return None
        return live_maximum(live, found[0]), found[1]

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """OnDemandThroughput, with -1 for a side without a limit."""
        if self.name in state.settings and state.settings.get("billing") == ON_DEMAND:
            schema[MEMBER] = maximum_schema(state.settings[self.name])

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step for both limits."""
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason=reason("the table", change.desired.settings[self.name]),
            changes=found,
            estimate=estimates.MAXIMUM,
        )
        return Planned(drafts=(Draft(phase=Phase.MAXIMUM, step=step),))


def reason(subject: str, value: Json) -> str:
    """Why a step sets a maximum."""
    if value == OFF:
        return f"Takes the maximum off {subject}."
    limits = " and ".join(f"{count:,} {side} units" for side, count in value.items())
    return f"Lets {subject} use at most {limits} per second; requests beyond that are throttled."
