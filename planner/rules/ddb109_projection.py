"""DDB109: an index copies what its queries read, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.expressions.projections import parse_projection
from planner.rules.base import Finding, Rule, listed, warning
from planner.rules.model import attributes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Index, Table
    from planner.rules.model import Model, Read

CODE = warning(
    "DDB109",
    "Index that copies more than is read",
    "Every copied attribute is written and stored a second time; ALL writes the index on every change of an item.",
)
_MOST_READ = 0.5
"""Of the attributes that items have: where queries read less than half, the rest is copied for nothing."""


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        known = {name for item in model.items(table) for name in item}
        for index in table.indexes.values():
            reads = [read for read in model.reads_of(table) if read.query.index == index.name]
            if index.projection != "ALL" or not reads or not all(read.query.projection for read in reads):
                continue
            wanted = {name for read in reads for name in _wanted(read)}
            beside = wanted - set(index.key_names) - set(table.key_names)
            copied = known - set(index.key_names) - set(table.key_names)
            if len(copied) > 1 and len(beside) < _MOST_READ * len(copied):
                yield _finding(table, index, sorted(beside))


def _wanted(read: Read) -> set[str]:
    named = {path.attribute for text in read.query.projection for path in parse_projection(text)}
    return named | attributes_in(read.filter)


def _finding(table: Table, index: Index, beside: list[str]) -> Finding:
    what = f"The index '{index.name}' copies all attributes, and its queries read only "
    return Finding(
        position=index.positions.get("projection", index.position),
        address=index_address(table, index),
        what=what + (f"{listed(beside)} beside the keys." if beside else "the keys."),
        fix=f"Write `projection: [{', '.join(beside)}]`." if beside else "Write `projection: KEYS_ONLY`.",
    )


RULE = Rule(code=CODE, find=_find)
