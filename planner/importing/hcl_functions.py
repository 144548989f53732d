"""Functions and operators of the Terraform language that folders with tables use.

Every function takes known and unknown arguments: a list or a map may hold unknown members, a whole argument that is
unknown makes the call unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from planner.importing.values import Unknown, first_unknown
from planner.values import Json

MAX_TEXT = 1_000_000
MAX_DIGITS = 100
"""Of a whole number that is written out; ``1e999999999`` would never be."""
_FORMAT = re.compile(r"%(%|[#+ 0-9.-]*[a-zA-Z])")


def call(name: str, values: list[Json], written: str) -> Json:
    """The value of a function.

    Args:
        name: The function.
        values: Its arguments.
        written: The call as it is written, for what is not known.
    """
    function = _FUNCTIONS.get(name)
    if function is None:
        return Unknown(text=written, why=f"the function {name} is not worked out by ddbplan")
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    if unknown is None and name in _DEEP:
        unknown = first_unknown(values)
    if unknown is not None and name != "coalesce":
        return Unknown(text=written, why=unknown.why)
    try:
        found = function(*values)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, InvalidOperation, RecursionError):
        return Unknown(text=written, why=f"{name} does not take these arguments")
    if isinstance(found, str) and len(found) > MAX_TEXT:
        return Unknown(text=written, why="it is too long")
    return found


def as_text(value: Json) -> str:
    """A value inside a template."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def is_true(value: Json) -> bool:
    """Whether a condition holds; Terraform takes a text for what it says."""
    return value is True or (isinstance(value, str) and value == "true")


def is_false(value: Json) -> bool:
    """Whether a condition does not hold."""
    return value is False or (isinstance(value, str) and value == "false")


def _number(value: Json) -> Decimal:
    if isinstance(value, bool):
        raise TypeError("true and false are no numbers")
    return Decimal(str(value))


def _plain(value: Decimal) -> Json:
    return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else str(value)


def negative(value: Json) -> Json:
    """The number with the other sign."""
    try:
        return _plain(-_number(value))
    except (TypeError, InvalidOperation):
        return Unknown(text=f"-{value}", why="it is no number")


def operate(operator: str, left: Json, right: Json, written: str) -> Json:
    """Two known values with an operator between them."""
    match operator:
        case "==":
            return _same(left, right)
        case "!=":
            return not _same(left, right)
        case "&&":
            return is_true(left) and is_true(right)
        case "||":
            return is_true(left) or is_true(right)
        case _:
            return _arithmetic(operator, left, right, written)


def _same(left: Json, right: Json) -> bool:
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def _arithmetic(operator: str, left: Json, right: Json, written: str) -> Json:
    try:
        a, b = _number(left), _number(right)
        compared = {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}
        if operator in compared:
            return compared[operator]
        made = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "%": lambda: a % b}
        return _plain(made[operator]())
    except (TypeError, ValueError, ArithmeticError, KeyError):
        return Unknown(text=written, why=f"`{operator}` does not take these values")


def _merge(*maps: Json) -> Json:
    found: dict[str, Json] = {}
    for given in maps:
        found |= {} if given is None else dict(given)
    return found


def _flatten(given: Json) -> Json:
    found: list[Json] = []
    for member in given:
        found += _flatten(member) if isinstance(member, list) else [member]
    return found


def _coalesce(*values: Json) -> Json:
    for value in values:
        if isinstance(value, Unknown) or (value is not None and value != ""):
            return value
    raise ValueError("every value is null")


def _lookup(given: Json, key: Json, *default: Json) -> Json:
    if key in given:
        return given[key]
    if default:
        return default[0]
    raise KeyError(key)


def _format(spec: str, *values: Json) -> str:
    left = list(values)

    def put(found: re.Match[str]) -> str:
        if found[1] == "%":
            return "%"
        if re.search(r"[0-9]{4}", found[1]):
            raise ValueError("it is too wide")
        value = left.pop(0)
        verb = found[1][-1]
        if verb == "d":
            number = _number(value)
            if number.adjusted() > MAX_DIGITS:
                raise ValueError("it has too many digits")
            return f"%{found[1]}" % int(number)
        if verb == "q":
            return json.dumps(as_text(value))
        return as_text(value) if verb in "sv" else f"%{found[1]}" % float(_number(value))

    return _FORMAT.sub(put, spec)


def _unique(given: Json) -> Json:
    found: list[Json] = []
    for member in given:
        if member not in found:
            found.append(member)
    return found


def _toset(given: Json) -> Json:
    return sorted(_unique(given), key=str) if all(isinstance(m, str) for m in given) else _unique(given)


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        raise ValueError("patterns are not worked out")
    if len(text) + text.count(old) * len(new) > MAX_TEXT:
        raise ValueError("it is too long")
    return text.replace(old, new)


def _element(given: Json, index: Json) -> Json:
    return given[int(index) % len(given)]


def _tobool(value: Json) -> Json:
    if value is None or isinstance(value, bool):
        return value
    return {"true": True, "false": False}[value]


def _range(*bounds: Json) -> Json:
    found = range(*(int(bound) for bound in bounds))
    if len(found) > 1000:  # noqa: PLR2004 - Terraform's own limit is 1024
        raise ValueError("too long")
    return list(found)


def _one(given: Json) -> Json:
    return given[0] if given else None


_FUNCTIONS: Mapping[str, Callable[..., Json]] = {
    "merge": _merge,
    "concat": lambda *lists: [member for given in lists for member in given],
    "flatten": _flatten,
    "coalesce": _coalesce,
    "lookup": _lookup,
    "toset": _toset,
    "tolist": list,
    "tomap": dict,
    "tostring": as_text,
    "tonumber": lambda value: None if value is None else _plain(_number(value)),
    "tobool": _tobool,
    "keys": sorted,
    "values": lambda given: [given[name] for name in sorted(given)],
    "length": len,
    "format": _format,
    "join": lambda separator, *lists: separator.join(as_text(m) for given in lists for m in given),
    "split": lambda separator, text: text.split(separator),
    "replace": _replace,
    "lower": lambda text: text.lower(),
    "upper": lambda text: text.upper(),
    "title": lambda text: text.title(),
    "trimspace": lambda text: text.strip(),
    "trimprefix": lambda text, prefix: text.removeprefix(prefix),
    "trimsuffix": lambda text, suffix: text.removesuffix(suffix),
    "startswith": lambda text, prefix: text.startswith(prefix),
    "endswith": lambda text, suffix: text.endswith(suffix),
    "substr": lambda text, at, length: text[at:] if length < 0 else text[at : at + length],
    "jsondecode": json.loads,
    "jsonencode": lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True),
    "contains": lambda given, value: value in given,
    "element": _element,
    "compact": lambda given: [member for member in given if member is not None and member != ""],
    "distinct": _unique,
    "sort": sorted,
    "reverse": lambda given: list(reversed(given)),
    "zipmap": lambda names, values: dict(zip(names, values, strict=True)),
    "slice": lambda given, start, end: given[start:end],
    "range": _range,
    "one": _one,
    "max": lambda *values: _plain(max(_number(value) for value in values)),
    "min": lambda *values: _plain(min(_number(value) for value in values)),
}
_DEEP = frozenset(
    {"jsonencode", "join", "format", "replace", "lower", "upper", "contains", "distinct", "sort", "toset", "max", "min"}
    | {"compact", "split"}
)
"""Functions that look into what a list or a map holds."""
