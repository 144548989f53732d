"""Small readers of foreign values: numbers written as texts, ``"true"``, one member where a list could stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.importing.values import shown
from planner.values import Json

_WORDS = {"true": True, "false": False, "yes": True, "no": False}
MAX_DIGITS = 15


class MalformedError(ValueError):
    """A known value is not of the shape that its format gives it; the message says what was expected."""


def mapping(value: Json) -> Mapping[str, Json]:
    """A mapping; Terraform and Kubernetes put a single block into a list of one."""
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping):
        raise MalformedError(f"a mapping is expected, not `{shown(value)}`")
    return value


def sequence(value: Json) -> Sequence[Json]:
    """A list."""
    if isinstance(value, Mapping) or not isinstance(value, list | tuple):
        raise MalformedError(f"a list is expected, not `{shown(value)}`")
    return value


def text(value: Json) -> str:
    """A text that is not empty; a number is its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise MalformedError(f"a text is expected, not `{shown(value)}`")
    return str(value)


def integer(value: Json) -> int:
    """A whole number, also where it is written as a text."""
    if isinstance(value, bool):
        raise MalformedError(f"a number is expected, not `{shown(value)}`")
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        found = value.strip().removesuffix(".0")
        if found.removeprefix("-").isdecimal() and found.isascii() and len(found) <= MAX_DIGITS:
            return int(found)
    raise MalformedError(f"a whole number is expected, not `{shown(value)}`")


def boolean(value: Json) -> bool:
    """True or false, also where it is written as a text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _WORDS:
        return _WORDS[value.strip().lower()]
    raise MalformedError(f"true or false is expected, not `{shown(value)}`")


def choice(value: Json, *choices: str) -> str:
    """One of a few words."""
    found = text(value)
    if found not in choices:
        raise MalformedError(f"one of {', '.join(choices)} is expected, not `{shown(value)}`")
    return found


def member(value: Mapping[str, Json], name: str) -> Json:
    """A member that has to be there."""
    if name not in value:
        raise MalformedError(f"`{name}` is missing in `{shown(value)}`")
    return value[name]
