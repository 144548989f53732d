"""DDB126: a query on a collection that grows has a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model, Read

CODE = warning(
    "DDB126",
    "Query that reads a whole collection",
    "It reads and charges everything under the key, page after page, and more of it each month.",
)
_MANY = 100
"""Items: more than a person looks at, and more than most answers carry."""


def _find(model: Model) -> Iterator[Finding]:
    for read in model.reads:
        if read.query.scan or read.query.limit is not None or not read.is_whole_partition or read.one_item:
            continue
        number = _expected(model, read)
        if number is not None and number > _MANY:
            yield Finding(
                position=read.at("key_condition"),
                address=read.address,
                what=f"'{read.query.name}' reads about {number:,} items each time.",
                fix="Add a `limit` and read page by page, or ask for a range of the sort key.",
            )


def _expected(model: Model, read: Read) -> int | None:
    """How many items lie under one partition key, as far as the plan says."""
    if read.query.reads is not None:
        return read.query.reads
    volume = read.table.volume
    values = model.distinct(read.table, read.partition_key)
    return None if volume is None or volume.items is None or values is None else volume.items // values


RULE = Rule(code=CODE, find=_find)
