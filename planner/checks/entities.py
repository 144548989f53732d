"""Entities against their table, and unique attributes against the seed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Self

from planner.checks.duplicates import Keys, value_fingerprint
from planner.codes import entities as codes
from planner.reading.row_problems import MAX_SHOWN_ROWS
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from planner.diagnostics import Position, Report
    from planner.entities import Entity
    from planner.plan import Plan, SeedItem, Table


class UniqueValues:
    """The values that no two rows of a seed may share, however many rows there are."""

    def __init__(self, table: Table, address: str) -> None:
        """Prepare for the rows of one seed of the table."""
        self._table = table
        self._address = address
        self._seen = {attribute: Keys() for attribute in table.unique}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for keys in self._seen.values():
            keys.close()

    def check(self, row: SeedItem, report: Report) -> None:
        """Report the values of a row that an earlier one has."""
        for attribute, keys in self._seen.items():
            value = row.item.get(attribute)
            if value is None:
                continue
            earlier = keys.seen(value_fingerprint(value), row.position)
            if earlier is not None:
                self._complain(attribute, earlier, row.position, report)

    def finish(self, report: Report) -> None:
        """Report what only the end tells of very many rows."""
        for attribute, keys in self._seen.items():
            for found in islice(keys.twice(), MAX_SHOWN_ROWS):
                self._complain(attribute, found.first, found.again, report)

    def _complain(self, attribute: str, earlier: Position, again: Position, report: Report) -> None:
        report.add(
            codes.DUPLICATE_UNIQUE,
            again,
            address=self._address,
            what=f"'{attribute}' is unique in table '{self._table.key}', and this row has the value of the one "
            f"at {earlier}.",
            fix="Give one of the two another value, or remove it.",
        )


def check_entities(plan: Plan, table: Table, report: Report) -> None:
    """Check every entity of a table."""
    for entity in table.entities.values():
        _check_keys(table, entity, report)
        _check_copies(plan, table, entity, report)


def entity_address(table: Table, entity: Entity) -> str:
    """Such as ``table.app.entity.user``."""
    return f"{table.address}.entity.{entity.name}"


def _check_keys(table: Table, entity: Entity, report: Report) -> None:
    for attribute, template in entity.keys.items():
        kind = table.key_types.get(attribute)
        if kind is None:
            known = ", ".join(f"`{name}`" for name in table.key_types)
            report.add(
                codes.BAD_ENTITY,
                template.position,
                address=entity_address(table, entity),
                what=f"'{attribute}' is no key attribute of table '{table.key}' or its indexes.",
                fix=f"{did_you_mean(attribute, table.key_types)}Key attributes are {known}.",
            )
        elif kind != "S" and not template.is_attribute:
            report.add(
                codes.BAD_ENTITY,
                template.position,
                address=entity_address(table, entity),
                what=f"'{attribute}' has the type {kind}, and its template makes text.",
                fix="Write one attribute, such as `{number}`, or make the key a text (`key_types`).",
            )


def _check_copies(plan: Plan, table: Table, entity: Entity, report: Report) -> None:
    for attribute, source in entity.copies.items():
        name, _, copied = source.partition(".")
        if name in plan.tables and copied:
            continue
        report.add(
            codes.UNKNOWN_SOURCE,
            entity.positions.get("copies", entity.position),
            address=entity_address(table, entity),
            what=f"'{attribute}' is said to be copied from '{source}', and the plan has no table '{name}'."
            if copied
            else f"'{attribute}' is said to be copied from '{source}', which names no attribute.",
            fix=f"{did_you_mean(name, plan.tables)}Write `{attribute}: TABLE.ATTRIBUTE`.",
        )
