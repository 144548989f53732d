"""What a condition says of an item that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from planner.expressions.tree import (
    Between,
    Call,
    Comparison,
    ConditionFunction,
    In,
    Junction,
    Not,
    Path,
    paths,
    walk,
)

if TYPE_CHECKING:
    from planner.expressions.tree import Condition


def holds_for_nothing(condition: Condition | None) -> bool:  # noqa: PLR0911 - one for each kind of condition
    """Whether a condition holds where there is no item; no condition always does.

    A comparison with an attribute that is missing is false, except ``<>``, which is true.
    """
    match condition:
        case None:
            return True
        case Comparison():
            return condition.comparator == "<>" or not paths(condition)
        case Between() | In():
            return not paths(condition)
        case Call():
            return condition.function is ConditionFunction.ATTRIBUTE_NOT_EXISTS
        case Not():
            return not holds_for_nothing(condition.condition)
        case Junction(word="AND"):
            return all(holds_for_nothing(part) for part in condition.parts)
        case Junction():
            return any(holds_for_nothing(part) for part in condition.parts)
        case _:
            assert_never(condition)


def refuses_existing(condition: Condition | None, key_names: tuple[str, ...]) -> bool:
    """Whether a condition refuses where the item exists already: ``attribute_not_exists`` of one of its keys."""
    if condition is None:
        return False
    return any(
        isinstance(node, Call)
        and node.function is ConditionFunction.ATTRIBUTE_NOT_EXISTS
        and any(isinstance(operand, Path) and operand.attribute in key_names for operand in node.operands)
        for node in walk(condition)
    )
