"""Puts the keys that the grammar knows into its order, each with the comments above it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.reading.compose import MAX_DEPTH
from planner.reading.grammar import PLAN, RECORDS
from planner.spans import Node, Pair, Sequence, Table, parse
from planner.values import Json

_BY_ID = {record.id: record for record in RECORDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """A part of the text and what it becomes."""

    start: int
    end: int
    text: str


def ordered(text: str) -> str:
    """The text with the grammar's keys in the grammar's order.

    A mapping whose first key shares its line with something else, such as a dash, stays as it is.
    """
    # Each time round, whole levels come into order: a text is never deeper than the reader lets it be.
    for _ in range(MAX_DEPTH):
        edits = list(_edits(parse(text), {"$ref": f"#/$defs/{PLAN.id}"}, text))
        if not edits:
            break
        for edit in sorted(edits, key=lambda one: one.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edits(node: Node, schema: Json, text: str) -> Iterator[_Edit]:
    """The outermost mappings that are out of order; what lies in them has its turn when they are in order."""
    match node:
        case Table():
            edit = _reordered(node, _order(schema), text)
            if edit is not None:
                yield edit
                return
            for name, pair in node.pairs.items():
                yield from _edits(pair.value, _below(schema, name), text)
        case Sequence():
            for item in node.items:
                yield from _edits(item, _item(schema), text)
        case _:
            return


def _order(schema: Json) -> Mapping[str, int]:
    """The place of each known key; empty for a mapping of the user's own names."""
    for known in _alternatives(schema):
        record = _BY_ID.get(known.get("$ref", "").rpartition("/")[2])
        if record is not None:
            return {name: place for place, name in enumerate(record.names)}
    return {}


def _below(schema: Json, name: str) -> Json:
    """What the value of a key may hold."""
    for known in _alternatives(schema):
        record = _BY_ID.get(known.get("$ref", "").rpartition("/")[2])
        if record is not None:
            return next((key.schema for key in record.keys if key.name == name), {})
        if isinstance(known.get("additionalProperties"), dict):
            return known["additionalProperties"]
    return {}


def _item(schema: Json) -> Json:
    return next((known["items"] for known in _alternatives(schema) if "items" in known), {})


def _alternatives(schema: Json) -> Iterator[Json]:
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _alternatives(one)
    else:
        yield schema


def _reordered(table: Table, order: Mapping[str, int], text: str) -> _Edit | None:
    names = list(table.pairs)
    # A key that the grammar does not know is for `validate` to complain of; it goes to the end.
    wanted = sorted(names, key=lambda name: order.get(name, len(order)))
    if not order or names == wanted:
        return None
    return _reordered_flow(table, wanted, text) if table.flow else _reordered_block(table, wanted, text)


def _reordered_flow(table: Table, wanted: list[str], text: str) -> _Edit | None:
    """Each pair's text in another pair's place; what lies between them, commas and line breaks, stays."""
    pairs = list(table.pairs.values())
    gaps = [text[left.value.end : right.key.start] for left, right in itertools.pairwise(pairs)]
    if any("#" in gap for gap in gaps):
        return None
    pieces = [_piece(table.pairs[name], text) for name in wanted]
    made = "".join(piece + gap for piece, gap in zip(pieces, [*gaps, ""], strict=True))
    return _Edit(start=pairs[0].key.start, end=pairs[-1].value.end, text=made)


def _piece(pair: Pair, text: str) -> str:
    return text[pair.key.start : max(pair.value.end, text.index(":", pair.key.end) + 1)]


def _reordered_block(table: Table, wanted: list[str], text: str) -> _Edit | None:
    """Whole lines: each key's with those of its value, and the comments above it."""
    pairs = list(table.pairs.values())
    if any(text[_line_start(text, pair.key.start) : pair.key.start].strip() for pair in pairs):
        return None
    ends = [_line_end(text, _end(pair, text)) for pair in pairs]
    column = pairs[0].key.start - _line_start(text, pairs[0].key.start)
    starts = [_lead(text, pairs[0].key.start, 0, column) if column else _line_start(text, pairs[0].key.start)]
    for index, pair in enumerate(pairs[1:], start=1):
        ends[index - 1] = _tail(text, ends[index - 1], pair.key.start, column)
        starts.append(ends[index - 1])
    places = {name: index for index, name in enumerate(table.pairs)}
    pieces = [text[starts[places[name]] : ends[places[name]]] for name in wanted]
    # An empty line parts a key from the one above it; the first one has none.
    pieces[0] = re.sub(r"\A(?:[ \t]*\n)+", "", pieces[0])
    made = "".join(piece if piece.endswith("\n") else f"{piece}\n" for piece in pieces)
    return _Edit(start=starts[0], end=ends[-1], text=made)


def _end(pair: Pair, text: str) -> int:
    return max(pair.value.end, text.index(":", pair.key.end) + 1)


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    """Where the line after this place's begins."""
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _lead(text: str, key: int, floor: int, column: int) -> int:
    """Where the comments right above a key begin that stand in its column."""
    start = _line_start(text, key)
    while start > floor:
        before = _line_start(text, start - 1)
        line = text[before:start]
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) != column:
            break
        start = before
    return start


def _tail(text: str, end: int, next_key: int, column: int) -> int:
    """Where a value really ends: comments right below it that stand deeper than its key are part of it."""
    limit = _line_start(text, next_key)
    while end < limit:
        after = _line_end(text, end)
        line = text[end:after]
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= column:
            break
        end = after
    return end
