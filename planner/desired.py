"""What a plan wants, in the canonical form that live state is compared in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from shlex import quote
from typing import TYPE_CHECKING

from planner.checks.seeds import same_rows
from planner.plan import Index, Plan, Table
from planner.settings import SETTINGS
from planner.settings.autoscaling import AutoScaling, scaling_of
from planner.settings.billing import PROVISIONED
from planner.settings.contributor_insights import IndexContributorInsights, index_insights_of
from planner.settings.replica_settings import (
    ReplicaOverrides,
    ReplicaSettings,
    replica_overrides_of,
    replica_settings_of,
)
from planner.state import DesiredSeed, DesiredState, DesiredTable, TableState
from planner.values import Json

if TYPE_CHECKING:
    from planner.checked import CheckedPlan, CheckedSeed

EVERY_ASPECT = ("table",)
_STRUCTURE = ("keys", "key_types", "global_secondary_indexes", "local_secondary_indexes")


def desired_state(checked: CheckedPlan) -> DesiredState:
    """The desired state of a checked plan; nothing is read but what the plan itself holds."""
    plan = checked.plan
    typed = _typed(plan)
    return DesiredState(
        database=plan.database,
        environment=plan.environment,
        tables={key: replace(desired_table(table), typed=typed) for key, table in plan.tables.items()},
        seeds={key: _seed(seed) for key, seed in checked.seeds.items()},
        transactions=tuple(t for t in checked.transactions.values() if t.run == "once"),
        queries=tuple(checked.queries.values()),
        typed=typed,
    )


def _typed(plan: Plan) -> str:
    """How the plan is named on a command line."""
    words = [plan.file, *(() if plan.environment is None else ("-e", plan.environment))]
    return " ".join(quote(word) for word in words)


def desired_table(table: Table) -> DesiredTable:
    """One table of a plan in canonical form."""
    capacity = table.settings.get("capacity") if table.settings.get("billing") == PROVISIONED else None
    settings: dict[str, Json] = {
        "keys": {"partition_key": table.partition_key, "sort_key": table.sort_key},
        "key_types": dict(table.key_types),
        "global_secondary_indexes": {
            name: _global_index(index, capacity) for name, index in table.global_indexes.items()
        },
        "local_secondary_indexes": {
            name: {"sort_key": index.sort_key[0], "projection": _projection(index)}
            for name, index in table.local_indexes.items()
        },
        **table.settings,
    }
    settings[AutoScaling.name] = scaling_of(settings)
    settings |= _derived(settings)
    return DesiredTable(
        key=table.key,
        state=TableState(name=table.name, settings=settings),
        external=table.external,
        position=table.position,
        positions=table.positions,
    )


def _derived(settings: Mapping[str, Json]) -> dict[str, Json]:
    """What indexes and replicas declare of settings of their own, gathered by the setting that compares it."""
    found = {
        IndexContributorInsights.name: index_insights_of(settings),
        ReplicaOverrides.name: replica_overrides_of(settings),
        ReplicaSettings.name: replica_settings_of(settings),
    }
    return {name: value for name, value in found.items() if value}


def _projection(index: Index) -> Json:
    return index.projection if isinstance(index.projection, str) else sorted(index.projection)


def _global_index(index: Index, inherited: Json) -> Json:
    """An index with the units it has in the end: its own, or the table's; none on demand."""
    own = {name: value for name, value in index.settings.items() if name != "capacity"}
    found: dict[str, Json] = {
        "partition_key": list(index.partition_key),
        "sort_key": list(index.sort_key),
        "projection": _projection(index),
        **own,
    }
    if inherited is not None:
        found["capacity"] = index.settings.get("capacity", inherited)
    return found


def _seed(checked: CheckedSeed) -> DesiredSeed:
    return DesiredSeed(
        table=checked.seed.table,
        on_conflict=checked.seed.on_conflict,
        file=checked.seed.file if checked.seed.generate is None else f"{checked.address} (generated)",
        count=checked.count,
        source_hash=checked.source_hash,
        row_hashes=checked.row_hashes,
        rows=partial(same_rows, checked),
        position=checked.seed.position,
        attributes=checked.seed.attributes,
        bulk=checked.seed.source,
    )


def aspects_needed(
    desired: DesiredState,
    table_key: str,
    recorded: Mapping[str, Json] | None = None,
) -> tuple[str, ...]:
    """The aspects of ``get_table_info`` that a diff of one table looks at, in order.

    Args:
        desired: The desired state.
        table_key: The table's name in the plan.
        recorded: What the last apply declared; None where the ledger does not record the table, so that somebody
            else's mark on it has to be looked for.
    """
    table = desired.tables[table_key]
    if table.external:
        return EVERY_ASPECT
    needed = {setting.aspect for setting in SETTINGS if setting.is_read(table.state.settings, recorded)}
    if recorded is None:
        needed.add("tags")
    return (*EVERY_ASPECT, *sorted(needed - set(EVERY_ASPECT)))


def declared_settings(state: Mapping[str, Json]) -> dict[str, Json]:
    """The settings that are not managed unless a plan declares them: all but keys and indexes."""
    return {name: value for name, value in state.items() if name not in _STRUCTURE}
