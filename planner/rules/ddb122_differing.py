"""DDB122: kinds of items that differ in how long they live belong in different tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, info, listed
from planner.rules.keys import could_hold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = info(
    "DDB122",
    "Kinds of items in one table that live differently long",
    "Time to live, stream, backups and billing are the table's; what expires beside what must stay "
    "is restored, streamed "
    "and paid for with it.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        attribute = table.settings.get("time_to_live", "off")
        if attribute == "off":
            continue
        expiring, lasting = [], []
        for entity in table.entities.values():
            items = [item for item in model.items(table) if entity.keys and could_hold(table, entity, item)]
            if items and all(attribute in item for item in items):
                expiring.append(entity.name)
            elif items and not any(attribute in item for item in items):
                lasting.append(entity.name)
        if expiring and lasting:
            yield Finding(
                position=table.positions.get("time_to_live", table.position),
                address=table.address,
                what=f"In table '{table.key}', {listed(expiring)} {'expires' if len(expiring) == 1 else 'expire'} and "
                f"{listed(lasting)} {'does' if len(lasting) == 1 else 'do'} not.",
                fix="Put what expires into a table of its own, unless one request reads both.",
            )


RULE = Rule(code=CODE, find=_find)
