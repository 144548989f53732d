"""DDB137: a copy is written again where its source changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.entities import entity_address
from planner.rules.base import Finding, Rule, listed, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = warning(
    "DDB137",
    "Copy of an attribute that changes",
    "A copy is read where it lies; when its source changes and it does not, two places say two things.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        for entity in table.entities.values():
            for attribute, source in entity.copies.items():
                name, _, original = source.partition(".")
                changing = [
                    write
                    for write in model.writes
                    if write.table.key == name and write.operation.kind == "update" and original in write.written
                ]
                alone = [
                    write.transaction.name
                    for write in changing
                    if not any(
                        other.table.key == table.key and attribute in other.written
                        for other in model.in_transaction(write.transaction)
                    )
                ]
                if alone:
                    yield Finding(
                        position=entity.positions.get("copies", entity.position),
                        address=entity_address(table, entity),
                        what=f"{listed(dict.fromkeys(alone))} changes '{source}', and not its copy '{attribute}'.",
                        fix="Write the copies in the same transaction, or read the value at its home.",
                    )


RULE = Rule(code=CODE, find=_find)
