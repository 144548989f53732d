"""The change stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, diagnostic
from planner.settings.replica_values import STRONG, shape_of
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

OFF = "off"


def _specification(value: Json) -> Json:
    return {"StreamEnabled": False} if value == OFF else {"StreamEnabled": True, "StreamViewType": value}


def _keeps_replicas(change: TableChange) -> bool:
    """Whether replicas stay that the stream keeps; strongly consistent ones need none (guide, "Global tables")."""
    live = shape_of(change.live.settings.get("replicas"))
    wanted = change.desired.settings.get("replicas", live)
    return bool(live and shape_of(wanted)) and live["consistency"] != STRONG


def _refuse(change: TableChange) -> Planned:
    name = change.table.name
    return diagnostic(
        codes.STREAM_OF_REPLICAS,
        change.table,
        Stream.name,
        address=f"{change.table.address}.{Stream.name}",
        what=f"The plan ends or changes the stream of {name}, which has replicas.",
        fix="Write the view type that is live, or remove `stream`; or write `replicas: off` to drop the replicas.",
    )


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
        if before not in {OFF, None} and _keeps_replicas(change):
            return _refuse(change)
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
