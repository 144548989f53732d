"""Small readers: each takes a node and gives one Python value, or reports why it cannot and gives None."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planner.codes import reading as codes
from planner.diagnostics import Position
from planner.plan import Expression
from planner.reading.items import JSON_NUMBER, describe, integer_of, item
from planner.reading.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, is_bare, is_off, shorten
from planner.reading.other_names import meant_key
from planner.reading.scope import Scope, listed
from planner.reading.shapes import Record
from planner.values import Item

PLAN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,127}")


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping, read key by key; every reader reports and gives None when the value is not what it should be.

    Attributes:
        node: The mapping.
        record: What the grammar knows of it.
        scope: Where problems go.
    """

    node: MappingNode
    record: Record
    scope: Scope

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.node.entries

    def entry(self, key: str) -> Entry | None:
        """The key with its place and value, if it is there."""
        if key not in self.record.names:
            raise ValueError(f"the grammar of {self.record.label} has no key {key!r}. This is a bug in ddbplan.")
        return self.node.entries.get(key)

    def position(self, key: str) -> Position:
        """Where the key stands; where the mapping starts when it is absent."""
        found = self.node.entries.get(key)
        return self.node.position if found is None else found.position

    def value(self, key: str) -> Node | None:
        """The key's node, if it is there; a key without a value is reported and counts as absent."""
        found = self.entry(key)
        if found is None:
            return None
        if is_bare(found.value, ""):
            fix = f"Write a value, or remove `{key}`."
            self.scope.error(codes.NO_VALUE, found.position, f"`{key}` has no value", fix)
            return None
        return found.value

    def text(self, key: str) -> str | None:
        """A text."""
        node = self.value(key)
        return None if node is None else text(node, key, self.scope)

    def name(self, key: str) -> str | None:
        """A text that is not empty."""
        node = self.value(key)
        return None if node is None else name(node, key, self.scope)

    def names(self, key: str) -> tuple[str, ...]:
        """One name, or a list of names."""
        node = self.value(key)
        return () if node is None else names(node, key, self.scope)

    def integer(self, key: str, low: int, high: int | None = None) -> int | None:
        """An integer within bounds."""
        node = self.value(key)
        return None if node is None else integer(node, key, self.scope, low, high)

    def positions(self) -> dict[str, Position]:
        """Where each key stands."""
        return {entry.key: entry.position for entry in self.node.entries.values()}

    def boolean(self, key: str) -> bool | None:
        """True or false."""
        node = self.value(key)
        return None if node is None else boolean(node, key, self.scope)

    def choice(self, key: str, choices: tuple[str, ...], beside: str = "") -> str | None:
        """One of some words; ``beside`` says what else could stand there."""
        node = self.value(key)
        return None if node is None else choice(node, key, self.scope, choices, beside)

    def mapping(self, key: str) -> MappingNode | None:
        """A mapping of the user's own names."""
        node = self.value(key)
        return None if node is None else mapping(node, f"`{key}`", self.scope)

    def section(self, key: str, most: int | None = None) -> MappingNode | None:
        """A mapping of the user's own names with at most so many entries."""
        found = self.mapping(key)
        if found is None or most is None or len(found.entries) <= most:
            return found
        entries = "1 entry" if len(found.entries) == 1 else f"{len(found.entries):,} entries"
        what = f"`{key}` has {entries}; a plan has at most {most:,}"
        self.scope.error(codes.OUT_OF_RANGE, self.position(key), what, "Divide it into several plans.")
        return None

    def sequence(self, key: str) -> SequenceNode | None:
        """A list."""
        node = self.value(key)
        return None if node is None else sequence(node, key, self.scope)

    def fields(self, key: str, record: Record) -> Fields | None:
        """A mapping that the grammar knows."""
        node = self.value(key)
        return None if node is None else fields(node, record, self.scope)

    def expression(self, key: str) -> Expression | None:
        """An expression with the place of its first character."""
        node = self.value(key)
        found = None if node is None else name(node, key, self.scope)
        if found is None or not isinstance(node, ScalarNode):
            return None
        return Expression(text=found, position=node.start)

    def item(self, key: str) -> Item | None:
        """An item, or a part of one."""
        node = self.value(key)
        return None if node is None else item(node, self.scope)


def fields(node: Node, record: Record, scope: Scope) -> Fields | None:
    """A mapping with known keys; unknown and missing ones are reported."""
    found = mapping(node, record.label, scope)
    if found is None:
        return None
    meant = set()
    for entry in found.entries.values():
        if entry.key not in record.names:
            near = meant_key(entry.key, record, scope)
            what = f"`{shorten(entry.key)}` is not a key of {record.label}"
            asked = "" if near is None else f"Did you mean `{near}`? "
            scope.error(codes.UNKNOWN_KEY, entry.position, what, f"{asked}Keys are {listed(record.names)}.")
            meant.add(near)
    for key in record.keys:
        # One that is only misspelt is told as that.
        if key.required and key.name not in found.entries and key.name not in meant:
            fix = f"Add `{key.name}`: {key.description}"
            scope.error(codes.MISSING_KEY, found.position, f"{record.label} needs `{key.name}`", fix)
    return Fields(found, record, scope)


def mapping(node: Node, label: str, scope: Scope) -> MappingNode | None:
    """A mapping without a tag; ``label`` says what of the plan it is."""
    if isinstance(node, MappingNode) and node.tag is None:
        return node
    fix = "Write `name: value` lines, indented below it."
    scope.error(codes.WRONG_TYPE, node.position, f"{label} has to be a mapping, not {describe(node)}", fix)
    return None


def sequence(node: Node, key: str, scope: Scope) -> SequenceNode | None:
    """A list without a tag."""
    if isinstance(node, SequenceNode) and node.tag is None:
        return node
    fix = "Write `[...]`, or lines that start with `- `."
    scope.error(codes.WRONG_TYPE, node.position, f"`{key}` has to be a list, not {describe(node)}", fix)
    return None


def text(node: Node, key: str, scope: Scope) -> str | None:
    """A text; what the values' rules read as a number, true, false or null is none."""
    if isinstance(node, ScalarNode) and node.tag is None:
        other = node.plain and (node.text in {"true", "false", "null"} or JSON_NUMBER.fullmatch(node.text))
        if not other:
            return node.text
        fix = f'Put it in quotes: "{shorten(node.text)}".'
    else:
        fix = f"Write `{key}: some text`."
    scope.error(codes.WRONG_TYPE, node.position, f"`{key}` has to be a text, not {describe(node)}", fix)
    return None


def name(node: Node, key: str, scope: Scope) -> str | None:
    """A text that is not empty."""
    found = text(node, key, scope)
    if found is not None and not found.strip():
        fix = f"Write a value, or remove `{key}`."
        scope.error(codes.NO_VALUE, node.position, f"`{key}` is an empty text", fix)
        return None
    return found


def names(node: Node, key: str, scope: Scope) -> tuple[str, ...]:
    """One name or a list of different names."""
    if not isinstance(node, SequenceNode):
        single = name(node, key, scope)
        return () if single is None else (single,)
    found = [(member, name(member, key, scope)) for member in node.members]
    seen: dict[str, None] = {}
    for member, word in found:
        if word is not None and word in seen:
            scope.error(codes.DUPLICATE_KEY, member.position, f"`{key}` names `{word}` twice", "Remove one of the two.")
        elif word is not None:
            seen[word] = None
    return tuple(seen)


def plan_name(entry: Entry, what: str, scope: Scope) -> str | None:
    """A name that becomes a part of addresses; ``what`` it names goes into the message."""
    if PLAN_NAME.fullmatch(entry.key):
        return entry.key
    fix = "Use letters, digits, `_` and `-`, at most 128 of them, not starting with `-`."
    scope.error(codes.BAD_NAME, entry.position, f"`{shorten(entry.key)}` cannot be the name of {what}", fix)
    return None


def integer(node: Node, key: str, scope: Scope, low: int, high: int | None = None) -> int | None:
    """An integer from ``low`` to ``high``, without quotes."""
    found = integer_of(node)
    bounds = f"from {low:,} to {high:,}" if high is not None else f"of at least {low:,}"
    if found is None:
        what = f"`{key}` has to be an integer, not {describe(node)}"
        scope.error(codes.WRONG_TYPE, node.position, what, f"Write an integer {bounds}, without quotes.")
        return None
    if found < low or (high is not None and found > high):
        what = f"`{key}` is {found:,}, but has to be {bounds.removeprefix('of ')}"
        scope.error(codes.OUT_OF_RANGE, node.position, what, f"Write an integer {bounds}.")
        return None
    return found


def boolean(node: Node, key: str, scope: Scope) -> bool | None:
    """True or false, without quotes."""
    if is_bare(node, "true", "false"):
        return is_bare(node, "true")
    what = f"`{key}` has to be `true` or `false`, not {describe(node)}"
    scope.error(codes.WRONG_TYPE, node.position, what, "Write `true` or `false`, without quotes.")
    return None


def choice(node: Node, key: str, scope: Scope, choices: tuple[str, ...], beside: str = "") -> str | None:
    """One of some words; where ``off`` is one of them, ``false`` is taken for it.

    Args:
        node: What stands there.
        key: Where.
        scope: Takes the problem.
        choices: The words.
        beside: What else could stand there, for the message.
    """
    if "off" in choices and is_off(node):
        return "off"
    if isinstance(node, ScalarNode) and node.tag is None and node.text in choices:
        return node.text
    word = node.text if isinstance(node, ScalarNode) else ""
    what = f"`{key}` cannot be {describe(node)}"
    fix = f"{scope.did_you_mean(word, choices)}Choices are {listed(choices)}{beside and f', or {beside}'}."
    scope.error(codes.NOT_A_CHOICE, node.position, what, fix)
    return None


def named(node: MappingNode, what: str, scope: Scope) -> Iterator[Entry]:
    """The entries of a mapping of the user's own names; the badly named ones are reported and left out."""
    for entry in node.entries.values():
        if plan_name(entry, what, scope) is not None:
            yield entry
