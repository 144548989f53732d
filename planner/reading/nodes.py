"""The text of a plan as a tree in which every value knows its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.diagnostics import Position


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value, as its text.

    Attributes:
        text: With quotes, folding and escapes already undone.
        plain: Written without quotes and not as a block, so that it may be a number, true, false or null.
        tag: An explicit tag such as ``!ddb``, or None.
        position: Where it starts, tag and quotes included.
        start: Where the first character of its text stands.
    """

    text: str
    plain: bool
    tag: str | None
    position: Position
    start: Position


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    members: tuple[Node, ...]
    tag: str | None
    position: Position


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping, where the key stands, and its value."""

    key: str
    position: Position
    value: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping, in the order of the text."""

    entries: Mapping[str, Entry]
    tag: str | None
    position: Position


Node = ScalarNode | SequenceNode | MappingNode


def is_bare(node: Node, *texts: str) -> bool:
    """Whether the node is one of these words, written without quotes and without a tag."""
    return isinstance(node, ScalarNode) and node.plain and node.tag is None and node.text in texts


def is_off(node: Node) -> bool:
    """Whether the node ends a setting: ``off``, or ``false``, which other YAML tools write for it."""
    return is_bare(node, "off", "false") or (isinstance(node, ScalarNode) and node.tag is None and node.text == "off")


def shorten(text: str, length: int = 60) -> str:
    """The text on one line, cut where it is long, for a message."""
    flat = text.replace("\n", "\\n")
    return flat if len(flat) <= length else flat[: length - 1] + "…"
