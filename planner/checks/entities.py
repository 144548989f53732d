"""Entities against their table, and unique attributes against the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.codes import entities as codes
from planner.suggest import did_you_mean
from planner.values import canonical_json, canonical_value

if TYPE_CHECKING:
    from planner.diagnostics import Position, Report
    from planner.entities import Entity
    from planner.plan import Plan, SeedItem, Table


class UniqueValues:
    """The values that no two rows of a seed may share, seen so far."""

    def __init__(self, table: Table, address: str) -> None:
        """Prepare for the rows of one seed of the table."""
        self._table = table
        self._address = address
        self._seen: dict[tuple[str, str], Position] = {}

    def check(self, row: SeedItem, report: Report) -> None:
        """Report the values of a row that an earlier one has."""
        for attribute in self._table.unique:
            value = row.item.get(attribute)
            if value is None:
                continue
            earlier = self._seen.setdefault((attribute, canonical_json(canonical_value(value))), row.position)
            if earlier is not row.position:
                report.add(
                    codes.DUPLICATE_UNIQUE,
                    row.position,
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
