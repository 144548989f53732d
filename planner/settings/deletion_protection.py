"""Deletion protection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json


class DeletionProtection(Setting):
    """Whether DynamoDB refuses to delete the table."""

    name: ClassVar[str] = "deletion_protection"

    def live(self, info: Mapping[str, Json]) -> Json:
        """True or False."""
        return bool(info["Table"].get("DeletionProtectionEnabled", False))

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """DeletionProtectionEnabled."""
        if self.name in state.settings:
            schema["DeletionProtectionEnabled"] = state.settings[self.name]

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step, the last of the table."""
        on = change.desired.settings[self.name]
        danger = f"{change.table.name} can be deleted by one call of anybody who may delete tables."
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Turns deletion protection on." if on else "Turns deletion protection off.",
            changes=found,
            hazards=() if on else ((HazardKind.WEAKENS_PROTECTION, danger),),
            estimate=estimates.DELETION_PROTECTION,
        )
        return Planned(drafts=(Draft(phase=Phase.PROTECTION, step=step),))
