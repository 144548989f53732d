"""DDB119: a sharded key says how many shards there are, and they are enough."""

from __future__ import annotations

import re
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from planner.limits import PARTITION_WRITE_UNITS
from planner.rules.base import Finding, Rule, warning
from planner.rules.load import write_units
from planner.rules.partitions import partition_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Table
    from planner.rules.model import Model
    from planner.rules.partitions import PartitionKey

CODE = warning(
    "DDB119",
    "Shards that are not counted, or too few",
    "A reader has to ask for every shard, so it has to know how many there are; and one shard takes 1,000 write units.",
)
_SHARD = re.compile(r"(?:.*_)?shard(?:_.*)?", re.IGNORECASE)


def _find(model: Model) -> Iterator[Finding]:
    for key in partition_keys(model):
        yield from _of_key(model, key)


def _of_key(model: Model, key: PartitionKey) -> Iterator[Finding]:
    for name in sorted(_shards(key.table, key.names)):
        volume = key.table.volume
        number = None if volume is None else volume.distinct.get(name)
        needed = ceil(write_units(model, key.table, key.index) / Decimal(PARTITION_WRITE_UNITS))
        if number is None:
            what = f"'{name}' is a shard in a partition key, and nothing says how many there are."
            fix = f"Say it: `volume: {{distinct: {{{name}: 10}}}}`, and in the query's description that all are read."
        elif number < needed:
            what = f"'{name}' has {number} values, and the declared rates need {needed}."
            fix = f"Use at least {needed} shards, or write less."
        else:
            continue
        yield Finding(
            position=key.position,
            address=key.address,
            what=what,
            fix=fix,
        )


def _shards(table: Table, partition: tuple[str, ...]) -> set[str]:
    own = {name for name in partition if _SHARD.fullmatch(name)}
    templates = [entity.keys[name] for entity in table.entities.values() for name in partition if name in entity.keys]
    return own | {name for template in templates for name in template.variables if _SHARD.fullmatch(name)}


RULE = Rule(code=CODE, find=_find)
