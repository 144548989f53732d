"""DDB121: kinds of items share a partition only if one request reads them together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from planner.checks.entities import entity_address
from planner.rules.base import Finding, Rule, warning
from planner.rules.keys import could_hold, reads_entity, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.entities import Entity
    from planner.plan import Table
    from planner.rules.model import Model

CODE = warning(
    "DDB121",
    "Kinds of items together that nothing reads together",
    "One table for several kinds has a price: one stream, one backup, one capacity, keys that nobody "
    "can read. It is worth "
    "it where one request reads them together.",
)


def _find(model: Model) -> Iterator[Finding]:
    if not model.plan.queries:
        return
    for table in model.tables:
        entities = [entity for entity in table.entities.values() if entity.keys]
        sharing = [
            (one, other)
            for one, other in combinations(entities, 2)
            if template_of(one, table.partition_key).may_equal(template_of(other, table.partition_key))
        ]
        apart = {one.name for pair in sharing for one in pair}
        for one, other in sharing:
            if _together(model, table, one, other):
                apart -= {one.name, other.name}
        for entity in entities:
            if entity.name in apart:
                yield Finding(
                    position=entity.position,
                    address=entity_address(table, entity),
                    what=f"No query and no transaction touches '{entity.name}' together with another kind of table "
                    f"'{table.key}'.",
                    fix="Give it a table of its own, or add the query that reads it with what it lies beside.",
                )


def _together(model: Model, table: Table, one: Entity, other: Entity) -> bool:
    for read in model.reads_of(table):
        if reads_entity(read, one) and reads_entity(read, other) and not read.query.scan:
            return True
    for transaction in model.plan.transactions.values():
        writes = [write for write in model.in_transaction(transaction) if write.table.key == table.key]
        first = {write.place for write in writes if could_hold(table, one, write.item)}
        second = {write.place for write in writes if could_hold(table, other, write.item)}
        if first and second and len(first | second) > 1:
            return True
    return False


RULE = Rule(code=CODE, find=_find)
