"""Readers of what is measured: how often a second, and how large."""

from __future__ import annotations

import re
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from planner.codes import reading as codes
from planner.reading.grammar_model import MAX_ITEM_SIZE, MAX_RATE
from planner.reading.items import JSON_NUMBER, describe, integer_of
from planner.reading.nodes import ScalarNode, shorten

if TYPE_CHECKING:
    from planner.reading.nodes import Node
    from planner.reading.scope import Scope
    from planner.reading.typed import Fields

_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(B|KB)")
_UNITS = {"B": 1, "KB": 1024}
_MAX_DIGITS = 40


def read_rate(given: Fields) -> Decimal | None:
    """The ``rate`` of a query or transaction: a number above zero."""
    node = given.value("rate")
    return None if node is None else _rate(node, "rate", given.scope)


def read_item_size(given: Fields) -> int | None:
    """An ``item_size`` of at most 400 KB, in bytes."""
    node = given.value("item_size")
    return None if node is None else _size(node, "item_size", given.scope)


def _rate(node: Node, key: str, scope: Scope) -> Decimal | None:
    """A number above zero, without quotes."""
    plain = isinstance(node, ScalarNode) and node.plain and node.tag is None and JSON_NUMBER.fullmatch(node.text)
    fix = "Write how often a second, such as `200` or `0.1`."
    if not isinstance(node, ScalarNode) or not plain:
        scope.error(codes.WRONG_TYPE, node.position, f"`{key}` has to be a number, not {describe(node)}", fix)
        return None
    found = Decimal(node.text) if len(node.text) <= _MAX_DIGITS else Decimal(0)
    if not 0 < found <= MAX_RATE:
        what = f"`{key}` is {shorten(node.text)}, but has to be above 0 and at most {MAX_RATE:,}"
        scope.error(codes.OUT_OF_RANGE, node.position, what, fix)
        return None
    return found


def _size(node: Node, key: str, scope: Scope) -> int | None:
    """A size in bytes: an integer, or a text such as ``400 B`` and ``1.5 KB`` (of 1,024 bytes)."""
    found = integer_of(node)
    if isinstance(node, ScalarNode) and node.tag is None and found is None:
        written = _SIZE.fullmatch(node.text)
        found = None if written is None else ceil(Decimal(written[1]) * _UNITS[written[2]])
    fix = "Write bytes, or a text such as `1.5 KB`."
    if found is None:
        scope.error(codes.WRONG_TYPE, node.position, f"`{key}` has to be a size, not {describe(node)}", fix)
        return None
    if not 1 <= found <= MAX_ITEM_SIZE:
        what = f"`{key}` is {found:,} bytes, but an item has 1 to {MAX_ITEM_SIZE:,}"
        scope.error(codes.OUT_OF_RANGE, node.position, what, fix)
        return None
    return found
