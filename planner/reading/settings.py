"""The settings of tables and indexes in canonical form: a key that is not declared is absent."""

from __future__ import annotations

from collections.abc import Callable

from planner.codes import reading as codes
from planner.reading import extras
from planner.reading import grammar_tables as grammar
from planner.reading.items import describe
from planner.reading.nodes import MappingNode, Node, is_bare, is_off
from planner.reading.scope import Scope, listed
from planner.reading.typed import Fields, boolean, choice, fields, integer, mapping, name, text
from planner.values import Json

_Reader = Callable[[Node, str, Scope], Json]


def table_settings(own: Fields, whole: Fields, *, on_demand: bool) -> dict[str, Json]:
    """Everything that holds for a table; what could not be read is reported and left out.

    Args:
        own: What the table itself says.
        whole: The same with the plan's defaults laid under it.
        on_demand: How it is billed. A default that does not go with that simply does not apply; what the table
            itself says stays, for the checks to judge.
    """
    found = declared_settings(whole)
    idle = "capacity" if on_demand else "maximum"
    if not own.has(idle):
        found.pop(idle, None)
    if found.get("capacity") == "off":
        found.pop("capacity")
    return found


def declared_settings(given: Fields) -> dict[str, Json]:
    """Every setting that is written and could be read, those included that the billing leaves out."""
    return _read_all(given, tuple(key.name for key in grammar.SETTINGS))


def index_settings(given: Fields) -> dict[str, Json]:
    """Everything a global index declares of its own; inherited capacity is absent."""
    found = _read_all(given, ("maximum", "warm", "contributor_insights"))
    node = given.value("capacity")
    if node is not None and not is_bare(node, "inherit"):
        own = _capacity(node, given.scope)
        if own is not None:
            found["capacity"] = own
    return found


def _read_all(given: Fields, keys: tuple[str, ...]) -> dict[str, Json]:
    found = {}
    for key in keys:
        node = given.value(key)
        if node is not None:
            setting = _READERS[key](node, key, given.scope)
            if setting is not None:
                found[key] = setting
    return found


def _billing(node: Node, key: str, scope: Scope) -> Json:
    return choice(node, key, scope, grammar.BILLING)


def _stream(node: Node, key: str, scope: Scope) -> Json:
    return choice(node, key, scope, (*grammar.STREAM_VIEWS, "off"))


def _table_class(node: Node, key: str, scope: Scope) -> Json:
    return choice(node, key, scope, grammar.TABLE_CLASSES)


def _time_to_live(node: Node, key: str, scope: Scope) -> Json:
    return "off" if is_off(node) else name(node, key, scope)


def _deletion_protection(node: Node, key: str, scope: Scope) -> Json:
    return False if is_off(node) else boolean(node, key, scope)


def _recovery(node: Node, _: str, scope: Scope) -> Json:
    if is_off(node):
        return "off"
    if is_bare(node, "true"):
        return "on"
    found = fields(node, grammar.RECOVERY, scope)
    days = None if found is None else found.integer("days", 1, grammar.MOST_RECOVERY_DAYS)
    return None if days is None else {"days": days}


def _encryption(node: Node, key: str, scope: Scope) -> Json:
    found = name(node, key, scope)
    if found is None or found in grammar.ENCRYPTION or _is_key(found):
        return found
    choices = f"Choices are {listed(grammar.ENCRYPTION)}, a key's ARN, its id, or `alias/NAME`."
    fix = scope.did_you_mean(found, grammar.ENCRYPTION) + choices
    scope.error(codes.NOT_A_CHOICE, node.position, f"`{key}` cannot be {describe(node)}", fix)
    return None


def _is_key(text_: str) -> bool:
    """Whether a text can be a KMS key: an ARN, an alias, or an id such as ``mrk-...`` or a UUID."""
    hexadecimal = text_.removeprefix("mrk-").replace("-", "")
    is_id = len(hexadecimal) == 32 and all(digit in "0123456789abcdef" for digit in hexadecimal)  # noqa: PLR2004 - UUID
    return text_.startswith(("arn:", "alias/")) or is_id


def _tags(node: Node, key: str, scope: Scope) -> Json:
    if is_off(node):
        return {}
    found = mapping(node, f"`{key}`", scope)
    if found is None:
        return None
    tags = {}
    for entry in found.entries.values():
        value = text(entry.value, entry.key, scope)
        if value is None:
            continue
        if not value and is_bare(entry.value, ""):
            fix = 'Write a value, or the empty text `""`.'
            scope.error(codes.NO_VALUE, entry.position, f"the tag `{entry.key}` has no value", fix)
            continue
        tags[entry.key] = value
    return tags


def _replicas(node: Node, key: str, scope: Scope) -> Json:
    return extras.replicas(node, key, scope, recovery=_recovery, tags=_tags)


def _capacity_or_off(node: Node, _: str, scope: Scope) -> Json:
    return "off" if is_off(node) else _capacity(node, scope)


def _capacity(node: Node, scope: Scope) -> Json:
    found = fields(node, grammar.CAPACITY, scope)
    if found is None:
        return None
    sides = {side: _units(found, side) for side in ("read", "write")}
    return None if None in sides.values() else sides


def _units(given: Fields, side: str) -> Json:
    node = given.value(side)
    if node is None:
        return None
    if not isinstance(node, MappingNode):
        return integer(node, side, given.scope, 1, grammar.MAX_UNITS)
    scaling = fields(node, grammar.SCALING, given.scope)
    return None if scaling is None else _scaling(scaling, side)


def _scaling(given: Fields, side: str) -> Json:
    low = given.integer("min", 1, grammar.MAX_UNITS)
    high = given.integer("max", 1, grammar.MAX_UNITS)
    target = grammar.DEFAULT_TARGET
    if given.has("target"):
        target = given.integer("target", grammar.LEAST_TARGET, grammar.MOST_TARGET) or 0
    if low is None or high is None or not target:
        return None
    if low > high:
        what = f"`{side}` scales from `min` {low:,} to `max` {high:,}, which is less"
        given.scope.error(codes.OUT_OF_RANGE, given.position("min"), what, "Swap them, or raise `max`.")
        return None
    return {"min": low, "max": high, "target": target}


def _maximum(node: Node, key: str, scope: Scope) -> Json:
    return "off" if is_off(node) else _pair(node, key, scope)


def _pair(node: Node, key: str, scope: Scope) -> Json:
    found = fields(node, grammar.UNITS, scope)
    if found is None:
        return None
    sides = {side: found.integer(side, 1, grammar.MAX_UNITS) for side in ("read", "write") if found.has(side)}
    if not sides:
        fix = f"Write `{key}: {{read: 1000, write: 1000}}`, or one of the two."
        scope.error(codes.MISSING_KEY, node.position, f"`{key}` says neither `read` nor `write`", fix)
        return None
    return None if None in sides.values() else sides


_READERS: dict[str, _Reader] = {
    "billing": _billing,
    "capacity": _capacity_or_off,
    "maximum": _maximum,
    "warm": _pair,
    "time_to_live": _time_to_live,
    "stream": _stream,
    "point_in_time_recovery": _recovery,
    "deletion_protection": _deletion_protection,
    "encryption": _encryption,
    "table_class": _table_class,
    "tags": _tags,
    "resource_policy": extras.resource_policy,
    "contributor_insights": extras.contributor_insights,
    "kinesis": extras.kinesis,
    "replicas": _replicas,
}
