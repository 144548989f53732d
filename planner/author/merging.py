"""Puts changes into a plan's text: what they do not touch stays as it is, comments and all, to the byte."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from planner.spans import Node, Pair, Scalar, Sequence, Table, inline, meaning, parse

SECTIONS = ("tables", "seed", "transactions", "queries", "reports", "environments")


class UnfittingError(Exception):
    """The changes cannot be put into the text; the message says why."""


def is_whole(text: str) -> bool:
    """Whether a text that reads as YAML is a whole plan, not only some of its entries."""
    root = parse(text)
    return isinstance(root, Table) and "ddbplan" in root.pairs


def merge(old: str, new: str) -> str:
    """The old text with the new one's changes.

    Args:
        old: A plan that was read without an error.
        new: A whole plan, where a missing entry is removed; or, without ``ddbplan``, only the entries of sections that
            change, where a missing one stays and one that is null is removed.

    Raises:
        UnfittingError: One of the texts is no mapping, or their parts do not go together.
    """
    try:
        before, after = parse(old), parse(new)
    except yaml.YAMLError as error:
        raise UnfittingError("it cannot be read") from error
    if not isinstance(before, Table) or not isinstance(after, Table):
        raise UnfittingError("it has to be a mapping of sections to entries")
    whole = "ddbplan" in after.pairs
    if before.flow:
        if whole:
            return new
        raise UnfittingError("the plan is written on one line; its entries cannot be replaced one by one")
    text = _Merger(old, new).merge(before, after, whole=whole)
    if meaning(parse(text)) == _expected(before, after, whole=whole):
        return text
    if whole:
        return new
    raise UnfittingError("the plan with it would not say what was meant")


def _expected(old: Node, new: Node, *, whole: bool, depth: int = 0) -> object:
    """What the merged text has to mean."""
    if whole or depth > 1 or not isinstance(old, Table) or not isinstance(new, Table):
        return meaning(new)
    found = {name: meaning(pair.value) for name, pair in old.pairs.items()}
    for name, pair in new.pairs.items():
        if pair.value_is_null or (depth == 0 and name in SECTIONS and _is_emptied(old.pairs.get(name), pair)):
            found.pop(name, None)
        elif depth == 0 and name in SECTIONS and name in old.pairs:
            found[name] = _expected(old.pairs[name].value, pair.value, whole=False, depth=depth + 1)
        else:
            found[name] = meaning(pair.value)
    return ("mapping", old.tag, frozenset(found.items()))


def _is_emptied(old: Pair | None, new: Pair) -> bool:
    """Whether a section has no entry left: then it goes as well."""
    if old is None or not isinstance(old.value, Table) or not isinstance(new.value, Table) or not new.value.pairs:
        return False
    gone = {name for name, pair in new.value.pairs.items() if pair.value_is_null}
    return gone == set(new.value.pairs) and set(old.value.pairs) <= gone


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    start: int
    end: int
    text: str


class _Merger:
    """Gathers edits of the old text while it walks both trees."""

    def __init__(self, old: str, new: str) -> None:
        self._old = old
        self._new = new
        self._edits: list[_Edit] = []

    def merge(self, old: Table, new: Table, *, whole: bool) -> str:
        """The old text with all edits made."""
        self._mapping(old, new, whole=whole, depth=0)
        text = self._old
        # From the end, so that places stay true; of two at one place the inner one was found first and stands first.
        ordered = sorted(enumerate(self._edits), key=lambda pair: (pair[1].start, pair[1].end, pair[0]), reverse=True)
        for _, edit in ordered:
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text

    def _edit(self, start: int, end: int, text: str) -> None:
        self._edits.append(_Edit(start=start, end=end, text=text))

    def _mapping(self, old: Table, new: Table, *, whole: bool, depth: int) -> None:
        added = []
        for name, pair in new.pairs.items():
            before = old.pairs.get(name)
            if pair.value_is_null and not whole:
                self._remove(before)
            elif before is None:
                added.append(pair)
            else:
                self._pair(before, pair, new, whole=whole, depth=depth)
        if whole:
            for name, pair in old.pairs.items():
                if name not in new.pairs:
                    self._remove(pair)
        self._insert(old, new, added)

    def _pair(self, old: Pair, new: Pair, parent: Table, *, whole: bool, depth: int) -> None:
        before, after = old.value, new.value
        section = depth == 0 and not whole and old.key.value in SECTIONS
        if not section and meaning(before) == meaning(after):
            return
        if section and _is_emptied(old, new):
            self._remove(old)
        elif isinstance(before, Table) and isinstance(after, Table) and not before.flow and after.pairs:
            self._mapping(before, after, whole=whole or not section, depth=depth + 1)
        elif section and isinstance(before, Table) and isinstance(after, Table):
            self._expand(before, after, old)
        elif isinstance(before, Sequence) and isinstance(after, Sequence) and not (before.flow or after.flow):
            self._sequence(before, after)
        elif self._is_inline(before, self._old) and self._is_inline(after, self._new):
            self._edit(before.start, before.end, (" " if before.start == before.end else "") + self._slice(after))
        else:
            start, end = self._region(old)
            self._edit(start, end, self._lines(new, parent, self._column(self._old, old.key.start)))

    def _is_inline(self, node: Node, text: str) -> bool:
        return (isinstance(node, Scalar) or node.flow) and "\n" not in text[node.start : node.end]

    def _slice(self, node: Node) -> str:
        return self._new[node.start : node.end]

    def _remove(self, pair: Pair | None) -> None:
        if pair is not None:
            start, end = self._region(pair)
            self._edit(self._comments(self._old, start), end, "")

    def _insert(self, old: Table, new: Table, added: list[Pair]) -> None:
        if not added:
            return
        last = list(old.pairs.values())[-1]
        column = self._column(self._old, last.key.start)
        _, end = self._region(last)
        apart = "\n" if self._spaced(old) else ""
        lines = "".join(apart + self._leading(pair, new, column) + self._lines(pair, new, column) for pair in added)
        newline = "" if end == 0 or self._old[end - 1 : end] == "\n" else "\n"
        self._edit(end, end, newline + lines)

    def _spaced(self, old: Table) -> bool:
        """Whether an empty line stands between its entries."""
        pairs = list(old.pairs.values())
        if len(pairs) == 1:
            return isinstance(pairs[0].value, Table) and not pairs[0].value.flow and old.start > 0
        start = self._comments(self._old, self._line_start(self._old, pairs[-1].key.start))
        return self._old[:start].endswith("\n\n")

    def _expand(self, old: Table, new: Table, pair: Pair) -> None:
        """A section on one line becomes one of lines."""
        indent = " " * (self._column(self._old, pair.key.start) + 2)
        kept = {
            name: f"{indent}{inline(entry.key, self._old)}: {inline(entry.value, self._old)}\n"
            for name, entry in old.pairs.items()
        }
        for name, entry in new.pairs.items():
            kept.pop(name, None) if entry.value_is_null else kept.update({name: self._lines(entry, new, len(indent))})
        lines = "".join(kept.values()).rstrip("\n")
        self._edit(old.start, old.end, f"\n{lines}" if lines else "{}")

    def _sequence(self, old: Sequence, new: Sequence) -> None:
        """Rows that are the same at both ends stay; those between are written anew."""
        before, after = [meaning(item) for item in old.items], [meaning(item) for item in new.items]
        head = 0
        while head < min(len(before), len(after)) and before[head] == after[head]:
            head += 1
        tail = 0
        while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        dash = self._dash(self._old, old.items[0])
        column = self._column(self._old, dash)
        lines = "".join(self._item(item, column) for item in new.items[head : len(new.items) - tail])
        gone = old.items[head : len(old.items) - tail]
        if gone:
            start = self._line_start(self._old, self._dash(self._old, gone[0]))
            self._edit(start, self._line_end(self._old, gone[-1].end), lines)
        elif head:
            end = self._line_end(self._old, old.items[head - 1].end)
            self._edit(end, end, ("" if self._old[end - 1] == "\n" else "\n") + lines)
        else:
            start = self._line_start(self._old, dash)
            self._edit(start, start, lines)

    def _item(self, item: Node, column: int) -> str:
        start = self._dash(self._new, item)
        lines = self._new[self._line_start(self._new, start) : self._line_end(self._new, item.end)]
        return _shifted(lines, column - self._column(self._new, start))

    def _lines(self, pair: Pair, parent: Table, column: int) -> str:
        """A new entry as whole lines at a column."""
        if parent.flow:
            return f"{' ' * column}{inline(pair.key, self._new)}: {inline(pair.value, self._new)}\n"
        start = self._line_start(self._new, pair.key.start)
        lines = self._new[start : self._line_end(self._new, max(pair.value.end, pair.key.end))]
        return _shifted(lines, column - self._column(self._new, pair.key.start))

    def _leading(self, pair: Pair, parent: Table, column: int) -> str:
        """The comments directly above a new entry."""
        if parent.flow:
            return ""
        start = self._line_start(self._new, pair.key.start)
        lines = self._new[self._comments(self._new, start) : start]
        return _shifted(lines, column - self._column(self._new, pair.key.start))

    def _region(self, pair: Pair) -> tuple[int, int]:
        """The lines of an entry of the old text."""
        end = max(pair.value.end, pair.key.end)
        return self._line_start(self._old, pair.key.start), self._line_end(self._old, end)

    def _comments(self, text: str, start: int) -> int:
        """Where the comment lines directly above a line begin."""
        while start:
            above = text.rfind("\n", 0, start - 1) + 1
            if not text[above:start].lstrip().startswith("#"):
                return start
            start = above
        return 0

    @staticmethod
    def _dash(text: str, item: Node) -> int:
        return text.rfind("-", 0, item.start)

    @staticmethod
    def _line_start(text: str, index: int) -> int:
        return text.rfind("\n", 0, index) + 1

    @staticmethod
    def _line_end(text: str, index: int) -> int:
        found = text.find("\n", index)
        return len(text) if found < 0 else found + 1

    def _column(self, text: str, index: int) -> int:
        return index - self._line_start(text, index)


def _shifted(lines: str, by: int) -> str:
    """Whole lines moved right or left; each ends with a line break."""
    moved = [
        line
        if not line.strip()
        else " " * by + line
        if by >= 0
        else line[min(-by, len(line) - len(line.lstrip(" "))) :]
        for line in lines.splitlines()
    ]
    return "".join(f"{line}\n" for line in moved)
