"""A plan's tables as every export takes them, and what a format leaves out of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.checked import CheckedPlan
from planner.desired import desired_table
from planner.exporting.values import HELD, Hold, Target, held_replicas, holds
from planner.plan import Plan, Query, Table, Transaction
from planner.reading import rows
from planner.settings import table_schema
from planner.settings.replica_settings import replica_settings_of
from planner.state import TableState
from planner.values import Item, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTable:
    """One table as an export takes it.

    Attributes:
        key: Its name in the plan.
        description: For people.
        schema: Its ``table_schema``, of what the format can hold.
        settings: The same in the plan's canonical form.
    """

    key: str
    description: str
    schema: Mapping[str, Json]
    settings: Mapping[str, Json]


def tables_for(plan: Plan, target: Target) -> tuple[ExportTable, ...]:
    """The plan's own tables, each with what the format can hold."""
    return tuple(_table(table, target) for table in plan.tables.values() if not table.external)


def _table(table: Table, target: Target) -> ExportTable:
    state = desired_table(table).state
    kept = {
        name: value for name, value in state.settings.items() if name not in HELD[target] or holds(target, name, value)
    }
    kept = {name: value for name, value in kept.items() if not name.startswith("replica_")}
    if "replicas" in kept:
        kept["replicas"] = held_replicas(target, kept["replicas"])
        own = replica_settings_of(kept)
        kept |= {"replica_settings": own} if own else {}
    if HELD[target]["capacity"] is Hold.NO:
        kept.pop("autoscaling", None)
    indexes = kept.get("global_secondary_indexes") or {}
    kept["global_secondary_indexes"] = {name: _index(index, target) for name, index in indexes.items()}
    if HELD[target]["contributor_insights"] is Hold.NO:
        kept.pop("index_contributor_insights", None)
    schema = table_schema(TableState(name=state.name, settings=kept))
    return ExportTable(key=table.key, description=table.description, schema=schema, settings=kept)


def _index(index: Mapping[str, Json], target: Target) -> Mapping[str, Json]:
    return {name: value for name, value in index.items() if name not in HELD[target] or holds(target, name, value)}


def left_out(plan: Plan, target: Target) -> Iterator[tuple[str, str]]:
    """What the format cannot hold of the plan: the address and a sentence."""
    for table in plan.tables.values():
        if table.external:
            yield table.address, "it is someone else's table"
        else:
            yield from _of_table(table, target)
    yield from _of_sections(plan, target)
    yield from _of_nowhere(plan, target)
    if plan.environments and plan.environment is None:
        yield "environments", "the plan was written as it stands; -e NAME writes one of its environments"


def _of_table(table: Table, target: Target) -> Iterator[tuple[str, str]]:
    if table.description and HELD[target]["descriptions"] is Hold.NO:
        yield f"{table.address}.description", _why(target, "descriptions")
    yield from _of_settings(table.address, target, table.settings)
    for index in table.global_indexes.values():
        yield from _of_settings(f"{table.address}.index.{index.name}", target, index.settings)
    if HELD[target]["replicas"] is not Hold.NO:
        yield from _of_replicas(table.address, target, table.settings.get("replicas"))


def _of_nowhere(plan: Plan, target: Target) -> Iterator[tuple[str, str]]:
    """What only a plan says: entities, uniqueness, volumes and rates, what may be lost, reports."""
    for table in plan.tables.values():
        own = {
            "entities": table.entities,
            "unique": table.unique,
            "rates": table.volume,
            "ephemeral": table.ephemeral,
        }
        yield from ((table.address, _why(target, part)) for part, value in own.items() if value)
    asked: tuple[Query | Transaction, ...] = (*plan.queries.values(), *plan.transactions.values())
    for member in asked:
        if member.rate is not None or member.item_size is not None:
            yield member.address, _why(target, "rates")
    yield from ((f"report.{name}", _why(target, "reports")) for name in plan.reports)


def _of_settings(address: str, target: Target, settings: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if name in HELD[target] and not holds(target, name, value):
            yield f"{address}.{name}", _why(target, name)


def _of_sections(plan: Plan, target: Target) -> Iterator[tuple[str, str]]:
    sections: tuple[tuple[str, Mapping[str, Json]], ...] = (
        ("seed", plan.seeds),
        ("transactions", plan.transactions),
        ("queries", plan.queries),
    )
    for part, members in sections:
        if HELD[target][part] is Hold.NO:
            yield from ((member.address, _why(target, part)) for member in members.values())
    if target is Target.JSON or HELD[target]["seed"] is Hold.NO:
        return
    for seed in plan.seeds.values():
        if seed.on_conflict != "keep":
            yield f"{seed.address}.on_conflict", f"{target} cannot hold `on_conflict: {seed.on_conflict}`"


def _of_replicas(address: str, target: Target, value: Json) -> Iterator[tuple[str, str]]:
    kept = held_replicas(target, value)
    for region, own in value.items() if isinstance(value, Mapping) else ():
        for part in own if isinstance(own, Mapping) else ():
            if part not in kept[region]:
                yield f"{address}.replicas.{region}.{part}", f"{target} cannot hold {part} of a replica"


def _why(target: Target, part: str) -> str:
    what = part if HELD[target][part] is Hold.NO else f"`{part}: off`"
    return f"{target} cannot hold {what}"


def items_of(checked: CheckedPlan) -> dict[str, tuple[Item, ...]]:
    """Every seed's rows by the table's name in the plan."""
    plan = checked.plan
    return {key: tuple(row.item for row in rows(plan, seed)) for key, seed in plan.seeds.items()}
