"""A plan's text as a tree in which every value knows its first and last character, so that parts can be replaced.

Only texts that ``planner.reading`` has read without an error come here: their depth and size are bounded, and each key
stands once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import yaml

_LOADER: type[yaml.CLoader | yaml.Loader] = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader


class _Mark(Protocol):
    """A place in the text, of either of PyYAML's parsers."""

    index: int


_SPECIAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|true|false|null|off|~|")
_SAFE_PLAIN = re.compile(r"[A-Za-z0-9_./@+][A-Za-z0-9_./@+-]*(?:[ :#-][A-Za-z0-9_./@+-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single value; an alias is one, whose value is its name.

    Attributes:
        start: Index of its first character, tag and quotes included.
        end: Index after its last one.
        value: With quotes, folding and escapes undone.
        plain: Written without quotes and not as a block.
        tag: An explicit tag, or empty.
    """

    start: int
    end: int
    value: str
    plain: bool
    tag: str = ""

    @property
    def special(self) -> bool:
        """A number, true, false, null or off: what it is depends on its being plain."""
        return self.plain and _SPECIAL.fullmatch(self.value) is not None

    @property
    def number(self) -> bool:
        """A plain number."""
        return self.special and any(character.isdigit() for character in self.value)

    @property
    def null(self) -> bool:
        """Nothing."""
        return self.plain and not self.tag and self.value in {"", "~", "null"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list."""

    start: int
    end: int
    flow: bool
    items: tuple[Node, ...]
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A key and its value."""

    key: Scalar
    value: Node

    @property
    def value_is_null(self) -> bool:
        """The value is nothing."""
        return isinstance(self.value, Scalar) and self.value.null


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping, by key in the order of the text."""

    start: int
    end: int
    flow: bool
    pairs: Mapping[str, Pair]
    tag: str = ""


Node = Scalar | Sequence | Table


def parse(text: str) -> Node:
    """The tree of a text.

    Raises:
        yaml.YAMLError: It is not YAML.
    """
    events = iter(yaml.parse(text, Loader=_LOADER))
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _node(event, events, text, after=0)
    return Scalar(start=0, end=0, value="", plain=True)


def _node(event: yaml.Event, events: Iterator[yaml.Event], text: str, *, after: int) -> Node:
    start = _index(event.start_mark)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, text, after)
    if isinstance(event, yaml.AliasEvent):
        return Scalar(start=start, end=_index(event.end_mark), value=str(event.anchor), plain=True, tag="*")
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(event, events, text)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(event, events, text)
    raise TypeError(f"{type(event).__name__} begins no value. This is a bug in ddbplan.")


def _scalar(event: yaml.ScalarEvent, text: str, after: int) -> Scalar:
    start, end = _index(event.start_mark), _index(event.end_mark)
    plain = not event.style
    if start == end:  # nothing is written: it stands behind the colon or the dash
        start = end = after
    else:  # a block's end is where the next value begins
        end = start + len(text[start:end].rstrip())
    return Scalar(start=start, end=end, value=event.value, plain=plain, tag=event.tag or "")


def _sequence(first: yaml.SequenceStartEvent, events: Iterator[yaml.Event], text: str) -> Sequence:
    items: list[Node] = []
    start = _index(first.start_mark)
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        after = text.rfind("-", 0, _index(event.start_mark)) + 1
        items.append(_node(event, events, text, after=after))
    flow = bool(first.flow_style)
    end = _index(event.end_mark) if flow else max((item.end for item in items), default=start)
    return Sequence(start=start, end=end, flow=flow, items=tuple(items), tag=first.tag or "")


def _mapping(first: yaml.MappingStartEvent, events: Iterator[yaml.Event], text: str) -> Table:
    pairs: dict[str, Pair] = {}
    start = _index(first.start_mark)
    end = start
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _node(event, events, text, after=_index(event.start_mark))
        if not isinstance(key, Scalar):
            raise yaml.YAMLError("a key has to be a name")
        value = _node(next(events), events, text, after=text.find(":", key.end) + 1)
        pairs[key.value] = Pair(key=key, value=value)
        end = max(end, value.end)
    flow = bool(first.flow_style)
    return Table(start=start, end=_index(event.end_mark) if flow else end, flow=flow, pairs=pairs, tag=first.tag or "")


def _index(mark: _Mark | None) -> int:
    if mark is None:
        raise TypeError("an event of the parser has no place. This is a bug in ddbplan.")
    return mark.index


def meaning(node: Node) -> object:
    """What the node says, whatever it looks like: equal meanings are equal values."""
    match node:
        case Scalar():
            return ("scalar", node.tag, "special" if node.special else "text", "" if node.null else node.value)
        case Sequence():
            return ("list", node.tag, tuple(meaning(item) for item in node.items))
        case Table():
            return ("mapping", node.tag, frozenset((name, meaning(pair.value)) for name, pair in node.pairs.items()))


def scalars(node: Node) -> Iterator[Scalar]:
    """Every single value below a node, keys included, in the order of the text."""
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from scalars(item)
        case Table():
            for pair in node.pairs.values():
                yield pair.key
                yield from scalars(pair.value)


def inline(node: Node, text: str) -> str:
    """The node on one line, as it may stand anywhere."""
    match node:
        case Scalar():
            return _inline_scalar(node, text)
        case Sequence():
            return f"{_tagged(node)}[{', '.join(inline(item, text) for item in node.items)}]"
        case Table():
            pairs = (f"{inline(pair.key, text)}: {inline(pair.value, text)}" for pair in node.pairs.values())
            return f"{_tagged(node)}{{{', '.join(pairs)}}}"


def _tagged(node: Sequence | Table) -> str:
    return f"{short_tag(node.tag)} " if node.tag else ""


def short_tag(tag: str) -> str:
    """A tag as it is written."""
    return tag.replace("tag:yaml.org,2002:", "!!")


def _inline_scalar(node: Scalar, text: str) -> str:
    written = text[node.start : node.end]
    if node.tag == "*" or (node.plain and (node.special or _SAFE_PLAIN.fullmatch(written))):
        return written or "null"
    quoted = written[:1] in {'"', "'"} and "\n" not in written
    if quoted:
        return written
    tag = f"{short_tag(node.tag)} " if node.tag else ""
    return tag + json.dumps(node.value, ensure_ascii=False)
