"""A limited run: the steps of some addresses, with those that they cannot do without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from planner.calls import creation, tables_named
from planner.steps import Call, Step
from planner.values import Json


def matches(step: Step, address: str) -> bool:
    """Whether a step is about an address or about a part of it."""
    return any(_concerns(address, own) for own in (step.address, step.id, *step.covers))


def _concerns(address: str, own: str) -> bool:
    return own == address or own.startswith(f"{address}.")


def needed(steps: tuple[Step, ...], addresses: Iterable[str]) -> tuple[Step, ...]:
    """The steps of some addresses and those that they cannot do without, in order.

    Changes of one table that only happen to stand in a row do not need each other: a limited run takes one of them
    without the others.
    """
    wanted = set(addresses)
    by_id = {step.id: step for step in steps}
    keep: set[str] = set()
    open_ids = [step.id for step in steps if any(matches(step, address) for address in wanted)]
    while open_ids:
        current = open_ids.pop()
        if current in keep:
            continue
        keep.add(current)
        open_ids += _needs(by_id, by_id[current])
    kept = tuple(
        replace(step, depends_on=tuple(dict.fromkeys(_nearest(by_id, step, keep)))) for step in steps if step.id in keep
    )
    return _fewer_tables(kept, wanted)


def _fewer_tables(steps: tuple[Step, ...], wanted: set[str]) -> tuple[Step, ...]:
    """The making of several tables, less those that nothing else of the run is about."""
    together = next((step for step in steps if step.call.function == "create_multiple_tables"), None)
    if together is None or together.id in wanted:
        return steps
    named = {name for step in steps if step is not together for name in tables_named(step.call)}
    schemas = together.call.arguments["table_schemas"]
    chosen = [
        (address, schema)
        for address, schema in zip(together.covers, schemas, strict=True)
        if schema["TableName"] in named or any(_concerns(name, address) for name in wanted)
    ]
    if not chosen:
        return tuple(
            replace(step, depends_on=tuple(name for name in step.depends_on if name != together.id))
            for step in steps
            if step is not together
        )
    smaller = _with_tables(together, tuple(address for address, _ in chosen), [schema for _, schema in chosen])
    return tuple(
        smaller
        if step is together
        else replace(step, depends_on=tuple(smaller.id if name == together.id else name for name in step.depends_on))
        for step in steps
    )


def _with_tables(step: Step, covers: tuple[str, ...], schemas: list[Mapping[str, Json]]) -> Step:
    database = step.call.arguments["database_name"]
    if len(covers) > 1:
        arguments = {"table_schemas": schemas, "database_name": database}
        changes = tuple(c for c in step.changes if c.path.startswith(tuple(f"{address}." for address in covers)))
        return replace(
            step,
            call=Call(function=step.call.function, arguments=arguments),
            covers=covers,
            changes=changes,
            reason=f"Makes {len(covers)} new tables in parallel.",
        )
    prefix = f"{covers[0]}."
    return replace(
        step,
        id=covers[0],
        address=covers[0],
        covers=covers,
        call=creation(schemas[0], database),
        reason=f"Makes the table {schemas[0]['TableName']}.",
        changes=tuple(
            replace(change, path=change.path.removeprefix(prefix))
            for change in step.changes
            if change.path.startswith(prefix)
        ),
    )


def _is_change(step: Step) -> bool:
    return "change" in step.call.arguments


def _needs(by_id: Mapping[str, Step], step: Step) -> list[str]:
    """What must be done before a step for it to make sense."""
    if not _is_change(step):
        return list(step.depends_on)
    found: list[str] = []
    for name in _ancestors(by_id, step):
        other = by_id[name]
        same_setting = other.address == step.address
        if (
            not _is_change(other) and not other.address.startswith(("seed.", "transaction.", "query."))
        ) or same_setting:
            found.append(name)
    return found


def _ancestors(by_id: Mapping[str, Step], step: Step) -> list[str]:
    found: dict[str, None] = {}
    open_ids = list(step.depends_on)
    while open_ids:
        name = open_ids.pop()
        if name not in found:
            found[name] = None
            open_ids += by_id[name].depends_on
    return list(found)


def _nearest(by_id: Mapping[str, Step], step: Step, keep: set[str]) -> list[str]:
    """The kept steps that come before a step, over those that are left out."""
    found: list[str] = []
    seen: set[str] = set()
    ahead = list(reversed(step.depends_on))
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in keep:
            found.append(name)
        else:
            ahead += reversed(by_id[name].depends_on)
    return found
