"""DynamoDB's own JSON and plain JSON as values: what a row of a seed file may be."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping

from planner.values import AttributeValue, InvalidNumberError, Item, Json, canonical_number, canonical_value

MAX_LEVELS = 64

_KINDS = "S, N, B, BOOL, NULL, SS, NS, BS, L and M"
_KINDS_SET = frozenset({"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"})


class InvalidValueError(ValueError):
    """Not a value that DynamoDB can hold; the message says what and where inside it."""


class JsonNumber(str):
    """A number of a JSON text, as it was written."""

    __slots__ = ()


def row_item(given: Json) -> Item:
    """A row of a seed file as an item.

    It is a plain object; or wholly in DynamoDB JSON, as ``{"Item": {...}}``, ``{"PutRequest": {"Item": {...}}}`` or an
    object of which every attribute is a typed value.

    Args:
        given: Parsed JSON whose numbers are ``JsonNumber``.

    Raises:
        InvalidValueError: It is neither.
    """
    if not isinstance(given, dict):
        raise InvalidValueError("a row is an object of attributes")
    if set(given) == {"PutRequest"} and isinstance(given["PutRequest"], dict):
        given = given["PutRequest"]
    elif set(given) == {"DeleteRequest"}:
        raise InvalidValueError("a DeleteRequest deletes an item, and a seed only puts items")
    if set(given) == {"Item"} and isinstance(given["Item"], dict):
        return _members(given["Item"], checked_value, 1)
    return _members(given, checked_value if is_typed(given) else from_plain, 1)


def is_typed(given: Mapping[str, Json]) -> bool:
    """Whether every attribute is written as DynamoDB JSON writes it, ``{"S": "x"}``.

    No plain row is: its key is a text, a number or binary, and none of these is an object.
    """
    return bool(given) and all(
        isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _KINDS_SET for value in given.values()
    )


def checked_value(given: Json, level: int = 0) -> AttributeValue:
    """A value in DynamoDB JSON, checked.

    Args:
        given: Parsed JSON, such as ``{"S": "x"}``.
        level: How deep it stands.

    Raises:
        InvalidValueError: It is not DynamoDB JSON.
    """
    if level > MAX_LEVELS:
        raise InvalidValueError(f"it is nested more than {MAX_LEVELS} deep")
    if not isinstance(given, Mapping) or len(given) != 1:
        raise InvalidValueError(f"a value is an object with exactly one of {_KINDS}")
    ((kind, content),) = given.items()
    match kind:
        case "S" | "N" | "B":
            return {kind: _member_of(kind, content)}
        case "BOOL" if isinstance(content, bool):
            return {"BOOL": content}
        case "NULL" if content is True:
            return {"NULL": True}
        case "SS" | "NS" | "BS" if isinstance(content, list):
            return _checked_set(kind, content)
        case "L" if isinstance(content, list):
            return {"L": _elements(content, checked_value, level + 1)}
        case "M" if isinstance(content, Mapping):
            return {"M": _members(content, checked_value, level + 1)}
        case "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M":
            raise InvalidValueError(f"{kind} holds {_HOLDS[kind]}")
        case _:
            raise InvalidValueError(f"`{str(kind)[:60]}` is not a type; types are {_KINDS}")


_HOLDS = {
    "BOOL": "true or false",
    "NULL": "true",
    "SS": "a list of texts",
    "NS": "a list of numbers as texts",
    "BS": "a list of base64 texts",
    "L": "a list of values",
    "M": "an object of values",
}


def from_plain(given: Json, level: int = 0) -> AttributeValue:
    """A value of plain JSON by the rules of a plan: numbers exact, objects as maps.

    Args:
        given: Parsed JSON whose numbers are ``JsonNumber``.
        level: How deep it stands.

    Raises:
        InvalidValueError: DynamoDB cannot hold it.
    """
    if level > MAX_LEVELS:
        raise InvalidValueError(f"it is nested more than {MAX_LEVELS} deep")
    match given:
        case JsonNumber():
            return {"N": _number(given)}
        case str():
            return {"S": _text(given)}
        case bool():
            return {"BOOL": given}
        case None:
            return {"NULL": True}
        case list():
            return {"L": _elements(given, from_plain, level + 1)}
        case dict():
            return {"M": _members(given, from_plain, level + 1)}
        case _:
            raise InvalidValueError(f"{type(given).__name__} is not a JSON value. This is a bug in ddbplan.")


_Reader = Callable[[Json, int], AttributeValue]


def _members(given: Mapping[str, Json], reader: _Reader, level: int) -> dict[str, AttributeValue]:
    found = {}
    for name, member in given.items():
        try:
            found[_text(name)] = reader(member, level)
        except InvalidValueError as problem:
            raise InvalidValueError(_inside(f"`{name[:60]}`", problem)) from None
    return found


def _elements(given: list[Json], reader: _Reader, level: int) -> list[AttributeValue]:
    found = []
    for place, member in enumerate(given):
        try:
            found.append(reader(member, level))
        except InvalidValueError as problem:
            raise InvalidValueError(_inside(f"element {place}", problem)) from None
    return found


def _inside(place: str, problem: InvalidValueError) -> str:
    """The path to a problem, gathered from the inside out and kept short."""
    text = str(problem)
    return text if len(text) > 240 else f"{place}: {text}"  # noqa: PLR2004 - a longer path helps nobody


def _checked_set(kind: str, content: list[Json]) -> AttributeValue:
    if not content:
        raise InvalidValueError(f"{kind} is never empty")
    made: AttributeValue = {kind: [_member_of(kind[0], member) for member in content]}
    ((_, canonical),) = canonical_value(made).items()
    if len(set(canonical)) != len(canonical):
        raise InvalidValueError(f"{kind} holds one member twice")
    return made


def _member_of(kind: str, content: Json) -> str:
    if not isinstance(content, str) or isinstance(content, JsonNumber):
        raise InvalidValueError(f"{kind} holds a text in quotes")
    match kind:
        case "N":
            return _number(content)
        case "B":
            return _base64(content)
        case _:
            return _text(content)


def _number(text: str) -> str:
    try:
        canonical_number(text)
    except InvalidNumberError as problem:
        raise InvalidValueError(str(problem)[:160]) from None
    return str(text)


def _base64(text: str) -> str:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode("ascii")
    except (binascii.Error, ValueError):
        raise InvalidValueError("B holds base64 text") from None


def _text(text: str) -> str:
    """The text, unless it holds half of a surrogate pair, which is no character and cannot be sent."""
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise InvalidValueError(f"the text holds U+{ord(text[problem.start]):04X}, which is no character") from None
    return text
