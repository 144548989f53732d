"""DDB136: what may be sent twice is refused the second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.absence import refuses_existing
from planner.rules.actions import counts_up
from planner.rules.base import Finding, Rule, warning
from planner.rules.model import attributes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model, Write

CODE = warning(
    "DDB136",
    "Count that a repeated request raises twice",
    "A client that gets no answer sends again, and so do the SDKs: what adds to a number then adds twice.",
)


def _find(model: Model) -> Iterator[Finding]:
    for transaction in model.patterns:
        writes = model.in_transaction(transaction)
        counting = [write for write in writes if any(map(counts_up, write.actions))]
        if counting and not any(_refuses_again(write) for write in writes):
            names = [action.path.attribute for action in counting[0].actions if counts_up(action)]
            yield Finding(
                position=counting[0].position,
                address=transaction.address,
                what=f"'{transaction.name}' adds to '{names[0]}', and adds again when it is sent again.",
                fix="Put an item whose key the client chose in the same transaction, with "
                "`attribute_not_exists`; or let "
                "the condition test what the update changes.",
            )


def _refuses_again(write: Write) -> bool:
    """Whether the operation is refused once it has happened."""
    if write.operation.kind in {"put", "check"}:
        return write.operation.kind == "put" and refuses_existing(write.condition, write.table.key_names)
    if write.operation.kind == "delete":
        return write.condition is not None
    # A condition on what the update sets or removes: the state that it needs is gone afterwards.
    changed = {action.path.attribute for action in write.actions if not counts_up(action)}
    return bool(attributes_in(write.condition) & changed)


RULE = Rule(code=CODE, find=_find)
