"""Expressions against the keys of their table: what changes a key, what gives one a wrong type, what never holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.items import is_empty
from planner.codes import model as codes
from planner.expressions.problems import Problem
from planner.expressions.rules import in_words, type_of
from planner.expressions.tree import (
    AddAction,
    Arithmetic,
    Comparison,
    DeleteAction,
    IfNotExists,
    ListAppend,
    Path,
    Placeholder,
    RemoveAction,
    SetAction,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.expressions.problems import Complain
    from planner.expressions.tree import Action, Condition, Update, UpdateValue
    from planner.plan import Table
    from planner.values import Item


def check_comparisons(condition: Condition, table: Table, values: Item, complain: Complain) -> None:
    """Warn of comparisons between a primary key attribute and a value of another type."""
    for node in walk(condition):
        if not isinstance(node, Comparison):
            continue
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if not isinstance(side, Path) or len(side.parts) > 1 or side.attribute not in table.key_names:
                continue
            wanted = table.key_types.get(side.attribute, "S")
            kind = type_of(other, values)
            if kind is not None and kind != wanted and node.comparator != "<>":
                complain(
                    Problem(
                        code=codes.NEVER_TRUE,
                        offset=node.offset,
                        what=f"The key attribute '{side.attribute}' is {in_words(wanted)}, and is compared with "
                        f"{in_words(kind)}.",
                        fix="Give the value in the key's type.",
                    ),
                )


def check_written(update: Update, table: Table, values: Item, complain: Complain) -> None:
    """Report actions that change the primary key, or give an index key what it cannot hold."""
    index_keys = _index_keys(table)
    for action in update.actions:
        name = action.path.attribute
        if name in table.key_names:
            complain(
                Problem(
                    code=codes.KEY_UPDATE,
                    offset=action.path.offset,
                    what=f"'{name}' is part of the key of table '{table.key}'.",
                    fix="Put a new item with the new key and delete the old one, in one transaction.",
                ),
            )
        elif name in index_keys:
            what = _refusal(action, table.key_types.get(name, "S"), values)
            if what is not None:
                complain(
                    Problem(
                        code=codes.INDEX_KEY_ATTRIBUTE,
                        offset=action.path.offset,
                        what=f"'{name}' is a key of the index '{index_keys[name]}': {what}.",
                        fix="Give it a value of its declared type, or `REMOVE` it to leave the index.",
                    ),
                )


def _index_keys(table: Table) -> Mapping[str, str]:
    return {
        name: index.name for index in table.indexes.values() for name in index.key_names if name not in table.key_names
    }


def _refusal(action: Action, wanted: str, values: Item) -> str | None:
    """Why an index key attribute of this type cannot take the action; None when it can."""
    if len(action.path.parts) > 1:
        return "a key has no parts inside"
    match action:
        case RemoveAction():
            return None
        case SetAction(value=value):
            return _unfit(value, wanted, values)
        case AddAction(value=value) | DeleteAction(value=value):
            kind = type_of(value, values)
            if kind is None or (kind == "N" and wanted == "N" and isinstance(action, AddAction)):
                return None
            return f"it is {in_words(wanted)}, and here it would take {in_words(kind)}"


def _unfit(value: UpdateValue, wanted: str, values: Item) -> str | None:  # noqa: PLR0911 - one for each kind of value
    match value:
        case Path():
            return None
        case Placeholder(name=name):
            kind = type_of(value, values)
            if kind is not None and kind != wanted:
                return f"it is {in_words(wanted)}, and ':{name}' is {in_words(kind)}"
            if name in values and is_empty(values[name]):
                return f"':{name}' is empty"
            return None
        case IfNotExists(default=default):
            return _unfit(default, wanted, values)
        case Arithmetic():
            return None if wanted == "N" else f"it is {in_words(wanted)}, and a sum is a number"
        case ListAppend():
            return f"it is {in_words(wanted)}, and list_append makes a list"
