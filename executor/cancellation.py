"""Why a transaction was cancelled, put on the operation that caused it.

Source: API reference of TransactWriteItems, "Cancellation reason codes": one reason for each member, in order; the
code of a member without a problem is the literal string ``None``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from executor.errors import CallError
from executor.waiting import describe
from executor.wire import from_client
from planner.values import Item, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from executor.caller import Caller

_NO_PROBLEM = "None"
_TRANSIENT = frozenset(
    {"ProvisionedThroughputExceeded", "RequestLimitExceeded", "ThrottlingError", "TransactionConflict"},
)
_CODES = {
    "AccessDenied": "AccessDenied",
    "ConditionalCheckFailed": "ConditionFailed",
    "ItemCollectionSizeLimitExceeded": "InvalidOperation",
    "ValidationError": "InvalidOperation",
    "ValidationException": "InvalidOperation",
}
_PLACEHOLDER = re.compile(r"#[A-Za-z0-9_]+")


def is_transient(reasons: Sequence[Mapping[str, Any]]) -> bool:
    """Whether sending the same transaction again may help: every problem is traffic or a conflict."""
    problems = {str(reason.get("Code")) for reason in reasons} - {_NO_PROBLEM}
    return bool(problems) and problems <= _TRANSIENT


def cancelled(
    caller: Caller,
    members: Sequence[Mapping[str, Any]],
    reasons: Sequence[Mapping[str, Any]],
    skipped: int,
) -> CallError:
    """The cancellation as an error that names the operation.

    Args:
        caller: Reads the key names of a table, where a put has to be named by its key.
        members: TransactItems as sent.
        reasons: One for each member, as answered.
        skipped: How many members stand before the transaction's own operations.

    Returns:
        ConditionFailed with ``operation`` (from 0), ``condition`` with real names, ``table``, ``key`` (in DynamoDB
        JSON) and ``found`` (the item that was there, for a person who asked for values: never to be recorded); or
        InvalidOperation with ``operation``, ``table`` and ``key``.
    """
    for place, reason in enumerate(reasons):
        code = str(reason.get("Code", _NO_PROBLEM))
        if code != _NO_PROBLEM and code not in _TRANSIENT and place < len(members):
            return _of_member(caller, members[place], reason, place - skipped)
    return CallError("TransactionCanceledException", "DynamoDB cancelled the transaction without a reason.")


def _of_member(caller: Caller, member: Mapping[str, Any], reason: Mapping[str, Any], operation: int) -> CallError:
    ((kind, body),) = member.items()
    code = _CODES.get(str(reason["Code"]), "InvalidOperation")
    key = _key(caller, body)
    value: dict[str, Any] = {"operation": operation, "table": body["TableName"], "key": key}
    where = f"operation {operation} ({kind.lower()} of {_shown(key)} in {body['TableName']})"
    if code != "ConditionFailed":
        said = str(reason.get("Message") or reason["Code"])
        return CallError(code, f"DynamoDB refuses {where}: {said} Nothing was changed.", value)
    value["condition"] = _readable(body)
    value["found"] = from_client(reason["Item"]) if reason.get("Item") else None
    return CallError(code, f"The condition of {where} does not hold: {value['condition']}. Nothing was changed.", value)


def _key(caller: Caller, body: Mapping[str, Any]) -> Item:
    if "Key" in body:
        return from_client(body["Key"])
    table = describe(caller, body["TableName"])
    names = {entry["AttributeName"] for entry in table["KeySchema"]} if table else set()
    return from_client({name: value for name, value in body["Item"].items() if name in names})


def _shown(key: Item) -> str:
    return ", ".join(f"{name} {plain(value)}" for name, value in key.items()) or "an item"


def _readable(body: Mapping[str, Any]) -> str:
    """The condition with its placeholders of names replaced; values stay placeholders."""
    names = body.get("ExpressionAttributeNames", {})
    condition = str(body.get("ConditionExpression", ""))
    return _PLACEHOLDER.sub(lambda found: str(names.get(found.group(), found.group())), condition)
