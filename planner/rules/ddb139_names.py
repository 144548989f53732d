"""DDB139: attributes and indexes are named for what they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.rules.base import Finding, Rule, info
from planner.rules.model import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Table
    from planner.rules.model import Model

CODE = info(
    "DDB139",
    "Name that says nothing",
    "Whoever reads `GSI1PK` has to look up what it holds; `customer_id` says it. Only a table that "
    "holds several kinds of "
    "items has keys without a meaning of their own.",
)
_SEVERAL = 2
_HEAD = re.compile(r"[A-Za-z]+(?=[^A-Za-z])|[A-Z]+$")
_KEY = re.compile(
    r"(?:[gl]si[-_]?\d*[-_]?)?(?:pk|sk|partition_?key|sort_?key|hash_?key|range_?key|hash|range)\d*", re.IGNORECASE
)
_INDEX = re.compile(r"(?:[gl]si|index|inverted)[-_]?(?:index)?[-_]?\d*", re.IGNORECASE)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        if not _holds_several_kinds(model, table):
            for name, place in (("partition_key", table.partition_key), ("sort_key", table.sort_key)):
                if place is not None and _KEY.fullmatch(place):
                    yield Finding(
                        position=table.positions.get(name, table.position),
                        address=table.address,
                        what=f"The key of table '{table.key}' is called '{place}'.",
                        fix="Name it for what it holds, such as `customer_id`; or declare the kinds of items under "
                        "`entities`.",
                    )
        for index in table.indexes.values():
            if _INDEX.fullmatch(index.name) and not _holds_several_kinds(model, table):
                yield Finding(
                    position=index.position,
                    address=index_address(table, index),
                    what=f"An index of table '{table.key}' is called '{index.name}'.",
                    fix="Name it for the question that it answers, such as `by_customer`.",
                )


def _holds_several_kinds(model: Model, table: Table) -> bool:
    """Whether a table is overloaded: by its entities, or by keys of known items that begin with different words."""
    if len(table.entities) >= _SEVERAL:
        return True
    for name in table.key_names:
        texts = [text for item in model.items(table) if (text := text_of(item.get(name)))]
        heads = {found[0] for text in texts if (found := _HEAD.match(text))}
        if len(heads) >= _SEVERAL:
            return True
    return False


RULE = Rule(code=CODE, find=_find)
