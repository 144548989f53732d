"""The marker of a once transaction: the members that record it, and what an existing one decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.caller import failed
from executor.errors import CallError
from executor.ledger.entries import LOCK, SORT_KEY, TRANSACTION, decode_marker, encode_marker, key
from executor.wire import from_client, to_client
from planner.state import TransactionRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.caller import Caller
    from planner.function_shapes import Marker

MARKER_MEMBERS = 2
"""The fence's check and the marker's put stand before the operations."""
_FENCE, _MARKER = 0, 1
_FAILED = "ConditionalCheckFailed"


def marker_members(marker: Marker) -> tuple[dict[str, Any], dict[str, Any]]:
    """The check that the lock's fencing number is still ours, and the put of the marker in the place that it has."""
    record = TransactionRecord(
        name=marker.entry.removeprefix(TRANSACTION),
        content_hash=marker.content_hash,
        outcome="done",
        table_ids=marker.table_ids,
    )
    fence = {
        "TableName": marker.table_name,
        "Key": key(marker.database, LOCK),
        "ConditionExpression": "#fence = :fence",
        "ExpressionAttributeNames": {"#fence": "fence"},
        "ExpressionAttributeValues": {":fence": {"N": str(marker.fence)}},
    }
    put = {
        "TableName": marker.table_name,
        "Item": encode_marker(marker.database, record, fence=marker.fence, run=marker.run, at=marker.at),
        **_place_for(marker),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return {"ConditionCheck": fence}, {"Put": put}


def _place_for(marker: Marker) -> dict[str, Any]:
    if marker.replaces is None:
        return {"ConditionExpression": "attribute_not_exists(#entry)", "ExpressionAttributeNames": {"#entry": SORT_KEY}}
    return {
        "ConditionExpression": "#run = :run AND #content_hash = :content_hash",
        "ExpressionAttributeNames": {"#run": "run", "#content_hash": "content_hash"},
        "ExpressionAttributeValues": {
            ":run": {"S": marker.replaces},
            ":content_hash": {"S": marker.content_hash},
        },
    }


def settled_by_marker(caller: Caller, marker: Marker, reasons: list[Mapping[str, Any]] | None) -> bool:
    """Whether the ledger records this transaction as done with this very content.

    Args:
        caller: Reads the marker where the reasons do not hold it.
        marker: What was to be recorded.
        reasons: The cancellation's reasons, fence and marker first; None to ask the ledger itself.

    Raises:
        CallError: TransactionChanged where other content is recorded, or nothing in place of what is to be replaced;
            LockLost where the fencing number is another's.
    """
    existing = None
    refused = reasons is not None and _code(reasons, _MARKER) == _FAILED
    if reasons is None or refused:
        existing = _existing(caller, marker, reasons)
    if existing is not None and existing.content_hash != marker.content_hash:
        message = (
            f"The ledger records {existing.name} as {existing.outcome} with other content. A transaction that ran "
            "can't be changed: give the new one a name of its own."
        )
        raise CallError("TransactionChanged", message)
    if existing is None and reasons is not None and _code(reasons, _FENCE) == _FAILED:
        raise CallError("LockLost", "Another run took the lock of this database; nothing was changed.")
    if existing is None and refused and marker.replaces is not None:
        message = (
            "The ledger's marker that this run was to replace is gone; nothing was changed. Run `ddbplan diff` again."
        )
        raise CallError("TransactionChanged", message)
    # The marker that is to be replaced says only what an earlier run did.
    return existing is not None and (marker.replaces is None or existing.run != marker.replaces)


def _code(reasons: list[Mapping[str, Any]], place: int) -> str:
    return str(reasons[place].get("Code", "")) if place < len(reasons) else ""


def _existing(caller: Caller, marker: Marker, reasons: list[Mapping[str, Any]] | None) -> TransactionRecord | None:
    item = reasons[_MARKER].get("Item") if reasons is not None else None
    if not item:
        try:
            answer = caller.send(
                "get_item",
                TableName=marker.table_name,
                Key=to_client(key(marker.database, marker.entry)),
                ConsistentRead=True,
            )
        except ClientError as error:
            raise failed(error, caller.understand(error)) from error
        item = answer.get("Item")
    return decode_marker(from_client(item)) if item else None
