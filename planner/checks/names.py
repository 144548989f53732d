"""Names of tables, indexes and attributes: characters and lengths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.limits import MAX_KEY_NAME_BYTES, MAX_NAME, MIN_NAME

if TYPE_CHECKING:
    from planner.diagnostics import Position, Report
    from planner.plan import Table

_ALLOWED = re.compile(r"[a-zA-Z0-9_.-]*")


def check_names(table: Table, report: Report) -> None:
    """Check the physical name, the indexes' names, and the names of key and projected attributes."""
    where = table.positions.get("name", table.position)
    _check_name(table.name, f"The physical name '{table.name}'", where, table.address, report)
    for name in table.key_names:
        _check_attribute(name, table.position, table.address, report)
    for index in table.indexes.values():
        address = f"{table.address}.index.{index.name}"
        _check_name(index.name, f"The index name '{index.name}'", index.position, address, report)
        copied = index.projection if isinstance(index.projection, tuple) else ()
        for name in (*index.key_names, *copied):
            _check_attribute(name, index.position, address, report)
    for name in table.global_indexes.keys() & table.local_indexes.keys():
        report.add(
            codes.DUPLICATE_INDEX,
            table.local_indexes[name].position,
            address=f"{table.address}.index.{name}",
            what=f"'{name}' names a global and a local index of table '{table.key}'.",
            fix="Give one of them another name.",
        )


def _check_name(name: str, subject: str, position: Position, address: str, report: Report) -> None:
    if not MIN_NAME <= len(name) <= MAX_NAME:
        report.add(
            codes.BAD_NAME,
            position,
            address=address,
            what=f"{subject} has {len(name)} character{'' if len(name) == 1 else 's'}.",
            fix=f"Use {MIN_NAME} to {MAX_NAME} characters.",
        )
    if not _ALLOWED.fullmatch(name):
        strange = sorted({character for character in name if not _ALLOWED.fullmatch(character)})
        report.add(
            codes.BAD_NAME,
            position,
            address=address,
            what=f"{subject} has characters that are not allowed: {', '.join(map(repr, strange))}.",
            fix="Use only letters a to z and A to Z, digits, '_', '-' and '.'.",
        )


def _check_attribute(name: str, position: Position, address: str, report: Report) -> None:
    size = len(name.encode())
    if not 1 <= size <= MAX_KEY_NAME_BYTES:
        report.add(
            codes.BAD_ATTRIBUTE_NAME,
            position,
            address=address,
            what=f"The attribute name '{name[:60]}' has {size} bytes.",
            fix=f"Use 1 to {MAX_KEY_NAME_BYTES} bytes.",
        )
