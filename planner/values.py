"""DynamoDB values in one JSON form: ``{"S": "x"}``, ``{"N": "1.5"}``, ``{"M": {...}}``.

This form is used everywhere between the plan's text and the AWS client: it is what a plan's items become, what
steps carry, what is hashed and compared. Numbers are text in canonical form and never pass through a float.
Binary values are base64 text, as in DynamoDB's own JSON.

Sources: DynamoDB guide, "Constraints" (38 digits, 1E-130 to 9.99E+125, nesting 32) and "Item sizes and formats".
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any

Json = Any
AttributeValue = Mapping[str, Any]
Item = Mapping[str, AttributeValue]

MAX_DIGITS = 38
MAX_EXPONENT = 125
MIN_EXPONENT = -130
MAX_NESTING = 32
MAX_ITEM_BYTES = 400 * 1024

_EXACT = Context(prec=200, Emax=10_000, Emin=-10_000)
_NUMBER = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*+)(?:\.([0-9]*+))?(?:[eE]([+-]?)([0-9]++))?")
_MAX_EXPONENT_DIGITS = 9
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_SHOWN = 60
"""A number is quoted up to this many characters in messages."""


class InvalidNumberError(ValueError):
    """A number that DynamoDB cannot hold."""


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def canonical_number(text: str) -> str:
    """The one text for a number: ``1``, ``-0.5``, ``1E+30``; equal numbers get equal texts.

    The text is taken apart by hand: ``Decimal`` reads more than DynamoDB does (``1_0``, other scripts' digits,
    white space) and rounds long texts.

    Args:
        text: What DynamoDB takes as a number: a sign, digits, a point, an exponent.

    Raises:
        InvalidNumberError: Not a number, more than 38 significant digits, or out of range.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise InvalidNumberError(f"{_shown(text)!r} is not a number")
    sign, whole, fraction, exponent_sign, exponent_digits = (part or "" for part in found.groups())
    exponent_digits = exponent_digits.lstrip("0")
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return "0"
    if len(significant) > MAX_DIGITS:
        raise InvalidNumberError(
            f"{_shown(text)} has {len(significant)} significant digits; DynamoDB keeps {MAX_DIGITS}",
        )
    if len(exponent_digits) > _MAX_EXPONENT_DIGITS:
        raise InvalidNumberError(f"{_shown(text)} is outside DynamoDB's range of 1E-130 to 9.99E+125")
    exponent = int(f"{exponent_sign}{exponent_digits or 0}") - len(fraction) + len(digits) - len(significant)
    if not MIN_EXPONENT <= exponent + len(significant) - 1 <= MAX_EXPONENT:
        raise InvalidNumberError(f"{_shown(text)} is outside DynamoDB's range of 1E-130 to 9.99E+125")
    return _written("-" if sign == "-" else "", significant, exponent)


def _written(sign: str, digits: str, exponent: int) -> str:
    """Digits times ten to the exponent: plain where it stays short, in the exponent form otherwise."""
    magnitude = exponent + len(digits) - 1
    if exponent >= 0 and magnitude < MAX_DIGITS:
        return f"{sign}{digits}{'0' * exponent}"
    if -MAX_DIGITS <= exponent < 0:
        padded = digits.rjust(1 - exponent, "0")
        return f"{sign}{padded[:exponent]}.{padded[exponent:]}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}E{magnitude:+d}"


def to_decimal(value: AttributeValue) -> Decimal:
    """The exact decimal of an N value."""
    return _EXACT.create_decimal(value["N"])


def _canonical_base64(text: str) -> str:
    # The unused bits of the last character may differ between texts of the same bytes.
    return base64.b64encode(base64.b64decode(text)).decode()


def canonical_value(value: AttributeValue) -> AttributeValue:  # noqa: PLR0911 - one case for each type
    """The value with canonical numbers and sorted sets, so that equal values are equal objects."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return {"N": canonical_number(content)}
        case "NS":
            return {"NS": sorted(canonical_number(member) for member in content)}
        case "SS":
            return {"SS": sorted(content)}
        case "B":
            return {"B": _canonical_base64(content)}
        case "BS":
            return {"BS": sorted(_canonical_base64(member) for member in content)}
        case "L":
            return {"L": [canonical_value(member) for member in content]}
        case "M":
            return {"M": {name: canonical_value(member) for name, member in content.items()}}
        case _:
            return value


def canonical_item(item: Item) -> Item:
    """The item with every value in canonical form."""
    return {name: canonical_value(value) for name, value in item.items()}


def order_key(value: AttributeValue) -> tuple[Decimal, bytes]:
    """What S, N and B values of one type are sorted by: numbers by value, text by its UTF-8 bytes, binary by bytes."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return to_decimal(value), b""
        case "B":
            return Decimal(0), base64.b64decode(content)
        case _:
            return Decimal(0), content.encode()


def canonical_json(value: Json) -> str:
    """One text for a JSON value: sorted keys, no white space, UTF-8 kept."""
    return _ENCODE(value)


def content_hash(value: Json, *, kind: str) -> str:
    """SHA-256 of a JSON value, as hex.

    Args:
        value: Anything JSON can hold; hashed in canonical JSON.
        kind: What is hashed and in which version of its form, such as ``item/1``: part of the hash.
    """
    return hashlib.sha256(f"{kind}\n{canonical_json(value)}".encode()).hexdigest()


def item_hash(item: Item) -> str:
    """Identifies an item's whole content."""
    return content_hash(canonical_item(item), kind="item/1")


def key_hash(key: Item) -> str:
    """Identifies an item's primary key within its table."""
    return content_hash(canonical_item(key), kind="key/1")


def _number_size(text: str) -> int:
    """Bytes of a number: one per pair of digits, counted from the decimal point, one more, and one for a minus.

    The guide says "approximately"; this is what DynamoDB Local counts, and never less than the guide's figure.
    """
    number = _EXACT.create_decimal(text).normalize(_EXACT)
    if number == 0:
        return 1
    digits = len(number.as_tuple().digits)
    exponent = number.adjusted() - digits + 1
    # 12.3 is stored as the pairs 12 and 30: an odd exponent moves the digits by one place.
    pairs = (digits + exponent % 2 + 1) // 2
    return pairs + 1 + (1 if number.is_signed() else 0)


def value_size(value: AttributeValue) -> int:  # noqa: PLR0911 - one case for each type
    """Bytes a value takes, by the guide's rules; those of numbers the guide gives as approximate."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_size(content)
        case "B":
            return len(base64.b64decode(content))
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(member.encode()) for member in content)
        case "NS":
            return sum(_number_size(member) for member in content)
        case "BS":
            return sum(len(base64.b64decode(member)) for member in content)
        case "L":
            return 3 + sum(1 + value_size(member) for member in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_size(member) for name, member in content.items())
        case _:
            raise ValueError(f"unknown DynamoDB type {kind!r}. This is a bug in ddbplan.")


def item_size(item: Item) -> int:
    """Bytes an item takes, attribute names included."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def nesting(value: AttributeValue) -> int:
    """How many levels a value has: 1 for a scalar or a set, one more for each list or map around it.

    Walks without recursion, so that it can judge what other functions here could not go through.
    """
    deepest = 0
    level: list[AttributeValue] = [value]
    while level:
        deepest += 1
        below: list[AttributeValue] = []
        for member in level:
            if "L" in member:
                below.extend(member["L"])
            elif "M" in member:
                below.extend(member["M"].values())
        level = below
    return deepest


def plain(value: AttributeValue) -> Json:  # noqa: PLR0911 - one case for each type
    """The value as a person would write it: numbers as int or Decimal, sets as sorted lists, binary as base64 text."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            number = Decimal(content)
            return (
                int(number) if number == number.to_integral_value() and abs(number.adjusted()) < MAX_DIGITS else number
            )
        case "NULL":
            return None
        case "NS":
            return sorted(plain({"N": member}) for member in content)
        case "SS" | "BS":
            return sorted(content)
        case "L":
            return [plain(member) for member in content]
        case "M":
            return {name: plain(member) for name, member in content.items()}
        case _:
            return content
