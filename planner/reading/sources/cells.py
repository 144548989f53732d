"""Cells of a table of texts as values, by the type that their column has."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable

from planner.reading.dynamodb_json import from_plain
from planner.reading.items import JSON_NUMBER
from planner.reading.sources.exact import parse
from planner.values import AttributeValue, canonical_number, canonical_value


class CellError(ValueError):
    """A cell does not hold what its column's type says."""


def guessed(cells: Iterable[str]) -> str:
    """The type that the cells of a column look like: numbers as JSON writes them, true and false, or texts.

    ``007`` and ``1,000`` are texts, and so are numbers that DynamoDB cannot hold.
    """
    given = [cell for cell in cells if cell]
    if given and all(cell in _BOOLEANS for cell in given):
        return "BOOL"
    return "N" if given and all(_is_number(cell) for cell in given) else "S"


def _is_number(cell: str) -> bool:
    if JSON_NUMBER.fullmatch(cell) is None:
        return False
    try:
        canonical_number(cell)
    except ValueError:
        return False
    return True


def _text(cell: str) -> AttributeValue:
    return {"S": cell}


def _number(cell: str) -> AttributeValue:
    canonical_number(cell)
    return {"N": cell}


_BOOLEANS = {"true": True, "false": False}


def _boolean(cell: str) -> AttributeValue:
    if cell.lower() not in _BOOLEANS:
        raise CellError(f"{cell[:60]!r} is neither true nor false")
    return {"BOOL": _BOOLEANS[cell.lower()]}


def _binary(cell: str) -> AttributeValue:
    try:
        return {"B": base64.b64encode(base64.b64decode(cell, validate=True)).decode("ascii")}
    except (binascii.Error, ValueError):
        raise CellError(f"{cell[:60]!r} is not base64") from None


def _json(cell: str) -> AttributeValue:
    try:
        return from_plain(parse(cell))
    except json.JSONDecodeError as problem:
        raise CellError(f"it is not JSON: {problem.msg}") from None


def _set(kind: str) -> Callable[[str], AttributeValue]:
    def read(cell: str) -> AttributeValue:
        found = _json(cell)
        members = found.get("L", [])
        if not members or any(kind not in member for member in members):
            raise CellError(f"{cell[:60]!r} is not a JSON list of {'texts' if kind == 'S' else 'numbers'}")
        made: AttributeValue = {f"{kind}S": [member[kind] for member in members]}
        ((_, canonical),) = canonical_value(made).items()
        if len(set(canonical)) != len(canonical):
            raise CellError("one member stands twice, and a set holds each once")
        return made

    return read


CELLS: dict[str, Callable[[str], AttributeValue]] = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "SS": _set("S"),
    "NS": _set("N"),
    "JSON": _json,
}
"""How a cell of each type is read; each raises ``ValueError`` for a cell that is of another."""
