"""The fast lane: a row's text to an item in one pass, wherever nothing is odd about it.

What it returns is what the exact reader (``exact``) makes of the same text; where it cannot be sure it gives up, and
the exact reader says what is wrong and where. Numbers never become floats: integers are exact, and a fraction stays
the text that was written. Names that stand twice are seen.
"""

from __future__ import annotations

from typing import Any

import jiter

from planner.reading.dynamodb_json import JsonNumber, checked_value, from_plain, is_typed
from planner.values import MAX_DIGITS, InvalidNumberError, Item, canonical_number

_LIMIT = 10**MAX_DIGITS
_LEAST = -_LIMIT
_WRAPPERS = ("Item", "PutRequest", "DeleteRequest")


def fast_item(text: bytes) -> Item | None:
    """The item that a row's text stands for; None where only the exact reader can tell.

    Args:
        text: One JSON object: a plain one, one of typed values, or ``{"Item": {...}}``.
    """
    try:
        given = jiter.from_json(
            text,
            allow_inf_nan=False,
            cache_mode="keys",
            catch_duplicate_keys=True,
            float_mode="lossless-float",
        )
        return _item(given)
    except (ValueError, InvalidNumberError):
        return None


def _item(given: Any) -> Item | None:
    if type(given) is not dict:
        return None
    if len(given) == 1 and type(given.get("Item")) is dict:
        return _typed(given["Item"])
    item: dict[str, Any] = {}
    for name, value in given.items():
        kind = type(value)
        if kind is str:
            item[name] = {"S": value}
        elif kind is int and _LEAST < value < _LIMIT:
            item[name] = {"N": str(value)}
        elif kind is jiter.LosslessFloat:
            item[name] = {"N": _number(str(value))}
        elif kind is bool:
            item[name] = {"BOOL": value}
        elif value is None:
            item[name] = {"NULL": True}
        elif kind is dict and len(item) == 0 and is_typed(given):
            return _typed(given)
        else:
            item[name] = from_plain(_exact(value), 1)
    # What wraps an item, or seems to, is for the exact reader.
    return None if len(item) == 1 and not item.keys().isdisjoint(_WRAPPERS) else item


def _typed(given: dict[str, Any]) -> Item:
    item: dict[str, Any] = {}
    for name, value in given.items():
        if type(value) is dict and len(value) == 1:
            ((kind, content),) = value.items()
            if type(content) is str and (
                kind == "S" or (kind == "N" and content.isascii() and content.isdigit() and len(content) <= MAX_DIGITS)
            ):
                item[name] = value
                continue
        item[name] = checked_value(value, 1)
    return item


def _number(text: str) -> str:
    # A short JSON number without an exponent has neither too many digits nor too large or small a value.
    if len(text) > MAX_DIGITS or "e" in text or "E" in text:
        canonical_number(text)
    return text


def _exact(value: Any) -> Any:
    """A nested value with its numbers as ``from_plain`` takes them."""
    if type(value) is dict:
        return {name: _exact(member) for name, member in value.items()}
    if type(value) is list:
        return [_exact(member) for member in value]
    if type(value) is int or type(value) is jiter.LosslessFloat:
        return JsonNumber(str(value))
    return value
