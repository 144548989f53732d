"""DDB115: an attribute that changes often is a costly index key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.expressions.tree import RemoveAction
from planner.rules.actions import makes_what_is_missing
from planner.rules.base import Finding, Rule, info, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model, Write

CODE = info(
    "DDB115",
    "Index key that updates change",
    "Each change of an index key deletes the item from the index and puts it back: two writes of the "
    "index instead of one.",
)


def _find(model: Model) -> Iterator[Finding]:
    application = {one.name for one in model.patterns}
    for table in model.tables:
        updates = [write for write in model.writes_of(table) if write.transaction.name in application]
        for index in table.global_indexes.values():
            own = set(index.key_names) - set(table.key_names)
            if any(own & _removed_by(write) for write in model.writes_of(table)):
                continue  # a sparse index: items enter and leave it, which is what it is for
            changed = {name: [one for one in updates if name in _set_by(one)] for name in sorted(own)}
            names = [name for name, by in changed.items() if by]
            if names:
                by = dict.fromkeys(one.transaction.name for name in names for one in changed[name])
                yield Finding(
                    position=index.position,
                    address=index_address(table, index),
                    what=f"{listed(by)} {'changes' if len(by) == 1 else 'change'} {listed(names)}, "
                    f"a key of the index '{index.name}'.",
                    fix="Where that happens often, index by something that stays; where an item only leaves the index, "
                    "remove the attribute instead.",
                )


def _set_by(write: Write) -> set[str]:
    """Attributes that an update sets; one that makes the item where it is missing sets its keys once."""
    if any(makes_what_is_missing(action) for action in write.actions):
        return set()
    return {action.path.attribute for action in write.actions if not isinstance(action, RemoveAction)}


def _removed_by(write: Write) -> set[str]:
    return {action.path.attribute for action in write.actions if isinstance(action, RemoveAction)}


RULE = Rule(code=CODE, find=_find)
