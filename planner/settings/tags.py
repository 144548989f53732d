"""Tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import TableState
from planner.steps import FieldChange
from planner.values import Json

AWS_PREFIX = "aws:"
OWN_PREFIX = "ddbplan:"
DATABASE_TAG = f"{OWN_PREFIX}database"
LEDGER_TAG = f"{OWN_PREFIX}ledger"
STACK_TAG = "aws:cloudformation:stack-name"


def user_tags(tags: Mapping[str, str]) -> dict[str, Json]:
    """The tags that are neither AWS's nor ddbplan's marks."""
    return {name: tags[name] for name in sorted(tags) if not name.startswith((AWS_PREFIX, OWN_PREFIX))}


class Tags(Setting):
    """A table's tags; complete when the plan names any."""

    name: ClassVar[str] = "tags"
    aspect: ClassVar[str] = "tags"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The users' own tags: neither AWS's nor ddbplan's marks."""
        if "Tags" not in info:
            return None
        return user_tags(info["Tags"] or {})

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Tags; an empty list is refused by DynamoDB and left out."""
        tags = state.settings.get(self.name)
        if tags:
            schema["Tags"] = [{"Key": name, "Value": tags[name]} for name in sorted(tags)]

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step for all tags."""
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason="Makes the table's tags those of the plan.",
            changes=found,
            estimate=estimates.TAGS,
            # No tags at all have to be said here; making a table leaves them out.
            schema={"Tags": [], **change.schema},
        )
        return Planned(drafts=(Draft(phase=Phase.EXTRAS, step=step),))
