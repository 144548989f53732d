"""DDB131: a value that must be unique is reserved by an item of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.absence import refuses_existing
from planner.rules.base import Finding, Rule, error
from planner.rules.model import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Table
    from planner.rules.model import Model, Write

CODE = error(
    "DDB131",
    "Unique attribute that nothing reserves",
    "An index promises nothing of the kind, and a look before the write comes too early: only a key is unique. An item "
    "whose key is the value, put in the same transaction on condition that it does not exist, is the reservation.",
)
_RESERVE = (
    "In the same transaction, put an item whose key holds the value, with `attribute_not_exists` of that key as its "
    "condition."
)
_RELEASE = "In the same transaction, delete the item that reserves the old value."


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        for attribute in table.unique:
            if (attribute,) == table.key_names:
                continue
            for write in model.writes_of(table):
                yield from _of_write(model, table, attribute, write)


def _of_write(model: Model, table: Table, attribute: str, write: Write) -> Iterator[Finding]:
    others = [one for one in model.in_transaction(write.transaction) if one.place != write.place]
    written = write.written
    problems: list[tuple[str, str]] = []
    if attribute in written and not _is_reservation(write, attribute):
        value = text_of(written[attribute])
        if not any(_reserves(other, value) for other in others):
            problems.append((f"gives '{attribute}' a value that nothing reserves", _RESERVE))
        if write.operation.kind == "update" and not any(other.operation.kind == "delete" for other in others):
            problems.append((f"changes '{attribute}' and keeps the old value reserved", _RELEASE))
    removed = any(
        action.path.attribute == attribute and action.path.attribute not in written for action in write.actions
    )
    gone = write.operation.kind == "delete" and not _holds(write, None)
    if (removed or gone) and not any(other.operation.kind == "delete" for other in others):
        problems.append((f"ends an item or its '{attribute}' and keeps the value reserved", _RELEASE))
    for what, fix in problems:
        yield Finding(
            position=write.position,
            address=write.address,
            what=f"'{attribute}' is unique in table '{table.key}', and '{write.transaction.name}' {what}.",
            fix=fix,
        )


def _reserves(other: Write, value: str | None) -> bool:
    """Whether a put makes an item that has the value in its key and did not exist."""
    if other.operation.kind != "put" or not refuses_existing(other.condition, other.table.key_names):
        return False
    return _holds(other, value)


def _holds(write: Write, value: str | None) -> bool:
    """Whether the value is in the write's key; of an unknown value that is taken for granted where it is a put."""
    keys = [text_of(write.item.get(name)) or "" for name in write.table.key_names]
    if value is None:
        return write.operation.kind == "put"
    return any(value in key for key in keys)


def _is_reservation(write: Write, attribute: str) -> bool:
    """Whether a put into the very table is the reservation itself: its key holds the value."""
    value = text_of(write.written[attribute])
    return value is not None and _reserves(write, value)


RULE = Rule(code=CODE, find=_find)
