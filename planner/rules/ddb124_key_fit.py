"""DDB124: rows and operations have keys that the entities of their table make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, error
from planner.rules.keys import could_hold
from planner.rules.model import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.diagnostics import Position
    from planner.plan import Table
    from planner.rules.model import Model
    from planner.values import Item

CODE = error(
    "DDB124",
    "Key that no entity of the table makes",
    "A key that follows no template is found by no query that was made for them; mostly it is misspelt.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        if not any(entity.keys for entity in table.entities.values()):
            continue
        for row in model.rows(table):
            yield from _of_item(table, row.item, row.position, f"seed.{table.key}")
        for write in model.writes_of(table):
            yield from _of_item(table, write.item, write.position, write.address)


def _of_item(table: Table, item: Item, position: Position, address: str) -> Iterator[Finding]:
    if any(could_hold(table, entity, item) for entity in table.entities.values()):
        return
    key = ", ".join(f"{name}: {text_of(item[name])}" for name in table.key_names)
    templates = "; ".join(
        f"{entity.name}: "
        f"{', '.join(template.text for name, template in entity.keys.items() if name in table.key_names)}"
        for entity in table.entities.values()
    )
    yield Finding(
        position=position,
        address=address,
        what=f"The key {{{key[:120]}}} is made by no entity of table '{table.key}'.",
        fix=f"Correct it, or declare its kind under `entities`. Templates are: {templates}.",
    )


RULE = Rule(code=CODE, find=_find)
