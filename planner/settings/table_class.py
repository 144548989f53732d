"""The table's class: what storage costs against what requests cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import budgets, estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

STANDARD = "standard"
INFREQUENT = "infrequent_access"
_API = {STANDARD: "STANDARD", INFREQUENT: "STANDARD_INFREQUENT_ACCESS"}


class TableClass(Setting):
    """Standard, or infrequent access."""

    name: ClassVar[str] = "table_class"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The class; TableClassSummary is absent for standard."""
        found = (info["Table"].get("TableClassSummary") or {}).get("TableClass", _API[STANDARD])
        return INFREQUENT if found == _API[INFREQUENT] else STANDARD

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """TableClass."""
        if self.name in state.settings:
            schema["TableClass"] = _API[state.settings[self.name]]

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step, which the tables of a month have two of."""
        name = change.table.name
        if change.desired.settings[self.name] == INFREQUENT:
            reason = "Moves the table to infrequent access."
            costs = f"Each read and write of {name} and its indexes costs more, and what they store costs less."
        else:
            reason = "Moves the table to the standard class."
            costs = f"What {name} and its indexes store costs more, and each read and write costs less."
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason=reason,
            changes=found,
            hazards=((HazardKind.COSTS, costs),),
            estimate=estimates.TABLE_CLASS,
        )
        spent = budgets.spend(change, budgets.TABLE_CLASS)
        return Planned(drafts=(Draft(phase=Phase.TABLE_CLASS, step=step),), found=spent)
