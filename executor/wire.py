"""Between DynamoDB JSON and the AWS client: binary values are base64 text on our side and bytes on the client's.

Requests of transactions are put in one canonical order of members: an engine may compare the bytes of a retry with
those of the first try (DynamoDB Local answers IdempotentParameterMismatch to the same members in another order).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from planner.values import AttributeValue, Item, Json, canonical_value

_ITEM_MEMBERS = frozenset({"Item", "Key", "ExpressionAttributeValues"})


def value_to_client(value: AttributeValue) -> dict[str, Any]:
    """One attribute value as the client takes it."""
    ((kind, content),) = value.items()
    match kind:
        case "B":
            return {"B": base64.b64decode(content)}
        case "BS":
            return {"BS": [base64.b64decode(member) for member in content]}
        case "L":
            return {"L": [value_to_client(member) for member in content]}
        case "M":
            return {"M": {name: value_to_client(member) for name, member in content.items()}}
        case _:
            return {kind: content}


def to_client(item: Item) -> dict[str, Any]:
    """An item, key or set of placeholder values as the client takes it."""
    return {name: value_to_client(value) for name, value in item.items()}


def value_from_client(value: Mapping[str, Any]) -> AttributeValue:
    """One attribute value as the client gives it, in DynamoDB JSON."""
    ((kind, content),) = value.items()
    match kind:
        case "B":
            return {"B": base64.b64encode(content).decode()}
        case "BS":
            return {"BS": sorted(base64.b64encode(member).decode() for member in content)}
        case "L":
            return {"L": [value_from_client(member) for member in content]}
        case "M":
            return {"M": {name: value_from_client(member) for name, member in content.items()}}
        case _:
            return {kind: content}


def from_client(item: Mapping[str, Any]) -> dict[str, AttributeValue]:
    """An item as the client gives it, in DynamoDB JSON."""
    return {name: value_from_client(value) for name, value in item.items()}


def canonical_operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    """One member of a transaction: names sorted at every level, values in canonical form, ready for the client."""
    return {name: _canonical_member(name, operation[name]) for name in sorted(operation)}


def _canonical_member(name: str, value: Any) -> Any:
    if name in _ITEM_MEMBERS:
        return to_client({key: _sorted_value(canonical_value(value[key])) for key in sorted(value)})
    if isinstance(value, Mapping):
        return {key: value[key] for key in sorted(value)}
    return value


def _sorted_value(value: AttributeValue) -> AttributeValue:
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return {"M": {name: _sorted_value(content[name]) for name in sorted(content)}}
        case "L":
            return {"L": [_sorted_value(member) for member in content]}
        case _:
            return value


def canonical_transaction(members: list[Mapping[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """All members of TransactItems, in the given order, each in canonical form."""
    return [{kind: canonical_operation(operation) for kind, operation in member.items()} for member in members]


def plain_json(answer: Any) -> Json:
    """A description as JSON: times as ISO 8601 text."""
    match answer:
        case Mapping():
            return {str(name): plain_json(value) for name, value in answer.items()}
        case list() | tuple():
            return [plain_json(value) for value in answer]
        case datetime() | date():
            return answer.isoformat()
        case bytes():
            return base64.b64encode(answer).decode()
        case _:
            return answer
