"""Indents and spaces, by ruamel.yaml, around values of several lines or with a tag, which stay as they were written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from planner.spans import Node, Scalar, Sequence, Table, parse

_WIDTH = 1 << 20
"""No line is broken: where a line ends is the author's to say."""
_TOKEN = "ddbplan-kept-{}-value"  # noqa: S105 - it stands for a value, and is no secret
_KEPT = re.compile(r"ddbplan-kept-(\d+)-value")


def styled(text: str) -> str:
    """The text with two columns of indent, one space after colons and commas, and none at a line's end."""
    kept: list[tuple[str, int]] = []
    hidden = text
    for node in sorted(_kept(parse(text), text), key=lambda one: one.start, reverse=True):
        kept.append((text[node.start : node.end], _indent(text, node.start)))
        hidden = hidden[: node.start] + _TOKEN.format(len(kept) - 1) + hidden[node.end :]
    if _KEPT.search(text):
        return text
    made = _aligned(hidden, _tidy(_round_trip(hidden)))
    return _KEPT.sub(lambda found: _shown(kept[int(found[1])], _indent(made, found.start())), made)


def _kept(node: Node, text: str) -> Iterator[Node]:
    """The outermost values that stay to the letter: what has several lines, and single values with a tag."""
    match node:
        case Scalar():
            if node.tag or "\n" in text[node.start : node.end]:
                yield node
        case Sequence():
            if node.flow and "\n" in text[node.start : node.end]:
                yield node
                return
            for item in node.items:
                yield from _kept(item, text)
        case Table():
            if node.flow and "\n" in text[node.start : node.end]:
                yield node
                return
            for pair in node.pairs.values():
                yield from _kept(pair.value, text)


def _indent(text: str, index: int) -> int:
    line = text[text.rfind("\n", 0, index) + 1 : index]
    return len(line) - len(line.lstrip(" "))


def _shown(kept: tuple[str, int], indent: int) -> str:
    """A kept value at its new place: its further lines move with its first one."""
    value, before = kept
    first, *others = value.split("\n")
    by = indent - before
    return "\n".join([first, *(_moved(line, by) for line in others)])


def _moved(line: str, by: int) -> str:
    if not line.strip():
        return ""
    return " " * by + line if by >= 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]


def _round_trip(text: str) -> str:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only formatting needs it

    yaml = YAML(typ="rt")
    yaml.width = _WIDTH
    yaml.preserve_quotes = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    # Nodes, not values: a scalar stays the text that it is, with its own quotes.
    yaml.serialize(yaml.compose(text), out)
    return out.getvalue()


def _aligned(before: str, after: str) -> str:
    """Comments that stood in the column of the line below them stand there again."""
    aligned = iter([column == below for _, column, below in _comment_lines(before)])
    lines = after.split("\n")
    for (number, _, below), was_aligned in zip(_comment_lines(after), aligned, strict=False):
        if was_aligned:
            lines[number] = " " * below + lines[number].lstrip()
    return "\n".join(lines)


def _comment_lines(text: str) -> list[tuple[int, int, int]]:
    """Each line that is a comment: its number, its column, and the column of the next line that is none."""
    found: list[tuple[int, int, int]] = []
    below = 0
    for number, line in reversed(list(enumerate(text.split("\n")))):
        bare = line.lstrip()
        if bare.startswith("#"):
            found.append((number, len(line) - len(bare), below))
        elif bare:
            below = len(line) - len(bare)
    return found[::-1]


def _tidy(text: str) -> str:
    """No blanks at a line's end, at most one empty line in a row, one line break at the end."""
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for index, line in enumerate(lines) if line or (index > 0 and lines[index - 1])]
    return "\n".join(kept).strip("\n") + "\n"
