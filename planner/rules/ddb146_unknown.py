"""DDB146: what is asked for is written somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.expressions.projections import parse_projection
from planner.rules.base import Finding, Rule, warning
from planner.rules.model import attributes_in
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.diagnostics import Position
    from planner.plan import Table
    from planner.rules.model import Model

    Named = tuple[str, Position, str, str]
    """An attribute that the plan counts on, its place, its address, and what counts on it."""

CODE = warning(
    "DDB146",
    "Attribute that nothing writes",
    "DynamoDB takes any name: a filter, a projection or an index on one that no item has finds "
    "nothing and says nothing.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        known = _known(model, table)
        if known is None:
            continue
        for name, position, address, subject in _named(model, table):
            if name not in known:
                yield Finding(
                    position=position,
                    address=address,
                    what=f"{subject} '{name}', and no seed row or transaction of table '{table.key}' has it.",
                    fix=f"{did_you_mean(name, known)}Correct the name, or add a row or a transaction that writes it.",
                )


def _known(model: Model, table: Table) -> set[str] | None:
    """Every attribute that some item has; None where no whole item is known."""
    items = list(model.items(table))
    if not items:
        return None
    updated = {name for write in model.writes_of(table) for name in write.written}
    entities = {
        name
        for entity in table.entities.values()
        for name in (*entity.copies, *(word for template in entity.keys.values() for word in template.variables))
    }
    return {name for item in items for name in item} | updated | entities | set(table.key_names)


def _named(model: Model, table: Table) -> Iterator[Named]:
    yield from _by_table(table)
    for read in model.reads_of(table):
        for name in sorted(attributes_in(read.filter)):
            yield name, read.at("filter"), read.address, "The filter asks for"
        for text in read.query.projection:
            for path in parse_projection(text):
                yield path.attribute, read.at("projection"), read.address, "The query returns"
    for write in model.writes_of(table):
        place = write.operation.condition.position if write.operation.condition else write.position
        for name in sorted(attributes_in(write.condition)):
            yield name, place, write.address, "The condition asks for"


def _by_table(table: Table) -> Iterator[Named]:
    attribute = table.settings.get("time_to_live", "off")
    if attribute != "off":
        yield attribute, table.positions.get("time_to_live", table.position), table.address, "Items expire by"
    for index in table.indexes.values():
        address = index_address(table, index)
        for name in index.key_names:
            yield name, index.positions.get("partition_key", index.position), address, "The index has the key"
        for name in index.projection if isinstance(index.projection, tuple) else ():
            yield name, index.positions.get("projection", index.position), address, "The index copies"


RULE = Rule(code=CODE, find=_find)
