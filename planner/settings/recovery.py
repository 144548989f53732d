"""Point-in-time recovery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

OFF = "off"
ON = "on"
DEFAULT_DAYS = 35
"""What DynamoDB keeps when nobody says how long, also when recovery is turned on again."""


class PointInTimeRecovery(Setting):
    """``on``, ``off``, or the days that can be gone back."""

    name: ClassVar[str] = "point_in_time_recovery"
    aspect: ClassVar[str] = "point_in_time_recovery"

    def live(self, info: Mapping[str, Json]) -> Json:
        """Read from PointInTimeRecoveryStatus; ContinuousBackupsStatus is always enabled.

        AWS always says the days. An engine that does not know them says that recovery is on and no more.
        """
        if "ContinuousBackups" not in info:
            return None
        found = (info["ContinuousBackups"] or {}).get("PointInTimeRecoveryDescription") or {}
        if found.get("PointInTimeRecoveryStatus") != "ENABLED":
            return OFF
        return {"days": found["RecoveryPeriodInDays"]} if "RecoveryPeriodInDays" in found else ON

    def settle(self, desired: Json, live: Json) -> Json:
        """``on`` says nothing of days, on either side: it takes what the other says, or the default."""
        if live == ON and desired != OFF:
            return ON
        if desired != ON:
            return desired
        return live if isinstance(live, Mapping) else {"days": DEFAULT_DAYS}

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """PointInTimeRecoverySpecification, beside CreateTable's own members."""
        if self.name not in state.settings:
            return
        value = state.settings[self.name]
        specification: dict[str, Json] = {"PointInTimeRecoveryEnabled": value != OFF}
        if isinstance(value, Mapping):
            specification["RecoveryPeriodInDays"] = value["days"]
        schema["PointInTimeRecoverySpecification"] = specification

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step; its danger is less protection."""
        before = change.live.settings.get(self.name)
        after = self.settle(change.desired.settings[self.name], before)
        danger = _danger(change.table.name, before, after)
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Turns point-in-time recovery off."
            if after == OFF
            else f"Keeps every state of the last {after['days']} days recoverable.",
            changes=found,
            hazards=((HazardKind.WEAKENS_PROTECTION, danger),) if danger else (),
            estimate=estimates.POINT_IN_TIME_RECOVERY,
        )
        return Planned(drafts=(Draft(phase=Phase.EXTRAS, step=step),))


def _danger(table: str, before: Json, after: Json) -> str:
    if after == OFF:
        return f"{table} can no longer be restored to an earlier state, and the history kept so far is lost."
    if isinstance(before, Mapping) and after["days"] < before["days"]:
        return f"{table} can be restored to the last {after['days']} days only, no longer to {before['days']}."
    return ""
