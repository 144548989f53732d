"""Whether two plans want the same, as far as a format can hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.checked import CheckedPlan
from planner.desired import desired_state
from planner.exporting import HELD, Hold, Target
from planner.exporting.values import held_replicas, holds
from planner.importing.values import Kind
from planner.reading import rows
from planner.settings.policy_document import canonical
from planner.values import Json, item_hash

_DERIVED = {
    "autoscaling": "capacity",
    "replica_overrides": "replicas",
    "replica_settings": "replicas",
    "index_contributor_insights": "contributor_insights",
}
"""What is compared under its own name and declared under another."""
KIND_OF = {
    Target.CLOUDFORMATION: Kind.CLOUDFORMATION,
    Target.TERRAFORM: Kind.TERRAFORM,
    Target.WORKBENCH: Kind.WORKBENCH,
    Target.MCP: Kind.MCP,
    Target.AWS_CLI: Kind.AWS_CLI,
    Target.JSON: Kind.JSON,
}


def differences(before: CheckedPlan, after: CheckedPlan, target: Target) -> Iterator[str]:
    """Where a plan that went through a format is another than it was, in what the format can hold."""
    wanted, found = _tables(before, target), _tables(after, target)
    for key in sorted({*wanted, *found}):
        own, other = wanted.get(key), found.get(key)
        if own is None or other is None:
            yield f"table {key} is only {'there afterwards' if own is None else 'there before'}"
            continue
        for name in sorted({*own, *other}):
            if own.get(name) != other.get(name):
                yield f"{key}.{name}: {own.get(name)!r} became {other.get(name)!r}"
    if HELD[target]["seed"] is not Hold.NO and _rows(before) != _rows(after):
        yield "the seeds differ"
    if HELD[target]["queries"] is not Hold.NO:
        yield from _queries(before, after)
    if HELD[target]["transactions"] is not Hold.NO:
        mine = {name: own.content_hash for name, own in before.transactions.items()}
        if mine != {name: own.content_hash for name, own in after.transactions.items()}:
            yield "the transactions differ"


def _tables(checked: CheckedPlan, target: Target) -> dict[str, dict[str, Json]]:
    return {
        key: {"name": table.state.name, **_held(table.state.settings, target)}
        for key, table in desired_state(checked).tables.items()
        if not table.external
    }


def _held(settings: Mapping[str, Json], target: Target) -> dict[str, Json]:
    found = {}
    for name, value in settings.items():
        part = _DERIVED.get(name, name)
        declared = settings.get(part, value) if part != "contributor_insights" else value
        if part in HELD[target] and not holds(target, part, declared):
            continue
        if part == "replicas" and name != part:
            continue  # derived of it
        if name == "replicas":
            value = held_replicas(target, value)  # noqa: PLW2901 - what of it can be held
        if name == "resource_policy" and isinstance(value, Mapping):
            value = canonical(value)  # noqa: PLW2901 - exports write a policy in one form
        if name == "global_secondary_indexes":
            found[name] = {index: _index(own, target) for index, own in value.items()}
        else:
            found[name] = value
    return found


def _index(own: Mapping[str, Json], target: Target) -> dict[str, Json]:
    return {name: value for name, value in own.items() if name not in HELD[target] or holds(target, name, value)}


def _rows(checked: CheckedPlan) -> dict[str, list[str]]:
    plan = checked.plan
    found = {key: sorted(item_hash(row.item) for row in rows(plan, seed)) for key, seed in plan.seeds.items()}
    return {key: hashes for key, hashes in found.items() if hashes}


def _queries(before: CheckedPlan, after: CheckedPlan) -> Iterator[str]:
    for name in sorted({*before.queries, *after.queries}):
        mine, theirs = before.queries.get(name), after.queries.get(name)
        if mine is None or theirs is None or mine.call != theirs.call:
            yield f"query {name} differs"
