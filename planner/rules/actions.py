"""What an update's action does to what is there, and to what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.expressions.tree import (
    AddAction,
    Arithmetic,
    IfNotExists,
    ListAppend,
    Path,
    Placeholder,
    SetAction,
    walk,
)

if TYPE_CHECKING:
    from planner.expressions.tree import Action, UpdateValue


def counts_up(action: Action) -> bool:
    """Whether an action adds to what is there, so that doing it twice counts twice."""
    if isinstance(action, AddAction):
        return True
    return isinstance(action, SetAction) and any(isinstance(part, Arithmetic) for part in walk(action.value))


def appends(action: Action) -> bool:
    """Whether an action makes a list longer."""
    return isinstance(action, SetAction) and any(isinstance(part, ListAppend) for part in walk(action.value))


def makes_what_is_missing(action: Action) -> bool:
    """Whether an action is written for an item that may not exist: ``ADD``, or ``if_not_exists``."""
    if isinstance(action, AddAction):
        return True
    return isinstance(action, SetAction) and any(isinstance(part, IfNotExists) for part in walk(action.value))


def needs_what_is_there(action: Action) -> bool:
    """Whether DynamoDB refuses an action where the item lacks what it reads: ``SET total = total + :one``."""
    return isinstance(action, SetAction) and _reads(action.value)


def _reads(value: UpdateValue) -> bool:
    match value:
        case Path():
            return True
        case Arithmetic(left=left, right=right) | ListAppend(first=left, second=right):
            return _reads(left) or _reads(right)
        case Placeholder() | IfNotExists():
            return False
