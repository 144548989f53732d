"""Units of a live table or index in the plan's own words: provisioned, autoscaled, limited, warm."""

from __future__ import annotations

from collections.abc import Mapping

from planner.reading.grammar_tables import LEAST_TARGET, MOST_TARGET
from planner.settings.contributor_insights import DEFAULT_MODE
from planner.settings.units import OFF, SIDES
from planner.values import Json

UNASKED_WARM = {"read": 12_000, "write": 4_000}
"""What every table can take at once without anybody's asking (guide, "Understanding DynamoDB warm throughput")."""


def capacity(units: Json, scaling: Json, key: str, todos: list[str]) -> Json:
    """``{read, write}``, each units or a range; None where nothing was read.

    Args:
        units: Live units by side.
        scaling: Ranges by side, or ``off``.
        key: What it is called in a todo.
        todos: Takes ranges that a plan cannot hold.
    """
    if not isinstance(units, Mapping):
        return None
    return {side: _side(units[side], (scaling or {}).get(side, OFF), f"{key}.{side}", todos) for side in SIDES}


def _side(units: Json, scaling: Json, key: str, todos: list[str]) -> Json:
    if not isinstance(scaling, Mapping):
        return units
    target = scaling.get("target")
    what = f"it is registered with Application Auto Scaling for {scaling['min']} to {scaling['max']} units"
    if target is None:
        todos.append(f"{key}: {what} without a target-tracking policy, which a plan cannot hold; apply ends that.")
        return units
    if target != int(target) or not LEAST_TARGET <= target <= MOST_TARGET:
        todos.append(f"{key}: {what} and aims at {target} percent; a plan holds whole percents from 20 to 90.")
        return units
    return {"min": scaling["min"], "max": scaling["max"], "target": int(target)}


def maximum(value: Json) -> dict[str, Json]:
    """The setting, where there is a limit."""
    return {"maximum": dict(value)} if isinstance(value, Mapping) and value else {}


def note_warm(value: Json, provisioned: Json, key: str, todos: list[str]) -> None:
    """Say that a table is warmer than any is from the beginning; whether somebody asked for it is not to be seen."""
    if not isinstance(value, Mapping):
        return
    own = provisioned if isinstance(provisioned, Mapping) else {}
    above = {side: units for side, units in value.items() if units > max(UNASKED_WARM[side], own.get(side, 0))}
    if above:
        said = ", ".join(f"{side}: {units}" for side, units in value.items())
        todos.append(
            f"{key}: the table is warm for {{{said}}}. DynamoDB raises that by itself with use and never lowers it; "
            "declaring it costs money wherever the table is made; write it if somebody asked for it."
        )


def insights(value: Json) -> dict[str, Json]:
    """Contributor Insights, where they are on; the default mode goes without saying."""
    if value is None or value == OFF:
        return {}
    plain = not isinstance(value, Mapping) or value["mode"] == DEFAULT_MODE
    return {"contributor_insights": True if plain else dict(value)}
