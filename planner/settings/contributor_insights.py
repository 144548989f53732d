"""CloudWatch Contributor Insights, of a table and of each global index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.settings import estimates
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange, path_text
from planner.settings.indexes import made_again
from planner.state import TableState
from planner.steps import FieldChange, HazardKind
from planner.values import Json

OFF = "off"
ON = "on"
DEFAULT_MODE = "ACCESSED_AND_THROTTLED_KEYS"
MEMBER = "ContributorInsights"
INDEX_MEMBER = "IndexContributorInsights"


def index_insights_of(settings: Mapping[str, Json]) -> dict[str, Json]:
    """What a plan's global indexes declare of Contributor Insights, by name.

    Args:
        settings: A desired table's settings with ``global_secondary_indexes``.
    """
    name = ContributorInsights.name
    indexes = settings.get("global_secondary_indexes", {})
    return {index: value[name] for index, value in sorted(indexes.items()) if name in value}


def _answer(answer: Mapping[str, Json]) -> Json:
    """One answer in canonical form: ENABLING and DISABLING count as what they lead to.

    AWS always has a mode. An engine that knows none says that insights are on and no more.
    """
    if answer.get("ContributorInsightsStatus") not in {"ENABLED", "ENABLING"}:
        return OFF
    mode = answer.get("ContributorInsightsMode")
    return ON if mode is None else {"mode": mode}


def _settle(desired: Json, live: Json) -> Json:
    """``on`` says nothing of the mode, on either side."""
    if live == ON and desired != OFF:
        return ON
    if desired != ON:
        return desired
    return live if isinstance(live, Mapping) else {"mode": DEFAULT_MODE}


def _member(value: Json, index: str | None) -> dict[str, Json]:
    member: dict[str, Json] = {} if index is None else {"IndexName": index}
    member["ContributorInsightsAction"] = "DISABLE" if value == OFF else "ENABLE"
    if isinstance(value, Mapping):
        member["ContributorInsightsMode"] = value["mode"]
    return member


def _step(change: TableChange, index: str | None, value: Json, found: tuple[FieldChange, ...]) -> Draft:
    where = change.table.name if index is None else f"the index {index} of {change.table.name}"
    costs = f"CloudWatch bills Contributor Insights of {where} by rule and by event."
    name = ContributorInsights.name
    step = change.step(
        name if index is None else f"index.{index}.{name}",
        {"kind": name} if index is None else {"kind": name, "index": index},
        symbol="~",
        reason=f"Turns Contributor Insights of {where} off." if value == OFF else f"Shows the busy keys of {where}.",
        changes=found,
        hazards=() if value == OFF else ((HazardKind.COSTS, costs),),
        estimate=estimates.CONTRIBUTOR_INSIGHTS,
    )
    return Draft(phase=Phase.EXTRAS, step=step)


class ContributorInsights(Setting):
    """``on`` (any mode), ``{"mode": name}`` or ``off``, of the table itself."""

    name: ClassVar[str] = "contributor_insights"
    aspect: ClassVar[str] = "contributor_insights"

    def live(self, info: Mapping[str, Json]) -> Json:
        """Status and mode."""
        return _answer(info[MEMBER] or {}) if MEMBER in info else None

    def settle(self, desired: Json, live: Json) -> Json:
        """``on`` takes the mode that is live, or the default."""
        return _settle(desired, live)

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """ContributorInsights, beside CreateTable's own members: the table, then its indexes."""
        members = [_member(state.settings[self.name], None)] if self.name in state.settings else []
        members += [_member(value, index) for index, value in index_insights_of(state.settings).items()]
        if members:
            schema[MEMBER] = members

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step."""
        return Planned(drafts=(_step(change, None, change.desired.settings[self.name], found),))


class IndexContributorInsights(Setting):
    """The same of each global index that declares it, by name."""

    name: ClassVar[str] = "index_contributor_insights"
    title: ClassVar[str] = "contributor_insights of indexes"
    aspect: ClassVar[str] = "index_contributor_insights"
    derived: ClassVar[bool] = True

    def live(self, info: Mapping[str, Json]) -> Json:
        """Status and mode by index."""
        if INDEX_MEMBER not in info:
            return None
        return {name: _answer(answer) for name, answer in info[INDEX_MEMBER].items()}

    def declared(self, settings: Mapping[str, Json]) -> bool:
        """Whether an index says anything of it."""
        return bool(settings.get(self.name))

    def is_read(self, settings: Mapping[str, Json], recorded: Mapping[str, Json] | None) -> bool:  # noqa: ARG002 - see below
        """Where an index declares it: whatever was recorded, what is not declared is not compared."""
        return self.declared(settings)

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """Indexes that declare it; one that is not there yet has none."""
        wanted = desired.settings.get(self.name)
        have = live.settings.get(self.name)
        if not wanted or have is None:
            return None
        gone = made_again(desired, live) if "keys" in live.settings else ()
        before = {name: OFF if name in gone else have.get(name, OFF) for name in wanted}
        return before, {name: _settle(value, before[name]) for name, value in wanted.items()}

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Nothing: ``contributor_insights`` writes it."""

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step for each index."""
        wanted = change.desired.settings[self.name]
        drafts = []
        for index, value in wanted.items():
            prefix = path_text((self.name, index))
            own = [f for f in found if f.path == prefix or f.path.startswith(f"{prefix}.")]
            shown = path_text(("global_secondary_indexes", index, ContributorInsights.name))
            moved = tuple(
                FieldChange(path=shown + f.path.removeprefix(prefix), before=f.before, after=f.after) for f in own
            )
            if moved:
                drafts.append(_step(change, index, value, moved))
        return Planned(drafts=tuple(drafts))
