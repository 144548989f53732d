"""DDB118: a partition key that is the current day or hour takes all writes at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, warning
from planner.rules.load import write_units
from planner.rules.model import text_of
from planner.rules.partitions import partition_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Table
    from planner.rules.model import Model
    from planner.rules.partitions import PartitionKey

CODE = warning(
    "DDB118",
    "Partition key that is a time",
    "All that is written now has the same key, so one partition takes every write while all others rest.",
)
_FEWEST_VALUES = 2
_FEW_WRITES = 100
"""Units a second: a tenth of what a partition takes, far from any trouble."""
_TIME = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:T\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?Z?)?)?|\d{4}-?W\d{2}|20\d{6}")
_TIME_NAME = re.compile(r"(?:.*_)?(?:date|day|hour|week|month|minute)", re.IGNORECASE)


def _find(model: Model) -> Iterator[Finding]:
    for key in partition_keys(model):
        yield from _of_key(model, key)


def _of_key(model: Model, key: PartitionKey) -> Iterator[Finding]:
    if len(key.names) > 1 or not _is_time(model, key.table, key.names[0]):
        return
    units = write_units(model, key.table, key.index)
    if 0 < units < _FEW_WRITES:
        return
    yield Finding(
        position=key.position,
        address=key.address,
        what=f"'{key.names[0]}', the partition key of {key.owner}, is a time and nothing else.",
        fix="Put what the data belongs to before it, or add a shard, `2026-01-02#7`. Where little is written, say so "
        "by the `rate` of the transactions.",
    )


def _is_time(model: Model, table: Table, name: str) -> bool:
    for entity in table.entities.values():
        template = entity.keys.get(name)
        if template is not None:
            variables = template.variables
            return len(variables) == 1 and bool(_TIME_NAME.fullmatch(variables[0]))
    texts = {text_of(item[name]) for item in model.items(table) if name in item}
    if not texts:
        return bool(_TIME_NAME.fullmatch(name))
    return len(texts) >= _FEWEST_VALUES and all(text and _TIME.fullmatch(text) for text in texts)


RULE = Rule(code=CODE, find=_find)
