"""DDB103: what is read is written somewhere, and each kind of item is both read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.entities import entity_address
from planner.rules.base import Finding, Rule, warning
from planner.rules.keys import could_hold, reads_entity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.entities import Entity
    from planner.plan import Table
    from planner.rules.model import Model

CODE = warning(
    "DDB103",
    "Kind of item that is only read or only written",
    "What nothing writes cannot be found, and what nothing reads need not be kept: one of the two is missing.",
)


def _find(model: Model) -> Iterator[Finding]:
    if not model.plan.seeds and not model.plan.transactions:
        return
    for table in model.tables:
        templated = [entity for entity in table.entities.values() if entity.keys]
        for entity in templated:
            yield from _of_entity(model, table, entity)
        if not templated and model.reads_of(table) and not _is_written(model, table):
            yield Finding(
                position=table.position,
                address=table.address,
                what=f"Table '{table.key}' is read, and neither a seed nor a transaction writes an item of it.",
                fix="Add the transaction that makes its items, marked `run: test`, or first rows under `seed`.",
            )


def _is_written(model: Model, table: Table) -> bool:
    puts = any(write.operation.kind in {"put", "update"} for write in model.writes_of(table))
    # A seed may stand for rows that another environment has.
    return puts or table.key in model.plan.seeds


def _of_entity(model: Model, table: Table, entity: Entity) -> Iterator[Finding]:
    written = any(could_hold(table, entity, row.item) for row in model.rows(table)) or any(
        could_hold(table, entity, write.item)
        for write in model.writes_of(table)
        if write.operation.kind in {"put", "update"}
    )
    read = any(reads_entity(one, entity) for one in model.reads_of(table))
    if written and (read or not model.plan.queries):
        return
    words = ["written"] if not written else []
    words += ["read"] if not read and model.plan.queries else []
    yield Finding(
        position=entity.position,
        address=entity_address(table, entity),
        what=f"Items of the entity '{entity.name}' are never {' nor '.join(words)}.",
        fix="Add the query or the transaction (`run: test`) that it is for, or remove the entity.",
    )


RULE = Rule(code=CODE, find=_find)
