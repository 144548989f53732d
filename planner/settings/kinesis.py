"""The Kinesis data stream that takes a table's changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from planner.settings import budgets, estimates
from planner.settings.arns import account_of
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import DesiredTable, TableState
from planner.steps import FieldChange, Hazard, HazardKind
from planner.values import Json

OFF = "off"
DEFAULT_PRECISION = "MILLISECOND"
MEMBER = "KinesisStreamingDestinations"
_ON = frozenset({"ACTIVE", "ENABLING", "UPDATING"})


def is_precision(found: Iterable[FieldChange]) -> bool:
    """Whether the precision of a destination that stays is all that changes: DynamoDB counts it."""
    return [change.path for change in found] == [f"{Kinesis.name}.precision"]


class Kinesis(Setting):
    """The stream's ARN and the precision of its records' times, or ``off``."""

    name: ClassVar[str] = "kinesis"
    aspect: ClassVar[str] = "kinesis"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The destination that is on; one that is off stays to be seen for a day and says nothing."""
        if "KinesisDestinations" not in info:
            return None
        found = [
            destination
            for destination in info["KinesisDestinations"] or ()
            if destination.get("DestinationStatus") in _ON
        ]
        if not found:
            return OFF
        precision = found[0].get("ApproximateCreationDateTimePrecision", DEFAULT_PRECISION)
        return {"stream_arn": found[0]["StreamArn"], "precision": precision}

    def settle(self, desired: Json, live: Json) -> Json:
        """Without a precision of its own, a stream that is on keeps what it has, and another takes the default."""
        if desired == OFF or "precision" in desired:
            return desired
        same = isinstance(live, Mapping) and live["stream_arn"] == desired["stream_arn"]
        return {**desired, "precision": live["precision"] if same else DEFAULT_PRECISION}

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """KinesisStreamingDestinations, beside CreateTable's own members; an empty list stands for none."""
        if self.name in state.settings:
            schema[MEMBER] = _members(state.settings[self.name])

    def creation_hazards(self, table: DesiredTable, account: str) -> tuple[Hazard, ...]:
        """A stream of another account than the table's."""
        found = _exposure(table.name, table.state.settings.get(self.name, OFF), account)
        return tuple(
            Hazard(kind=kind, address=f"{table.address}.{self.name}", sentence=sentence) for kind, sentence in found
        )

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step; two where another stream takes over, which DynamoDB cannot do in place."""
        before = change.live.settings.get(self.name)
        after = self.settle(change.desired.settings[self.name], before)
        moves = isinstance(before, Mapping) and after != OFF and before["stream_arn"] != after["stream_arn"]
        drafts = []
        if moves or after == OFF:
            drafts.append(self._end(change, found, before, final=after == OFF))
        new = moves or before == OFF
        if after != OFF:
            step = change.step(
                self.name,
                {"kind": self.name},
                symbol="~",
                reason=f"Sends the table's changes to {after['stream_arn']}."
                if new
                else f"Tells the time of each change in {after['precision'].lower()}s.",
                changes=found,
                hazards=_exposure(change.table.name, after, account_of(change.live.arn)) if new else (),
                estimate=estimates.KINESIS,
            )
            drafts.append(Draft(phase=Phase.EXTRAS, step=step))
        # A destination that begins has its precision from the start; only another one of a live destination is counted.
        spent = budgets.spend(change, budgets.KINESIS) if is_precision(found) else ()
        return Planned(drafts=tuple(drafts), found=spent)

    def _end(self, change: TableChange, found: tuple[FieldChange, ...], before: Json, *, final: bool) -> Draft:
        lost = f"Changes of {change.table.name} no longer reach {before['stream_arn']}."
        meanwhile = " Until the other one takes them, they reach neither."
        step = change.step(
            self.name if final else f"{self.name}.disable",
            {"kind": self.name},
            address=self.name,
            symbol="~",
            reason="No longer sends the table's changes to Kinesis."
            if final
            else "Ends the present destination: a table has one at a time.",
            changes=found if final else (FieldChange(path=self.name, before=before, after=OFF),),
            hazards=((HazardKind.CHANGES_STREAM_ARN, lost if final else lost + meanwhile),),
            estimate=estimates.KINESIS,
            schema={**change.schema, MEMBER: []},
        )
        return Draft(phase=Phase.EXTRAS, step=step)


def _members(value: Json) -> list[Json]:
    if value == OFF:
        return []
    member = {"StreamArn": value["stream_arn"]}
    if "precision" in value:
        member["ApproximateCreationDateTimePrecision"] = value["precision"]
    return [member]


def _exposure(table: str, value: Json, account: str) -> tuple[tuple[HazardKind, str], ...]:
    if value == OFF:
        return ()
    owner = account_of(value["stream_arn"])
    if owner == account:
        return ()
    return ((HazardKind.EXPOSES_DATA, f"Account {owner}, whose stream it is, can read every change of {table}."),)
