"""Expressions as JSON, to be hashed: what an expression does, not how it is written.

Placeholders are replaced by their values, names stand as they are, spelling and parentheses do not show. This form
is part of what a transaction's content hash covers, so it may change only together with ``OPERATIONS_FORMAT``.
"""

from __future__ import annotations

from typing import assert_never

from planner.expressions.tree import (
    AddAction,
    Arithmetic,
    Between,
    Call,
    Comparison,
    DeleteAction,
    IfNotExists,
    In,
    Junction,
    ListAppend,
    Node,
    Not,
    Path,
    Placeholder,
    RemoveAction,
    SetAction,
    Size,
    Update,
)
from planner.values import Item, Json, canonical_json, canonical_value

OPERATIONS_FORMAT = "operations/1"
"""The version of the canonical form of a transaction's operations; part of every content hash."""


def canonical(node: Node, values: Item) -> Json:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of node
    """The JSON of a tree: a list whose first member says what it is.

    Args:
        node: What the parser made.
        values: Every placeholder's value, by name without the colon.
    """
    match node:
        case Path(parts=parts):
            return ["path", *parts]
        case Placeholder(name=name):
            return ["value", canonical_value(values[name])]
        case Size(operand=operand):
            return ["size", canonical(operand, values)]
        case Comparison(comparator=comparator, left=left, right=right):
            return [comparator, canonical(left, values), canonical(right, values)]
        case Between(operand=operand, low=low, high=high):
            return ["between", *(canonical(part, values) for part in (operand, low, high))]
        case In(operand=operand, choices=choices):
            return ["in", canonical(operand, values), *(canonical(choice, values) for choice in choices)]
        case Call(function=function, operands=operands):
            return [str(function), *(canonical(operand, values) for operand in operands)]
        case Not(condition=condition):
            return ["not", canonical(condition, values)]
        case Junction(word=word, parts=parts):
            return [word.lower(), *(canonical(part, values) for part in parts)]
        case IfNotExists(path=path, default=default):
            return ["if_not_exists", canonical(path, values), canonical(default, values)]
        case Arithmetic(operator=operator, left=left, right=right):
            return [operator, canonical(left, values), canonical(right, values)]
        case ListAppend(first=first, second=second):
            return ["list_append", canonical(first, values), canonical(second, values)]
        case SetAction(path=path, value=value):
            return ["set", canonical(path, values), canonical(value, values)]
        case RemoveAction(path=path):
            return ["remove", canonical(path, values)]
        case AddAction(path=path, value=value):
            return ["add", canonical(path, values), canonical(value, values)]
        case DeleteAction(path=path, value=value):
            return ["delete", canonical(path, values), canonical(value, values)]
        case Update():
            # The parts of an update happen at once: their order means nothing.
            return ["update", *sorted((canonical(action, values) for action in node.actions), key=canonical_json)]
        case _:
            assert_never(node)
