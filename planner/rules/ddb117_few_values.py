"""DDB117: a partition key has many values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.checks.entities import entity_address
from planner.checks.indexes import index_address
from planner.rules.base import Finding, Rule, listed, warning
from planner.rules.model import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Index, Table
    from planner.rules.model import Model
    from planner.values import Item

CODE = warning(
    "DDB117",
    "Partition key with few values",
    "All items of one value lie in one partition, which takes 1,000 writes a second and is read as a "
    "whole; a status, a "
    "type or a constant gathers everything in a few.",
)
FEWEST_VALUES = 100
_FEWEST_ITEMS = 5
_SMALL = 100
"""Items of one value: so few that they are no burden to one partition."""
_WORD = re.compile(r"[A-Za-z_#-]+")
_FEW = re.compile(
    r"(?:.*_)?(?:status|state|type|kind|tier|category|gender|country|currency|level|role|priority|severity|region|"
    r"language|plan|is_[a-z_]+|has_[a-z_]+|active|enabled|deleted)",
    re.IGNORECASE,
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        yield from _templates(table)
        yield from _of_key(model, table, None)
        for index in table.global_indexes.values():
            yield from _of_key(model, table, index)


def _templates(table: Table) -> Iterator[Finding]:
    """A partition key that an entity makes of literal text alone, or of what has few values by its name."""
    partition = {table.partition_key: table.address}
    partition |= {index.partition_key[0]: index_address(table, index) for index in table.global_indexes.values()}
    for entity in table.entities.values():
        for attribute, template in entity.keys.items():
            few = entity.volume is not None and (entity.volume.items or FEWEST_VALUES) < FEWEST_VALUES
            declared = set() if table.volume is None else set(table.volume.distinct)
            varying = [name for name in template.variables if name in declared or not _FEW.fullmatch(name)]
            if attribute in partition and not varying and not few:
                what = "has one value" if not template.variables else f"varies only by {listed(template.variables)}"
                yield Finding(
                    position=template.position,
                    address=entity_address(table, entity),
                    what=f"'{template.text}', the partition key of every '{entity.name}', {what}.",
                    fix="Put an attribute that varies into the template; where there are few such items, say so: "
                    "`volume: {items: 20}` of the entity.",
                )


def _of_key(model: Model, table: Table, index: Index | None) -> Iterator[Finding]:
    partition = (table.partition_key,) if index is None else index.partition_key
    reason = _reason(model, table, partition)
    if reason is None:
        return
    positions, fallback = (table.positions, table.position) if index is None else (index.positions, index.position)
    subject = f"table '{table.key}'" if index is None else f"the index '{index.name}'"
    yield Finding(
        position=positions.get("partition_key", fallback),
        address=table.address if index is None else index_address(table, index),
        what=f"{listed(partition)}, the partition key of {subject}, {reason}.",
        fix="Add an attribute that varies: a list of names for an index's key, or a shard such as `open#3`. Where many "
        f"values are meant, say so: `volume: {{distinct: {{{partition[0]}: 5000}}}}`.",
    )


def _reason(model: Model, table: Table, partition: tuple[str, ...]) -> str | None:
    declared = model.distinct(table, partition)
    if declared is not None:
        items = None if table.volume is None else table.volume.items
        small = items is not None and items <= declared * _SMALL
        return f"is said to have {declared:,} values" if declared < FEWEST_VALUES and not small else None
    if any(set(partition) & set(entity.keys) for entity in table.entities.values()):
        return None
    keys = [tuple(text_of(item[name]) or "" for name in partition) for item in _having(model, table, partition)]
    # A word is a constant; what looks like an id may be the one that somebody chose to show.
    if len(keys) >= _FEWEST_ITEMS and len(set(keys)) == 1 and all(_WORD.fullmatch(text) for text in keys[0]):
        return f"has one value in all {len(keys)} known items"
    if all(_FEW.fullmatch(name) for name in partition):
        return "has few values, by its name"
    return None


def _having(model: Model, table: Table, partition: tuple[str, ...]) -> list[Item]:
    return [item for item in model.items(table) if all(name in item for name in partition)]


RULE = Rule(code=CODE, find=_find)
