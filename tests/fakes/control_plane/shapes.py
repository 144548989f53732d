"""Requests beside the service's model: required members, types, enumerations, lengths, in AWS's own words.

The model is that of the installed botocore; what the service enforces beyond it stands in ``ENFORCED``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from tests.fakes.control_plane.refusal import Refusal

NAME = {"min": 3, "max": 255, "pattern": "[a-zA-Z0-9_.-]+"}
ENFORCED: dict[tuple[str, str], dict[str, Any]] = {
    # (operation, path in the model's own names): what is enforced beyond the model, by finding
    ("CreateTable", "TableName"): NAME,  # K 448: 'ab' is too short
    ("UpdateTable", "TableName"): NAME,
    ("CreateTable", "KeySchema"): {"max": 2},  # K 123
    ("CreateTable", "LocalSecondaryIndexes.KeySchema"): {"max": 2},  # K 123
    ("CreateTable", "GlobalSecondaryIndexes.Projection.NonKeyAttributes"): {"max": 20},  # K 126
    ("CreateTable", "LocalSecondaryIndexes.Projection.NonKeyAttributes"): {"max": 20},
    ("UpdateTable", "GlobalSecondaryIndexUpdates.Create.Projection.NonKeyAttributes"): {"max": 20},
}
REQUIRED: dict[str, tuple[str, ...]] = {
    # Not required by the model since tables can be made from a source's ARN, required otherwise (K 024, 127).
    "CreateTable": ("AttributeDefinitions", "KeySchema"),
}


@cache
def service_model(service: str) -> Any:
    """The installed model of a service."""
    from botocore.session import Session  # noqa: PLC0415 - only a test that starts a fake pays for it

    return Session().get_service_model(service)


def check(service: str, operation: str, params: dict[str, Any]) -> None:
    """Refuse a request that does not fit the model.

    Raises:
        Refusal: SerializationException for a wrong type or an unknown member (stricter than AWS, which drops it in
            silence), ValidationException for everything else, all problems in one text.
    """
    shape = service_model(service).operation_model(operation).input_shape
    if shape is None:
        return
    problems: list[str] = []
    _check(operation, shape, params, "", "", problems)
    missing = [name for name in REQUIRED.get(operation, ()) if name not in params]
    problems += [_failed(None, _camel(name), "Member must not be null") for name in missing]
    if problems:
        noun = "validation error" if len(problems) == 1 else "validation errors"
        text = f"{len(problems)} {noun} detected: {'; '.join(problems)}"
        raise Refusal("ValidationException", text, source="K 442, M")


def _check(  # noqa: C901 - one case for each type of the model
    operation: str, shape: Any, value: Any, path: str, where: str, problems: list[str]
) -> None:
    """Gather what is wrong with a value.

    Args:
        operation: The call.
        shape: The model's shape.
        value: What was sent.
        path: Its place in the model, without list places.
        where: Its place in AWS's texts.
        problems: Filled.
    """
    match shape.type_name:
        case "structure":
            _check_structure(operation, shape, value, path, where, problems)
        case "list":
            _expect(value, list, "list", path)
            _check_size(operation, shape, value, len(value), path, where, problems)
            for place, member in enumerate(value, 1):
                _check(operation, shape.member, member, path, f"{where}.{place}.member", problems)
        case "map":
            _expect(value, dict, "map", path)
            for name, member in value.items():
                _check(operation, shape.value, member, path, f"{where}.{name}.member", problems)
        case "string" | "blob":
            _expect(value, str, "String", path)
            _check_text(operation, shape, value, path, where, problems)
        case "integer" | "long":
            if isinstance(value, bool) or not isinstance(value, int):
                raise _serialization(value, "Long", path)
            _check_number(shape, value, where, problems)
        case "boolean":
            _expect(value, bool, "Boolean", path)
        case _:
            if isinstance(value, (dict, list, str)):
                raise _serialization(value, "number", path)


def _check_structure(operation: str, shape: Any, value: Any, path: str, where: str, problems: list[str]) -> None:
    _expect(value, dict, "structure", path)
    for name in value:
        if name not in shape.members:
            raise Refusal("SerializationException", f"Unknown member {path or operation}.{name}", source="design")
    missing = [name for name in shape.required_members if value.get(name) is None]
    problems += [_failed(None, _below(where, name), "Member must not be null") for name in missing]
    for name, member in value.items():
        if member is not None:
            below = f"{path}.{name}" if path else name
            _check(operation, shape.members[name], member, below, _below(where, name), problems)


def _check_text(operation: str, shape: Any, value: str, path: str, where: str, problems: list[str]) -> None:
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        sentence = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        problems.append(_failed(value, where, sentence))
    _check_size(operation, shape, value, len(value), path, where, problems)
    pattern = {**shape.metadata, **ENFORCED.get((operation, path), {})}.get("pattern")
    if pattern and not _fits(pattern, value):
        problems.append(_failed(value, where, f"Member must satisfy regular expression pattern: {pattern}"))


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """None for what only Java's patterns say: classes of characters by their Unicode property, and surrogates."""
    return None if "\\uD800" in pattern or "\\p{" in pattern else re.compile(pattern)


def _fits(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


def _check_size(operation: str, shape: Any, value: Any, size: int, path: str, where: str, problems: list[str]) -> None:
    limits = {**shape.metadata, **ENFORCED.get((operation, path), {})}
    if size < limits.get("min", 0):
        problems.append(
            _failed(value, where, f"Member must have length greater than or equal to {limits['min']}"),
        )
    if size > limits.get("max", size):
        problems.append(_failed(value, where, f"Member must have length less than or equal to {limits['max']}"))


def _check_number(shape: Any, value: int, where: str, problems: list[str]) -> None:
    if value < shape.metadata.get("min", value):
        sentence = f"Member must have value greater than or equal to {shape.metadata['min']}"
        problems.append(_failed(value, where, sentence))
    if value > shape.metadata.get("max", value):
        sentence = f"Member must have value less than or equal to {shape.metadata['max']}"
        problems.append(_failed(value, where, sentence))


def _failed(value: Any, where: str, sentence: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{where}' failed to satisfy constraint: {sentence}"


def _below(where: str, name: str) -> str:
    return f"{where}.{_camel(name)}" if where else _camel(name)


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _expect(value: Any, kind: type, word: str, path: str) -> None:
    if not isinstance(value, kind):
        raise _serialization(value, word, path)


def _serialization(value: Any, word: str, path: str) -> Refusal:
    text = f"{type(value).__name__.upper()}_VALUE can not be converted to a {word} at {path}"
    return Refusal("SerializationException", text, source="M")
