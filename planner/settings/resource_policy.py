"""A table's resource policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import estimates, policy_document
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import DesiredTable, TableState
from planner.steps import FieldChange, Hazard, HazardKind
from planner.values import Json

OFF = "off"
MEMBER = "ResourcePolicy"


class ResourcePolicy(Setting):
    """The policy's document in canonical form, or ``off``."""

    name: ClassVar[str] = "resource_policy"
    aspect: ClassVar[str] = "resource_policy"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The document, parsed."""
        if MEMBER not in info:
            return None
        return policy_document.parse(info[MEMBER]) if info[MEMBER] else OFF

    def settle(self, desired: Json, live: Json) -> Json:
        """The document, compared without regard to the case of its actions."""
        wanted = _document(desired)
        same = live is not None and policy_document.same(_document(live), wanted)
        return live if same else wanted or OFF

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """ResourcePolicy as text; an empty one stands for none."""
        if self.name in state.settings:
            document = _document(state.settings[self.name])
            schema[MEMBER] = "" if document is None else policy_document.to_text(document)

    def creation_hazards(self, table: DesiredTable, account: str) -> tuple[Hazard, ...]:  # noqa: ARG002 - said by the policy
        """What the policy lets in from the beginning."""
        found = _exposure(table.name, None, table.state.settings.get(self.name))
        return tuple(
            Hazard(kind=kind, address=f"{table.address}.{self.name}", sentence=sentence) for kind, sentence in found
        )

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step; its danger is whom it lets in."""
        before, after = change.live.settings.get(self.name), change.desired.settings[self.name]
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Removes the table's resource policy."
            if _document(after) is None
            else "Makes the table's resource policy that of the plan.",
            changes=found,
            hazards=_exposure(change.table.name, before, after),
            estimate=estimates.RESOURCE_POLICY,
        )
        return Planned(drafts=(Draft(phase=Phase.EXTRAS, step=step),))


def _exposure(table: str, before: Json, after: Json) -> tuple[tuple[HazardKind, str], ...]:
    wider = policy_document.widened(_document(before), _document(after))
    if not wider:
        return ()
    return ((HazardKind.EXPOSES_DATA, f"The resource policy of {table} lets more in: {'; '.join(wider)}."),)


def _document(value: Json) -> dict[str, Json] | None:
    return policy_document.canonical(value) if isinstance(value, Mapping) else None
