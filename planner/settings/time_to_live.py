"""Time to live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.settings import budgets, estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, diagnostic
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

OFF = "off"


class TimeToLive(Setting):
    """The attribute that says when an item expires, or ``off``."""

    name: ClassVar[str] = "time_to_live"
    aspect: ClassVar[str] = "time_to_live"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The attribute; ENABLING and DISABLING count as what they lead to."""
        if "TimeToLive" not in info:
            return None
        found = info["TimeToLive"] or {}
        on = found.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}
        return found["AttributeName"] if on else OFF

    def settle(self, desired: Json, live: Json) -> Json:
        """Another attribute takes two applies: the first leaves it off."""
        changes_attribute = live not in {OFF, None} and desired not in {OFF, live}
        return OFF if changes_attribute else desired

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """TimeToLiveSpecification, beside CreateTable's own members."""
        if self.name in state.settings:
            value = state.settings[self.name]
            schema["TimeToLiveSpecification"] = (
                {"Enabled": False} if value == OFF else {"Enabled": True, "AttributeName": value}
            )

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step: on, or off; a note where another attribute has to wait for the next apply."""
        before, wanted = change.live.settings.get(self.name), change.desired.settings[self.name]
        after = self.settle(wanted, before)
        spent = budgets.spend(change, budgets.TIME_TO_LIVE, quiet_until=budgets.TIME_TO_LIVE.limit)
        if after != OFF:
            return Planned(drafts=(self._enable(change, found, after),), found=spent)
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason=f"Turns time to live off; items are no longer deleted by {before}.",
            changes=found,
            estimate=estimates.TIME_TO_LIVE,
            schema={**change.schema, "TimeToLiveSpecification": {"Enabled": False, "AttributeName": before}},
        )
        note = Planned() if wanted == OFF else self._note(change, before, wanted)
        return Planned(drafts=(Draft(phase=Phase.EXTRAS, step=step),), found=(*spent, *note.found))

    def _enable(self, change: TableChange, found: tuple[FieldChange, ...], attribute: str) -> Draft:
        danger = (
            f"DynamoDB deletes every item of {change.table.name} whose {attribute} is a time in the past, in seconds; "
            "deleted items do not come back."
        )
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason=f"Turns time to live on: items expire by {attribute}.",
            changes=found,
            hazards=() if change.fresh else ((HazardKind.DELETES_BY_TTL, danger),),
            estimate=estimates.TIME_TO_LIVE,
        )
        return Draft(phase=Phase.EXTRAS, step=step)

    @staticmethod
    def _earliest(change: TableChange) -> str:
        if change.now is None:
            return ""
        return f" ({budgets.clock(change.now + budgets.TIME_TO_LIVE.window)} at the earliest)"

    def _note(self, change: TableChange, before: Json, wanted: str) -> Planned:
        return diagnostic(
            codes.TWO_APPLIES,
            change.table,
            self.name,
            address=f"{change.table.address}.{self.name}",
            what=f"Time to live of {change.table.name} moves from {before} to {wanted}: this apply turns it off.",
            fix=f"Apply again, an hour or more after this apply{self._earliest(change)}, to turn it on with {wanted}.",
        )
