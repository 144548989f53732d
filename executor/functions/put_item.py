"""One item, conditional where asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.caller import failed, was_sent_before
from executor.errors import CallError, existing_item, is_condition_failed
from executor.wire import to_client
from planner.values import canonical_item

if TYPE_CHECKING:
    from executor.caller import Caller
    from planner.function_writes import PutItem


def put_item(caller: Caller, call: PutItem) -> dict[str, Any]:
    """Put the item.

    Where an earlier try's answer was lost and the item is there as it was sent, it counts as written.

    Returns:
        ``written`` and ``kept``.

    Raises:
        CallError: ConditionalCheckFailed, with ``written`` false and ``kept`` true, where the condition does not hold.
    """
    try:
        caller.send("put_item", **_parameters(call))
    except ClientError as error:
        if not is_condition_failed(error):
            raise failed(error, caller.understand(error)) from error
        existing = existing_item(error)
        if was_sent_before(error) and existing and canonical_item(existing) == canonical_item(call.item):
            return {"written": True, "kept": False}
        message = f"The condition of the put into {call.table_name} does not hold; nothing was changed."
        raise CallError("ConditionalCheckFailed", message, {"written": False, "kept": True}) from error
    return {"written": True, "kept": False}


def _parameters(call: PutItem) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "TableName": call.table_name,
        "Item": to_client(call.item),
        "ReturnConsumedCapacity": "INDEXES",
    }
    if call.condition_expression:
        parameters["ConditionExpression"] = call.condition_expression
        parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if call.expression_attribute_names:
        parameters["ExpressionAttributeNames"] = call.expression_attribute_names
    if call.expression_attribute_values:
        parameters["ExpressionAttributeValues"] = to_client(call.expression_attribute_values)
    return parameters
