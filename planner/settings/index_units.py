"""Units of a global index: its own capacity, maximum and warm throughput, each changed by a step of its own."""

from __future__ import annotations

from collections.abc import Mapping

from planner.settings import budgets, estimates
from planner.settings.base import Draft, Phase, Planned, TableChange, path_text
from planner.settings.billing import ON_DEMAND, is_decrease, raise_hazards
from planner.settings.maximum import live_maximum, reason
from planner.settings.units import (
    OFF,
    capacity,
    maximum,
    maximum_schema,
    same_sides,
    settle_capacity,
    settle_warm,
    throughput,
    warm,
    warm_schema,
)
from planner.settings.warm import warm_hazards
from planner.state import TableState
from planner.steps import FieldChange
from planner.values import Json

_INDEXES = "global_secondary_indexes"


def live_units(answer: Mapping[str, Json], *, provisioned: bool) -> dict[str, Json]:
    """What one member of DescribeTable's GlobalSecondaryIndexes tells of units; what it does not tell is absent."""
    limit = maximum(answer)
    found = {
        "capacity": capacity(answer) if provisioned else None,
        "maximum": None if limit == OFF else limit,
        "warm": warm(answer),
    }
    return {name: value for name, value in found.items() if value is not None}


def settled_units(
    desired: TableState,
    live: TableState,
    name: str,
    *,
    provisioned: bool,
) -> tuple[dict[str, Json], dict[str, Json]]:
    """What to compare of an index's units: live, and as they are once the declared ones are applied.

    Args:
        desired: The table in the plan.
        live: The live table.
        name: The index, which the plan has.
        provisioned: Units are compared: the table is and stays provisioned.
    """
    own = desired.settings[_INDEXES][name]
    have = live.settings.get(_INDEXES, {}).get(name, {})
    before: dict[str, Json] = {}
    after: dict[str, Json] = {}
    if provisioned and "capacity" in own:
        before["capacity"] = have.get("capacity")
        after["capacity"] = settle_capacity(own["capacity"], have.get("capacity"))
    if "maximum" in own and desired.settings.get("billing") == ON_DEMAND:
        before["maximum"] = live_maximum(live, have.get("maximum", OFF))
        after["maximum"] = own["maximum"]
    if "warm" in own:
        before["warm"] = same_sides(have.get("warm"), own["warm"])
        after["warm"] = settle_warm(own["warm"], have.get("warm"))
    return before, after


def units_schema(index: Mapping[str, Json], *, provisioned: bool) -> dict[str, Json]:
    """The members of GlobalSecondaryIndexes that stand for declared units."""
    found: dict[str, Json] = {}
    if provisioned and "capacity" in index:
        found["ProvisionedThroughput"] = throughput(index["capacity"])
    if not provisioned and "maximum" in index:
        found["OnDemandThroughput"] = maximum_schema(index["maximum"])
    if "warm" in index:
        found["WarmThroughput"] = warm_schema(index["warm"])
    return found


def plan_units(
    change: TableChange,
    name: str,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    own: tuple[FieldChange, ...],
) -> Planned:
    """The steps for the units of an index that stays.

    Args:
        change: The table.
        name: The index.
        before: Live, as compared.
        after: Wanted, as compared.
        own: The differences of this index.
    """
    makers = {"capacity": _capacity, "maximum": _maximum, "warm": _warm}
    drafts: list[Draft] = []
    found: Planned = Planned()
    for part, maker in makers.items():
        path = path_text((_INDEXES, name, part))
        differ = tuple(field for field in own if field.path == path or field.path.startswith(f"{path}."))
        if differ:
            planned = maker(change, name, before.get(part), after[part], differ)
            drafts += planned.drafts
            found = Planned(found=found.found + planned.found)
    return Planned(drafts=tuple(drafts), found=found.found)


def _subject(change: TableChange, name: str) -> str:
    return f"the index {name} of {change.table.name}"


def _capacity(change: TableChange, name: str, before: Json, after: Json, own: tuple[FieldChange, ...]) -> Planned:
    subject = _subject(change, name)
    step = change.step(
        f"index.{name}.capacity",
        {"kind": "capacity", "index": name},
        symbol="~",
        reason=f"Sets the read and write units of the index {name}.",
        changes=own,
        hazards=raise_hazards(subject[0].upper() + subject[1:], before, after),
        estimate=estimates.CAPACITY,
    )
    spent = budgets.decrease(change, subject, f"index.{name}.capacity") if is_decrease(before, after) else ()
    return Planned(drafts=(Draft(phase=Phase.THROUGHPUT, step=step),), found=spent)


def _maximum(change: TableChange, name: str, before: Json, after: Json, own: tuple[FieldChange, ...]) -> Planned:  # noqa: ARG001 - one shape for all
    step = change.step(
        f"index.{name}.maximum",
        {"kind": "maximum", "index": name},
        symbol="~",
        reason=reason(f"the index {name}", after),
        changes=own,
        estimate=estimates.MAXIMUM,
    )
    return Planned(drafts=(Draft(phase=Phase.MAXIMUM, step=step),))


def _warm(change: TableChange, name: str, before: Json, after: Json, own: tuple[FieldChange, ...]) -> Planned:  # noqa: ARG001 - one shape for all
    step = change.step(
        f"index.{name}.warm",
        {"kind": "warm", "index": name},
        symbol="~",
        reason=f"Raises the warm throughput of the index {name}.",
        changes=own,
        hazards=warm_hazards(_subject(change, name)),
        estimate=estimates.WARM,
    )
    return Planned(drafts=(Draft(phase=Phase.WARM_THROUGHPUT, step=step),))
