"""Other programs' YAML and JSON as plain values, bounded before anything is built.

YAML is read by PyYAML's safe loader with three differences: a short tag such as ``!Ref`` becomes its long form
(``Fn::Ref`` is ``Ref``), a date stays the text that it is, and a number with a leading zero (an account, a version)
stays a text. JSON numbers keep their digits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from typing import Any

import yaml

from planner.importing.values import Reason, RefusedError
from planner.reading.dynamodb_json import JsonNumber
from planner.values import Json

MAX_DEPTH = 64
MAX_VALUES = 300_000
MAX_YAML_CHARACTERS = 5 * 1024 * 1024

_Base: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_PARSER: Any = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_WITHOUT_PREFIX = frozenset({"Ref", "Condition"})


class _Loader(_Base):  # type: ignore[misc] # PyYAML chooses its class when it is imported
    """Reads short tags, and keeps dates and numbers with leading zeros as texts."""


def _long_form(loader: Any, suffix: str, node: yaml.Node) -> Json:
    if isinstance(node, yaml.ScalarNode):
        value: Json = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    name = suffix if suffix in _WITHOUT_PREFIX else f"Fn::{suffix}"
    if name == "Fn::GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name: value}


def _as_text(loader: Any, node: yaml.ScalarNode) -> Json:
    return loader.construct_scalar(node)


def _integer(loader: Any, node: yaml.ScalarNode) -> Json:
    text = loader.construct_scalar(node)
    return int(text.replace("_", "")) if _INTEGER.fullmatch(text) else text


def _mapping(loader: Any, node: yaml.MappingNode) -> Json:
    """A mapping whose keys are texts, whatever they look like."""
    loader.flatten_mapping(node)
    found = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else loader.construct_object(key, deep=True)
        if not isinstance(name, Hashable):
            raise yaml.constructor.ConstructorError(None, None, "a key is no text", key.start_mark)
        found[name] = loader.construct_object(value, deep=True)
    return found


_Loader.add_multi_constructor("!", _long_form)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _as_text)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(text: str, name: str) -> Json:
    """The one document of a YAML text.

    Args:
        text: Without a byte order mark.
        name: The file, for messages.

    Raises:
        RefusedError: It is not YAML, is too deep, or grows too large by its aliases; the message names the line.
    """
    if len(text) > MAX_YAML_CHARACTERS:
        raise RefusedError(Reason.UNREADABLE, f"`{name}` is larger than {MAX_YAML_CHARACTERS:,} characters.")
    try:
        _measure(text, name)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is the safe loader with readers of texts
    except yaml.YAMLError as problem:
        raise RefusedError(Reason.UNREADABLE, _not_yaml(problem, text, name)) from None
    except (RecursionError, ValueError, OverflowError) as problem:
        raise RefusedError(Reason.UNREADABLE, f"`{name}` cannot be parsed: {problem}") from None


def _not_yaml(problem: yaml.YAMLError, text: str, name: str) -> str:
    marks = [getattr(problem, "problem_mark", None), getattr(problem, "context_mark", None)]
    if "simple key" in (getattr(problem, "context", None) or ""):
        marks.reverse()  # the scanner notices a line that is no key only lines later
    mark = marks[0] or marks[1]
    what = getattr(problem, "problem", None) or "it cannot be parsed"
    if mark is None:
        return f"`{name}` is not YAML: {what}"
    lines = text.splitlines()
    line = lines[mark.line].strip()[:100] if mark.line < len(lines) else ""
    template = " It looks like a template for another program: render it first." if _looks_rendered(text) else ""
    return f"`{name}` is not YAML: line {mark.line + 1} `{line}`: {what}.{template}"


def _looks_rendered(text: str) -> bool:
    return any(line.strip().startswith(("{{#", "{{/", "{{^", "{{", "{%")) for line in text.splitlines())


def _measure(text: str, name: str) -> None:
    """Walk the parser's events: the composer would overflow its stack on deep input, and aliases multiply."""
    stack: list[list[int]] = []
    sizes: dict[str, int] = {}
    anchors: list[str | None] = []
    total = 0
    for event in yaml.parse(text, Loader=_PARSER):
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append([1])
            anchors.append(event.anchor)
            if len(stack) > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 0
                raise RefusedError(Reason.UNREADABLE, f"`{name}` is nested more than {MAX_DEPTH} deep at line {line}.")
            continue
        if isinstance(event, yaml.ScalarEvent):
            size, anchor = 1, event.anchor
        elif isinstance(event, yaml.AliasEvent):
            size, anchor = sizes.get(event.anchor or "", 1), None
        elif isinstance(event, yaml.CollectionEndEvent):
            size, anchor = stack.pop()[0], anchors.pop()
        else:
            continue
        if anchor:
            sizes[anchor] = size
        if stack:
            stack[-1][0] += size
            total = stack[-1][0]
        if total > MAX_VALUES:
            raise RefusedError(
                Reason.UNREADABLE,
                f"`{name}` holds more than {MAX_VALUES:,} values, those behind aliases included.",
            )


def read_json(text: str, name: str) -> Json:
    """A JSON text; whole numbers are ints, all others and very long ones keep their digits.

    Raises:
        RefusedError: It is not JSON; the message names the line.
    """
    try:
        return _check_depth(_DECODER.decode(text), name)
    except json.JSONDecodeError as problem:
        what = f"`{name}` is not JSON: line {problem.lineno}, column {problem.colno}: {problem.msg}."
        raise RefusedError(Reason.UNREADABLE, what) from None
    except RecursionError:
        raise RefusedError(Reason.UNREADABLE, f"`{name}` is nested too deeply.") from None


def read_json_lines(text: str, name: str) -> list[Json]:
    """One JSON value per line, as DynamoDB exports and imports have it."""
    return [read_json(line, f"{name}, line {at}") for at, line in enumerate(text.splitlines(), 1) if line.strip()]


def _check_depth(value: Json, name: str) -> Json:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise RefusedError(Reason.UNREADABLE, f"`{name}` is nested more than {MAX_DEPTH} deep.")
        below: list[Json] = []
        for member in level:
            if isinstance(member, dict):
                below.extend(m for m in member.values() if isinstance(m, dict | list))
            elif isinstance(member, list):
                below.extend(m for m in member if isinstance(m, dict | list))
        level = below
    return value


def _exact_integer(digits: str) -> Json:
    return int(digits) if len(digits) < 16 else JsonNumber(digits)  # noqa: PLR2004 - longer ones are data, not settings


_DECODER = json.JSONDecoder(parse_float=JsonNumber, parse_int=_exact_integer)
