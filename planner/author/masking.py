"""A plan as Claude may see it: names and shapes, with words of ours where values stood.

Seed rows, the values of transactions, queries and expectations, tags, policies, keys of encryption, account numbers and
ARNs never leave this machine. The words are put back locally, each as it was written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.spans import Node, Scalar, Sequence, Table, inline, parse, scalars
from planner.values import InvalidNumberError, canonical_number

_BLOCKS = frozenset({"tags", "resource_policy", "kinesis", "replicas", "contributor_insights"})
_VALUES = frozenset({"item", "key", "values", "items", "first", "contains", "absent", "default", "allowed"})
_PINNED = frozenset({"account", "region", "variables"})
_PLAIN_ENCRYPTION = frozenset({"aws_owned", "aws_managed", "off", "false"})
_SECRET = re.compile(r"arn:[A-Za-z0-9-]*:[^\s\"',}\]#]+|(?<![0-9])[0-9]{12}(?![0-9])")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\n]*", re.MULTILINE)
_WORD = re.compile(r"<(?:text|number|block)[0-9]+_*>")
_HIDDEN_FROM = 3
"""Values shorter than this are hidden as values, and not looked for within messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Original:
    """What a word stands for: as text, and as it may stand anywhere in YAML."""

    value: str
    inline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    start: int
    end: int
    word: str


@dataclass(slots=True)
class Masked:
    """A plan with words for its values.

    Attributes:
        text: What is shown to Claude.
    """

    text: str = ""
    _originals: dict[str, _Original] = field(default_factory=dict)
    _words: dict[tuple[str, str], str] = field(default_factory=dict)
    _suffix: str = ""

    def restore(self, answer: str) -> str:
        """An answer with the values in place of the words, each quoted as its place needs it.

        Raises:
            yaml.YAMLError: The answer is no YAML.
        """
        parts = [
            _Part(start=scalar.start, end=scalar.end, word=self._valued(scalar, answer))
            for scalar in scalars(parse(answer))
            if not scalar.tag and _WORD.search(scalar.value)
        ]
        return self._restore_comments(_replaced(answer, parts))

    def hide(self, message: str) -> str:
        """A message without the plan's values."""
        hidden = {original.value: word for word, original in self._originals.items()}
        hidden |= {_canonical(value): word for value, word in hidden.items()}
        values = sorted((value for value in hidden if len(value) >= _HIDDEN_FROM), key=len, reverse=True)
        if not values:
            return message
        pattern = re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in values))
        return _SECRET.sub("(hidden)", pattern.sub(lambda found: hidden[found[0]], message))

    def word(self, kind: str, value: str, written: str) -> str:
        """The word for a value; the same for the same value."""
        known = self._words.get((kind, value))
        if known is not None:
            return known
        word = f"<{kind}{len(self._words) + 1}{self._suffix}>"
        self._words[kind, value] = word
        self._originals[word] = _Original(value=value, inline=written)
        return word

    def _valued(self, scalar: Scalar, answer: str) -> str:
        known = self._originals.get(scalar.value)
        if known is not None:
            return known.inline
        value = _WORD.sub(lambda found: self._value(found[0]), scalar.value)
        return json.dumps(value, ensure_ascii=False) if value != scalar.value else answer[scalar.start : scalar.end]

    def _value(self, word: str) -> str:
        known = self._originals.get(word)
        return word if known is None else known.value

    def _restore_comments(self, text: str) -> str:
        return _COMMENT.sub(lambda comment: _WORD.sub(lambda found: self._value(found[0]), comment[0]), text)


def mask(text: str) -> Masked:
    """Take the values out of a plan.

    Args:
        text: A plan that was read without an error.
    """
    masked = Masked()
    while re.search(rf"<(?:text|number|block)[0-9]+{masked._suffix}>", text):  # noqa: SLF001 - made here
        masked._suffix += "_"  # noqa: SLF001 - likewise
    root = parse(text)
    parts = list(_Walk(text, masked).root(root))
    masked.text = _SECRET.sub("(hidden)", _replaced(text, parts))
    return masked


@dataclass(frozen=True, slots=True)
class _Walk:
    """Finds what is not shown."""

    text: str
    masked: Masked

    def root(self, root: Node) -> Iterator[_Part]:
        if not isinstance(root, Table):
            yield from self._values(root)
            return
        for name, pair in root.pairs.items():
            match name:
                case "seed":
                    yield from self._values(pair.value)
                    yield from self._comments(pair.value)
                case "tables":
                    yield from self._tables(pair.value)
                case "defaults":
                    yield from self._settings(pair.value)
                case "environments":
                    yield from self._environments(pair.value)
                case "transactions" | "queries" | "reports" | "variables":
                    for entry in _entries(pair.value):
                        yield from self._pattern(entry)
                case _:
                    yield from self._secrets(pair.value)

    def _tables(self, node: Node) -> Iterator[_Part]:
        for table in _entries(node):
            yield from self._settings(table)

    def _environments(self, node: Node) -> Iterator[_Part]:
        for environment in _entries(node):
            for name, value in _named(environment):
                if name == "tables":
                    yield from self._tables(value)
                else:
                    yield from self._values(value) if name in _PINNED else self._secrets(value)

    def _settings(self, node: Node) -> Iterator[_Part]:
        """A table, an index or the defaults: names and shapes stay."""
        for name, value in _named(node):
            if name == "encryption" and not (isinstance(value, Scalar) and value.value in _PLAIN_ENCRYPTION):
                yield from self._values(value)
            elif name in _BLOCKS and not (isinstance(value, Scalar) and value.special):
                yield self._block(value)
            elif name.endswith("_indexes"):
                for index in _entries(value):
                    yield from self._settings(index)
            else:
                yield from self._secrets(value)

    def _pattern(self, node: Node) -> Iterator[_Part]:
        """A transaction or a query: what it does stays, with which values does not."""
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self._pattern(item)
        for name, value in _named(node):
            if name in _VALUES:
                yield from self._values(value)
                yield from self._comments(value)
            elif isinstance(value, Scalar):
                yield from self._secrets(value)
            else:
                yield from self._pattern(value)

    def _values(self, node: Node) -> Iterator[_Part]:
        """Every value below a node; names of attributes stay."""
        match node:
            case Scalar():
                if not (node.tag == "*" or node.value == "" or (node.special and not node.number)):
                    kind = "number" if node.number else "text"
                    yield self._part(node, self.masked.word(kind, node.value, inline(node, self.text)))
            case Sequence():
                for item in node.items:
                    yield from self._values(item)
            case Table():
                for pair in node.pairs.values():
                    yield from self._values(pair.value)

    def _secrets(self, node: Node) -> Iterator[_Part]:
        """Account numbers and ARNs within other texts."""
        for scalar in scalars(node):
            written = self.text[scalar.start : scalar.end]
            for found in _SECRET.finditer(written):
                word = self.masked.word("text", found[0], found[0])
                yield _Part(start=scalar.start + found.start(), end=scalar.start + found.end(), word=word)

    def _comments(self, node: Node) -> Iterator[_Part]:
        """Comments beside values: they may tell them."""
        inside = [(scalar.start, scalar.end) for scalar in scalars(node)]
        line_end = self.text.find("\n", node.end)
        for found in _COMMENT.finditer(self.text, node.start, len(self.text) if line_end < 0 else line_end):
            if not any(start <= found.start() < end for start, end in inside):
                yield _Part(start=found.start(), end=found.end(), word="#")

    def _block(self, node: Node) -> _Part:
        written = inline(node, self.text)
        return self._part(node, self.masked.word("block", written, written))

    def _part(self, node: Node, word: str) -> _Part:
        return _Part(start=node.start, end=node.end, word=word)


def _named(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Table):
        for name, pair in node.pairs.items():
            yield name, pair.value


def _entries(node: Node) -> Iterator[Node]:
    for _, value in _named(node):
        yield value


def _replaced(text: str, parts: list[_Part]) -> str:
    pieces = []
    at = 0
    for part in sorted(parts, key=lambda part: part.start):
        pieces += [text[at : part.start], part.word]
        at = part.end
    return "".join([*pieces, text[at:]])


def _canonical(value: str) -> str:
    try:
        return canonical_number(value)
    except InvalidNumberError:
        return value
