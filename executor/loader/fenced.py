"""Rows over what is there, in transactions that go through only while the lock is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.cancellation import cancelled, is_transient
from executor.errors import CallError, cancellation_reasons, is_transaction_canceled
from executor.ledger.lock import fence_condition
from executor.loader.pieces import pieces
from executor.loader.tally import Outcome
from executor.retry import DATA, Backoff
from executor.wire import to_client

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from executor.caller import Caller
    from executor.loader.tally import Tally
    from planner.function_shapes import Fence
    from planner.values import Item

MAX_FENCED_ITEMS = 99
"""TransactWriteItems takes 100 members; one is the check of the fence."""
MAX_FENCED_BYTES = 3 * 1024 * 1024
"""Of the 4 MB that a transaction may have, so that the check and what DynamoDB adds to each item find room."""


def put_fenced(
    caller: Caller,
    table_name: str,
    rows: Iterable[Item],
    key_names: Sequence[str],
    tally: Tally,
    fence: Fence,
) -> dict[str, Any]:
    """Put all rows over what is there, in transactions that go through only while the fencing number is ours.

    One at a time: transactions that check the same item get in each other's way.

    Raises:
        CallError: LockLost, TransactionConflict, or as calls fail; with what was written so far as its value.
    """
    check = fence_condition(fence.table_name, fence.database, fence.fence)

    with tally.told_by_errors():
        for piece in pieces(rows, key_names, most=MAX_FENCED_ITEMS, most_bytes=MAX_FENCED_BYTES):
            puts = [{"Put": {"TableName": table_name, "Item": to_client(row.item)}} for row in piece.rows]
            _write_transaction(caller, [check, *puts])
            tally.ended(piece, Outcome(written=len(piece.rows)))
    return tally.value()


def _write_transaction(caller: Caller, members: list[dict[str, Any]]) -> None:
    backoff = Backoff(DATA, caller.stop)
    while True:
        try:
            caller.send("transact_write_items", TransactItems=members, ReturnConsumedCapacity="TOTAL")
        except ClientError as error:
            if not is_transaction_canceled(error):
                raise
            reasons = cancellation_reasons(error)
            if not is_transient(reasons):
                if reasons and reasons[0].get("Code") == "ConditionalCheckFailed":
                    message = "Another run took the lock of this database; nothing more was written."
                    raise CallError("LockLost", message) from error
                raise cancelled(caller, members, reasons, 1) from error
            if not backoff.pause("TransactionConflict"):
                message = "Other writers kept touching the same items. Run the same command again."
                raise CallError("TransactionConflict", message) from error
        else:
            return
