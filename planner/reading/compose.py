"""From text to a tree of nodes, event by event, so that no input is too deep or grows too large.

PyYAML's composer keeps the last of two equal keys, resolves scalars by YAML 1.1 and overflows the C stack on deep
input. This one takes the C parser's events and keeps its own stack: depth and size are known before a node is built.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from planner.codes import reading as codes
from planner.diagnostics import Code, Position, Report
from planner.reading.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, shorten
from planner.reading.scope import Scope

MAX_DEPTH = 64
MAX_VALUES = 100_000

_BINARY = "tag:yaml.org,2002:binary"
_SET = "tag:yaml.org,2002:set"
_TAGS = {_BINARY: "!!binary", "!set": "!set", _SET: "!set", "!ddb": "!ddb"}
_LOADER: type[yaml.CLoader | yaml.Loader] = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader


class _StopError(Exception):
    """The text cannot be read on; the reason is in the report."""


@dataclass(slots=True)
class _Built:
    """A finished node with what its aliases will cost: how many values it holds and how deep it is."""

    node: Node
    values: int
    height: int


@dataclass(slots=True)
class _Open:
    """A list or mapping that has started and not yet ended."""

    is_mapping: bool
    position: Position
    tag: str | None
    anchor: str | None
    values_before: int
    height: int = 0
    members: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Entry | None = None
    expects_key: bool = True


def compose(text: str, file: str, report: Report) -> Node | None:
    """The one document of a text as nodes, or None after a diagnostic.

    Args:
        text: Decoded text without a byte order mark.
        file: The file's name in positions.
        report: Takes every problem; duplicate and merge keys do not stop the reading.
    """
    composer = _Composer(text, file, report)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except _StopError:
        return None
    except yaml.YAMLError as problem:
        _report_syntax(problem, text, file, report)
        return None
    except (RecursionError, ValueError, OverflowError) as problem:
        Scope(report).error(codes.SYNTAX, Position(file, 1, 1), f"the text cannot be parsed: {problem}", _SYNTAX_FIX)
        return None
    if composer.root is None:
        fix = "Write at least `ddbplan: 1`, `database:` and `tables:`."
        Scope(report).error(codes.EMPTY, Position(file, 1, 1), f"`{file}` holds no values", fix)
    return composer.root


class _Composer:
    """Takes events one after another and builds nodes on a stack of its own."""

    def __init__(self, text: str, file: str, report: Report) -> None:
        self.root: Node | None = None
        self._text = text
        self._file = file
        self._report = report
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Built | None] = {}
        self._values = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Handle one event."""
        if isinstance(event, yaml.ScalarEvent):
            self._count(1, event)
            self._finish(_Built(self._scalar(event), 1, 0), event.anchor, event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                what = "a second document starts here"
                self._stop(codes.SEVERAL_DOCUMENTS, event, what, "Remove the `---`, or make it a file of its own.")

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        self._count(1, event)
        if len(self._stack) >= MAX_DEPTH:
            what = f"lists and mappings are nested more than {MAX_DEPTH} deep here"
            self._stop(codes.TOO_DEEP, event, what, "Check the brackets and the indentation of this line.")
        if event.anchor:
            self._anchors[event.anchor] = None
        self._stack.append(
            _Open(
                is_mapping=isinstance(event, yaml.MappingStartEvent),
                position=self._position(event),
                tag=self._tag(event),
                anchor=event.anchor,
                values_before=self._values - 1,
            ),
        )

    def _close(self, event: yaml.Event) -> None:
        done = self._stack.pop()
        node: Node
        if done.is_mapping:
            node = MappingNode(done.entries, done.tag, done.position)
        else:
            node = SequenceNode(tuple(done.members), done.tag, done.position)
        self._finish(_Built(node, self._values - done.values_before, done.height + 1), done.anchor, event)

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor or ""
        known = self._anchors.get(name)
        if known is None:
            inner = name in self._anchors
            what = (
                f"`*{name}` stands inside the value that it names" if inner else f"no `&{name}` stands before `*{name}`"
            )
            self._stop(codes.BAD_ALIAS, event, what, "Write the value out in place of the alias.")
            return
        if len(self._stack) + known.height > MAX_DEPTH:
            what = f"`*{name}` makes the plan nest more than {MAX_DEPTH} deep"
            self._stop(codes.TOO_DEEP, event, what, "Write out what is meant, with less nesting.")
        self._count(known.values, event)
        self._finish(known, None, event)

    def _finish(self, built: _Built, anchor: str | None, event: yaml.Event) -> None:
        """Give a finished node to the list or mapping that it stands in."""
        if anchor:
            self._anchors[anchor] = built
        if not self._stack:
            self.root = built.node
            return
        parent = self._stack[-1]
        parent.height = max(parent.height, built.height)
        if not parent.is_mapping:
            parent.members.append(built.node)
        elif parent.expects_key:
            parent.key = self._key(built.node, parent, event)
            parent.expects_key = False
        else:
            if parent.key is not None:
                parent.entries[parent.key.key] = Entry(parent.key.key, parent.key.position, built.node)
            parent.expects_key = True

    def _key(self, node: Node, parent: _Open, event: yaml.Event) -> Entry | None:
        """The key with its place, or None when its value cannot be kept."""
        if not isinstance(node, ScalarNode) or node.tag is not None or (node.plain and not node.text):
            fix = "Write a name before the colon, and quote a text that starts with `[`, `{`, `?` or `!`."
            Scope(self._report).error(codes.BAD_KEY, node.position, "a key has to be a name", fix)
            return None
        if node.plain and node.text == "<<":
            fix = "Write the keys out, or put what tables share into `defaults`."
            Scope(self._report).error(codes.MERGE_KEY, node.position, "`<<` merges another mapping into this one", fix)
            return None
        position = self._position(event)
        first = parent.entries.get(node.text)
        if first is not None:
            what = f"`{shorten(node.text)}` stands here and already at line {first.position.line}, "
            what += f"column {first.position.column}"
            Scope(self._report).error(codes.DUPLICATE_KEY, position, what, "Remove one of the two, or rename it.")
            return None
        return Entry(node.text, position, node)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        position = self._position(event)
        style = event.style or ""
        start = position if not style else self._content_start(event, style, position)
        return ScalarNode(event.value, not style, self._tag(event), position, start)

    def _content_start(self, event: yaml.ScalarEvent, style: str, position: Position) -> Position:
        """Where the text inside quotes, or on the first line of a block, begins."""
        index = _mark(event)[2]
        if style in "'\"":
            shift = 1 if not (event.anchor or event.tag) else self._text.find(style, index) - index + 1
            return Position(self._file, position.line, position.column + shift)
        line = position.line
        while True:
            index = self._text.find("\n", index) + 1
            line += 1
            end = self._text.find("\n", index)
            content = self._text[index : end if end >= 0 else None]
            if content.strip() or end < 0 or index == 0:
                return Position(self._file, line, len(content) - len(content.lstrip(" ")) + 1)

    def _tag(self, event: yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent) -> str | None:
        if event.tag is None:
            return None
        known = _TAGS.get(event.tag)
        if known is None:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            what = f"`{shorten(shown)}` is not a tag of a plan"
            fix = "Tags are `!!binary`, `!set` and `!ddb`; write a number plainly and a text in quotes."
            Scope(self._report).error(codes.UNKNOWN_TAG, self._position(event), what, fix)
        return known

    def _count(self, values: int, event: yaml.Event) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            what = f"the plan holds more than {MAX_VALUES:,} values, those behind aliases included"
            fix = "Move rows into a file and name it by `file:` in the seed; write out what aliases repeat."
            self._stop(codes.TOO_MANY_VALUES, event, what, fix)

    def _position(self, event: yaml.Event) -> Position:
        line, column, _ = _mark(event)
        return Position(self._file, line + 1, column + 1)

    def _stop(self, code: Code, event: yaml.Event, what: str, fix: str) -> None:
        Scope(self._report).error(code, self._position(event), what, fix)
        raise _StopError


def _mark(event: yaml.Event) -> tuple[int, int, int]:
    """Line, column and index of an event's first character, each from 0."""
    mark = event.start_mark
    if mark is None:
        raise TypeError("an event of the parser has no place. This is a bug in ddbplan.")
    return mark.line, mark.column, mark.index


_SYNTAX_FIX = "Check quotes, brackets and indentation at this place."


def _report_syntax(problem: yaml.YAMLError, text: str, file: str, report: Report) -> None:
    """Say what the parser did not understand, with a hint for the mistakes that plans are prone to."""
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    words = [part for part in (getattr(problem, "context", None), getattr(problem, "problem", None)) if part]
    what = ": ".join(words) if words else "the text is not YAML"
    if mark is None:
        Scope(report).error(codes.SYNTAX, Position(file, 1, 1), what, _SYNTAX_FIX)
        return
    position = Position(file, mark.line + 1, mark.column + 1)
    character = text[mark.index : mark.index + 1]
    Scope(report).error(codes.SYNTAX, position, what, _syntax_fix(character, what))


def _syntax_fix(character: str, what: str) -> str:
    if character == "`":
        return 'A backquote cannot start a plain text: put the whole expression in quotes, as in "`order-date` = :d".'
    if character == "\t":
        return "Indent by spaces; YAML does not allow tabs there."
    if character in {"@", "%"} and "token" in what:
        return f"A plain text cannot start with `{character}`: put it in quotes."
    if "mapping values are not allowed" in what:
        return "A text that holds `: ` has to be in quotes; otherwise check the indentation."
    return _SYNTAX_FIX
