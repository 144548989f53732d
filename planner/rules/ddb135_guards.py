"""DDB135: an update is of what exists, a put is of what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.expressions.tree import DeleteAction, RemoveAction
from planner.rules.absence import holds_for_nothing
from planner.rules.actions import makes_what_is_missing, needs_what_is_there
from planner.rules.base import Finding, Rule, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model, Write

CODE = warning(
    "DDB135",
    "Write without a guard",
    "An update of an item that is not there makes one of nothing but what it sets, and a put overwrites what is there; "
    "neither says so.",
)


def _find(model: Model) -> Iterator[Finding]:
    for write in model.writes:
        problem = _problem(write)
        if problem is not None:
            yield Finding(
                position=write.position,
                address=write.address,
                what=f"The {write.operation.kind} of '{write.table.key}' in '{write.transaction.name}' {problem[0]}.",
                fix=problem[1],
            )


def _problem(write: Write) -> tuple[str, str] | None:
    key = write.table.partition_key
    match write.operation.kind:
        case "update" if holds_for_nothing(write.condition) and _makes_something(write):
            what = "makes an item where there is none"
            meant = "say that it may make the item, by `if_not_exists` or `ADD`"
            return what, f"Add `condition: attribute_exists({key})`, or {meant}."
        case "put" if write.condition is None:
            what = "overwrites an item that has this key"
            return what, f"Add `condition: attribute_not_exists({key})`, or the condition on which it may be replaced."
        case _:
            return None


def _makes_something(write: Write) -> bool:
    """Whether an update leaves an item where there was none, and is not written as one that is meant to."""
    removing = all(isinstance(action, RemoveAction | DeleteAction) for action in write.actions)
    meant = any(makes_what_is_missing(action) for action in write.actions)
    return not (removing or meant or any(needs_what_is_there(action) for action in write.actions))


RULE = Rule(code=CODE, find=_find)
