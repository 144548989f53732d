"""The change stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

OFF = "off"


def _specification(value: Json) -> Json:
    return {"StreamEnabled": False} if value == OFF else {"StreamEnabled": True, "StreamViewType": value}


class Stream(Setting):
    """The stream's view type, or ``off``."""

    name: ClassVar[str] = "stream"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The view type. LatestStreamArn lingers after the stream is turned off and says nothing."""
        found = info["Table"].get("StreamSpecification") or {}
        return found["StreamViewType"] if found.get("StreamEnabled") else OFF

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """StreamSpecification."""
        if self.name in state.settings:
            schema["StreamSpecification"] = _specification(state.settings[self.name])

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step to turn it on or off; two to change the view type, which DynamoDB cannot do in place."""
        before, after = change.live.settings.get(self.name), change.desired.settings[self.name]
        drafts = []
        if before not in {OFF, None}:
            drafts.append(self._disable(change, found, final=after == OFF))
        if after != OFF:
            step = change.step(
                self.name,
                {"kind": self.name},
                symbol="~",
                reason=f"Turns the stream on with {after}.",
                changes=found,
                estimate=estimates.STREAM,
            )
            drafts.append(Draft(phase=Phase.STREAM, step=step))
        return Planned(drafts=tuple(drafts))

    def _disable(self, change: TableChange, found: tuple[FieldChange, ...], *, final: bool) -> Draft:
        name = change.table.name
        lost = f"The stream of {name} ends; what is in it stays readable for 24 hours."
        replaced = (
            f"The stream of {name} ends and another one with a new ARN begins: consumers have to be pointed at it, and "
            "writes between the two are in neither."
        )
        step = change.step(
            self.name if final else f"{self.name}.disable",
            {"kind": self.name},
            address=self.name,
            symbol="~",
            reason="Turns the stream off." if final else "Turns the stream off: its view type cannot change in place.",
            changes=found if final else (FieldChange(path=self.name, before=found[0].before, after=OFF),),
            hazards=((HazardKind.CHANGES_STREAM_ARN, lost if final else replaced),),
            estimate=estimates.STREAM,
            schema={**change.schema, "StreamSpecification": _specification(OFF)},
        )
        return Draft(phase=Phase.STREAM, step=step)
