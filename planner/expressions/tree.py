"""Expressions as values: what the parser makes of the text.

Parentheses and spelling are gone: two texts that mean the same by grammar give the same tree, offsets apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Comparator = Literal["=", "<>", "<", "<=", ">", ">="]


class ConditionFunction(StrEnum):
    """Functions that are conditions by themselves."""

    ATTRIBUTE_EXISTS = "attribute_exists"
    ATTRIBUTE_NOT_EXISTS = "attribute_not_exists"
    ATTRIBUTE_TYPE = "attribute_type"
    BEGINS_WITH = "begins_with"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A document path, such as ``address.lines[0]``.

    Attributes:
        parts: Names and list indexes; the first is the attribute's name.
        offset: Where it begins in the text, in characters.
    """

    parts: tuple[str | int, ...]
    offset: int = field(compare=False)

    @property
    def attribute(self) -> str:
        """The top-level attribute's name."""
        return str(self.parts[0])

    def __str__(self) -> str:
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.parts).removeprefix(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """A value's place: ``:amount``; the name is without the colon."""

    name: str
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``size(operand)``."""

    operand: Operand
    offset: int = field(compare=False)


Operand = Path | Placeholder | Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``left = right`` and the other five."""

    comparator: Comparator
    left: Operand
    right: Operand
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """``operand BETWEEN low AND high``."""

    operand: Operand
    low: Operand
    high: Operand
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class In:
    """``operand IN (choices)``."""

    operand: Operand
    choices: tuple[Operand, ...]
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function that is a condition by itself."""

    function: ConditionFunction
    operands: tuple[Operand, ...]
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """``NOT condition``."""

    condition: Condition
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """``a AND b AND c``, or the same with OR; two parts at least."""

    word: Literal["AND", "OR"]
    parts: tuple[Condition, ...]
    offset: int = field(compare=False)


Condition = Comparison | Between | In | Call | Not | Junction


@dataclass(frozen=True, slots=True, kw_only=True)
class IfNotExists:
    """``if_not_exists(path, default)``."""

    path: Path
    default: UpdateOperand
    offset: int = field(compare=False)


UpdateOperand = Path | Placeholder | IfNotExists


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """``left + right`` or ``left - right``."""

    operator: Literal["+", "-"]
    left: UpdateOperand
    right: UpdateOperand
    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAppend:
    """``list_append(first, second)``."""

    first: UpdateOperand
    second: UpdateOperand
    offset: int = field(compare=False)


UpdateValue = UpdateOperand | Arithmetic | ListAppend


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAction:
    """``SET path = value``."""

    path: Path
    value: UpdateValue


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAction:
    """``REMOVE path``."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAction:
    """``ADD path :value``."""

    path: Path
    value: Placeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAction:
    """``DELETE path :value``: members leave a set."""

    path: Path
    value: Placeholder


Action = SetAction | RemoveAction | AddAction | DeleteAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """An update expression: its actions by section, each section in the text's order."""

    sets: tuple[SetAction, ...] = ()
    removes: tuple[RemoveAction, ...] = ()
    adds: tuple[AddAction, ...] = ()
    deletes: tuple[DeleteAction, ...] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """All actions, section after section."""
        return self.sets + self.removes + self.adds + self.deletes


Node = Condition | Operand | UpdateValue | Action | Update
"""Any part of an expression."""


def children(node: Node) -> tuple[Node, ...]:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of node
    """The parts directly below a node, in the text's order."""
    match node:
        case Path() | Placeholder():
            return ()
        case Size(operand=operand):
            return (operand,)
        case Comparison() | Arithmetic():
            return (node.left, node.right)
        case Between():
            return (node.operand, node.low, node.high)
        case In():
            return (node.operand, *node.choices)
        case Call():
            return node.operands
        case Not():
            return (node.condition,)
        case Junction():
            return node.parts
        case IfNotExists():
            return (node.path, node.default)
        case ListAppend():
            return (node.first, node.second)
        case SetAction() | AddAction() | DeleteAction():
            return (node.path, node.value)
        case RemoveAction():
            return (node.path,)
        case Update():
            return node.actions


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, each before its parts."""
    yield node
    for child in children(node):
        yield from walk(child)


def paths(node: Node) -> tuple[Path, ...]:
    """Every document path of an expression."""
    return tuple(found for found in walk(node) if isinstance(found, Path))


def placeholders(node: Node) -> tuple[Placeholder, ...]:
    """Every use of a value in an expression."""
    return tuple(found for found in walk(node) if isinstance(found, Placeholder))
