"""From trees back to text, in the form that DynamoDB takes: aliased names, no superfluous parentheses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import assert_never

from planner.expressions.reserved import needs_alias
from planner.expressions.tree import (
    AddAction,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Condition,
    DeleteAction,
    IfNotExists,
    In,
    Junction,
    ListAppend,
    Node,
    Not,
    Operand,
    Path,
    Placeholder,
    RemoveAction,
    SetAction,
    Size,
    Update,
    UpdateOperand,
    UpdateValue,
    walk,
)

_MAX_ALIAS = 60


@dataclass(slots=True)
class Aliases:
    """The names that one request replaces: shared by all of its expressions.

    Attributes:
        names: The attribute's name by its alias, ready to be ``ExpressionAttributeNames``.
    """

    names: dict[str, str] = field(default_factory=dict)
    _by_name: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """How a name is written: as it is where DynamoDB takes it, else as its alias."""
        if not needs_alias(name):
            return name
        if name not in self._by_name:
            alias = self._free_alias(name)
            self._by_name[name] = alias
            self.names[alias] = name
        return self._by_name[name]

    def _free_alias(self, name: str) -> str:
        readable = "#" + re.sub(r"[^A-Za-z0-9_]", "_", name)[:_MAX_ALIAS]
        alias, number = readable, 1
        while alias in self.names:
            number += 1
            alias = f"{readable}_{number}"
        return alias


def render(node: Condition | Update, aliases: Aliases) -> str:
    """The text of a whole expression.

    Args:
        node: What the parser made.
        aliases: Of the request that the expression is part of; grows by the names used here.
    """
    if isinstance(node, Update):
        return _update(node, aliases)
    return _condition(node, aliases)


def render_path(path: Path, aliases: Aliases) -> str:
    """The text of a document path."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{aliases.text(part)}" for part in path.parts)
    return "".join(parts).removeprefix(".")


def _operand(node: Operand, aliases: Aliases) -> str:
    match node:
        case Path():
            return render_path(node, aliases)
        case Placeholder(name=name):
            return f":{name}"
        case Size(operand=operand):
            return f"size({_operand(operand, aliases)})"
        case _:
            assert_never(node)


def _condition(node: Condition, aliases: Aliases) -> str:
    match node:
        case Comparison(comparator=comparator, left=left, right=right):
            return f"{_operand(left, aliases)} {comparator} {_operand(right, aliases)}"
        case Between(operand=operand, low=low, high=high):
            words = (_operand(operand, aliases), _operand(low, aliases), _operand(high, aliases))
            return "{} BETWEEN {} AND {}".format(*words)
        case In(operand=operand, choices=choices):
            first = _operand(operand, aliases)
            return f"{first} IN ({', '.join(_operand(choice, aliases) for choice in choices)})"
        case Call(function=function, operands=operands):
            return f"{function}({', '.join(_operand(operand, aliases) for operand in operands)})"
        case Not(condition=condition):
            return f"NOT {_part(condition, aliases)}"
        case Junction(word=word, parts=parts):
            return f" {word} ".join(_part(part, aliases) for part in parts)
        case _:
            assert_never(node)


def _part(node: Condition, aliases: Aliases) -> str:
    text = _condition(node, aliases)
    return f"({text})" if isinstance(node, Junction) else text


def _update(update: Update, aliases: Aliases) -> str:
    sections = {
        "SET": [f"{render_path(one.path, aliases)} = {_value(one.value, aliases)}" for one in update.sets],
        "REMOVE": [render_path(one.path, aliases) for one in update.removes],
        "ADD": [f"{render_path(one.path, aliases)} :{one.value.name}" for one in update.adds],
        "DELETE": [f"{render_path(one.path, aliases)} :{one.value.name}" for one in update.deletes],
    }
    return " ".join(f"{word} {', '.join(actions)}" for word, actions in sections.items() if actions)


def _value(node: UpdateValue, aliases: Aliases) -> str:
    match node:
        case Arithmetic(operator=operator, left=left, right=right):
            return f"{_update_operand(left, aliases)} {operator} {_update_operand(right, aliases)}"
        case ListAppend(first=first, second=second):
            return f"list_append({_update_operand(first, aliases)}, {_update_operand(second, aliases)})"
        case _:
            return _update_operand(node, aliases)


def _update_operand(node: UpdateOperand, aliases: Aliases) -> str:
    match node:
        case Path():
            return render_path(node, aliases)
        case Placeholder(name=name):
            return f":{name}"
        case IfNotExists(path=path, default=default):
            return f"if_not_exists({render_path(path, aliases)}, {_update_operand(default, aliases)})"
        case _:
            assert_never(node)


def operators(node: Node) -> int:
    """Operators and functions, as DynamoDB counts them against its limit of 300."""
    total = 0
    for found in walk(node):
        match found:
            case Junction(parts=parts):
                total += len(parts) - 1
            case (
                Comparison() | Between() | In() | Call() | Not() | Size() | Arithmetic() | IfNotExists() | ListAppend()
            ):
                total += 1
            case Path() | Placeholder() | SetAction() | RemoveAction() | AddAction() | DeleteAction() | Update():
                pass
    return total
