"""Warm throughput: what a table takes at once, without growing into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.settings.units import same_sides, settle_warm, warm, warm_schema
from planner.state import DesiredTable, TableState
from planner.steps import FieldChange, Hazard, HazardKind
from planner.values import Json

MEMBER = "WarmThroughput"


class Warm(Setting):
    """Units per second; only ever raised: what is live and higher is no difference."""

    name: ClassVar[str] = "warm"

    def live(self, info: Mapping[str, Json]) -> Json:
        """Read and write units per second; AWS raises them by itself."""
        return warm(info["Table"])

    def settle(self, desired: Json, live: Json) -> Json:
        """The higher of the two, of the sides that are declared."""
        return settle_warm(desired, live)

    def steady(self, desired: Json, live: Json) -> Json:
        """What is declared, once it is reached."""
        return steady_warm(desired, live)

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """The sides that are declared."""
        found = super().pair(desired, live)
        return None if found is None else (same_sides(found[0], desired.settings[self.name]), found[1])

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """WarmThroughput."""
        if self.name in state.settings:
            schema[MEMBER] = warm_schema(state.settings[self.name])

    def creation_hazards(self, table: DesiredTable, account: str) -> tuple[Hazard, ...]:  # noqa: ARG002 - it costs its owner
        """What a new table and its indexes are warmed for, once."""
        subjects = [(table.address, table.name)] if self.name in table.state.settings else []
        subjects += [
            (f"{table.address}.index.{name}", f"the index {name} of {table.name}")
            for name, index in table.state.settings.get("global_secondary_indexes", {}).items()
            if self.name in index
        ]
        return tuple(
            Hazard(kind=HazardKind.COSTS, address=f"{address}.{self.name}", sentence=_costs(subject))
            for address, subject in subjects
        )

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step for both sides."""
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Raises the table's warm throughput.",
            changes=found,
            hazards=warm_hazards(change.table.name),
            estimate=estimates.WARM,
        )
        return Planned(drafts=(Draft(phase=Phase.WARM_THROUGHPUT, step=step),))


def steady_warm(desired: Json, live: Json) -> Json:
    """The declared units where they are reached; else the live ones of the declared sides."""
    have = same_sides(live, desired or {})
    return desired if desired and have is not None and settle_warm(desired, have) == have else have


def warm_hazards(subject: str) -> tuple[tuple[HazardKind, str], ...]:
    """What a raise costs and that there is no way back."""
    long = f"DynamoDB takes from 5 to 9 minutes to warm {subject}; it stays usable."
    return ((HazardKind.COSTS, _costs(subject)), (HazardKind.LONG_RUNNING, long))


def _costs(subject: str) -> str:
    return f"Each unit that {subject} does not have already is billed once, and warm throughput cannot be lowered."
