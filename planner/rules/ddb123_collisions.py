"""DDB123: two kinds of items in one table never have one key."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from planner.checks.entities import entity_address
from planner.rules.base import Finding, Rule, error
from planner.rules.keys import template_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = error(
    "DDB123",
    "Two kinds of items that can have one key",
    "A put of the one then overwrites the other, and a read returns a kind that the application did not ask for.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        entities = [entity for entity in table.entities.values() if entity.keys]
        for one, other in combinations(entities, 2):
            pairs = [(template_of(one, name), template_of(other, name)) for name in table.key_names]
            if all(first.may_equal(second) for first, second in pairs):
                first, second = pairs[-1]
                yield Finding(
                    position=second.position or other.position,
                    address=entity_address(table, other),
                    what=f"'{one.name}' and '{other.name}' can have one key: '{first.text}' and "
                    f"'{second.text}' make the "
                    "same text.",
                    fix=f"Begin the key with the kind, such as '{other.name.upper()}#{second.text}'.",
                )


RULE = Rule(code=CODE, find=_find)
