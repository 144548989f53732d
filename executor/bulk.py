"""Many writes in flight, bounded in memory: rows are taken one by one as threads get free."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from executor.cancellation import cancelled, is_transient
from executor.errors import (
    CallError,
    cancellation_reasons,
    existing_item,
    is_condition_failed,
    is_transaction_canceled,
)
from executor.ledger.lock import fence_condition
from executor.retry import DATA, Backoff
from executor.wire import to_client
from planner.values import canonical_item, item_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from executor.caller import Caller
    from planner.function_shapes import Fence
    from planner.values import Item

MAX_BATCH_ITEMS = 25
MAX_BATCH_BYTES = 12 * 1024 * 1024
"""Of items; BatchWriteItem takes 16 MB of request, and base64 makes binary values a third longer."""
MAX_FENCED_ITEMS = 99
"""TransactWriteItems takes 100 members; one is the check of the fence."""
MAX_FENCED_BYTES = 3 * 1024 * 1024
"""Of the 4 MB that a transaction may have, so that the check and what DynamoDB adds to each item find room."""
MAX_CONFLICTS = 100
"""Keys that an answer lists; more help nobody."""
LOOPBACK_THREADS = 8
"""An engine on this machine shares its cores: more threads only wait for one another."""
BATCH_THREADS = 16
PUT_THREADS = 32
REPORT_EVERY = 100

T = TypeVar("T")


class Tally:
    """What a bulk write came to so far; shared by its threads."""

    def __init__(self, caller: Caller, total: int | None) -> None:
        self._caller = caller
        self._total = total
        self._lock = threading.Lock()
        self._written = 0
        self._kept = 0
        self._conflicts: list[Item] = []
        self._conflict_count = 0

    def add(self, *, written: int = 0, kept: int = 0, conflict: Item | None = None) -> None:
        """Count items, and tell the progress now and then."""
        with self._lock:
            before = self._written + self._kept
            self._written += written
            self._kept += kept
            if conflict is not None:
                self._conflict_count += 1
                if len(self._conflicts) < MAX_CONFLICTS:
                    self._conflicts.append(conflict)
            done = self._written + self._kept
        if done // REPORT_EVERY > before // REPORT_EVERY or done == self._total:
            self._caller.progress("items", done, self._total)

    @property
    def conflicts(self) -> int:
        """How many existing items have other content."""
        return self._conflict_count

    def value(self) -> dict[str, Any]:
        """The answer of the function."""
        return {"written": self._written, "kept": self._kept, "conflicts": list(self._conflicts)}


def put_batches(
    caller: Caller,
    table_name: str,
    rows: Iterable[Item],
    key_names: Sequence[str],
    total: int | None,
) -> dict[str, Any]:
    """Put all rows without any condition, in batches, several in flight.

    What DynamoDB leaves unprocessed is sent again until it is taken.

    Raises:
        CallError: With what was written so far as its value.
    """
    tally = Tally(caller, total)

    def write(batch: list[Item]) -> None:
        _write_batch(caller, table_name, batch)
        tally.add(written=len(batch))

    _in_parallel(batches(rows, key_names), write, _threads(caller, BATCH_THREADS), tally)
    return tally.value()


def put_fenced(
    caller: Caller,
    table_name: str,
    rows: Iterable[Item],
    key_names: Sequence[str],
    total: int | None,
    fence: Fence,
) -> dict[str, Any]:
    """Put all rows over what is there, in transactions that go through only while the fencing number is ours.

    One at a time: transactions that check the same item get in each other's way.

    Raises:
        CallError: LockLost, TransactionConflict, or as calls fail; with what was written so far as its value.
    """
    tally = Tally(caller, total)
    check = fence_condition(fence.table_name, fence.database, fence.fence)

    def write(batch: list[Item]) -> None:
        puts = [{"Put": {"TableName": table_name, "Item": to_client(row)}} for row in batch]
        _write_transaction(caller, [check, *puts])
        tally.add(written=len(batch))

    _in_parallel(batches(rows, key_names, MAX_FENCED_ITEMS, MAX_FENCED_BYTES), write, 1, tally)
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


def batches(
    rows: Iterable[Item],
    key_names: Sequence[str],
    most: int = MAX_BATCH_ITEMS,
    most_bytes: int = MAX_BATCH_BYTES,
) -> Iterator[list[Item]]:
    """Rows in the largest batches that one request may carry, by their number and size, no key twice."""
    batch: list[Item] = []
    keys: set[str] = set()
    size = 0
    for row in rows:
        row_size = item_size(row)
        key = repr([row.get(name) for name in key_names])
        if batch and (len(batch) == most or size + row_size > most_bytes or key in keys):
            yield batch
            batch, keys, size = [], set(), 0
        batch.append(row)
        keys.add(key)
        size += row_size
    if batch:
        yield batch


def _write_batch(caller: Caller, table_name: str, batch: list[Item]) -> None:
    left: Any = [{"PutRequest": {"Item": to_client(row)}} for row in batch]
    backoff = Backoff(DATA, caller.stop)
    while left:
        answer = caller.send("batch_write_item", RequestItems={table_name: left}, ReturnConsumedCapacity="TOTAL")
        # One table in, one table out, whether the answer calls it by its name or by its ARN.
        unprocessed = [request for requests in answer.get("UnprocessedItems", {}).values() for request in requests]
        if len(unprocessed) < len(left):
            backoff.reset()
        if unprocessed and not backoff.pause("UnprocessedItems"):
            message = (
                f"DynamoDB left {len(unprocessed)} items of a batch into {table_name} unprocessed again and again."
            )
            raise CallError("Throttled", f"{message} Raise the table's capacity, or run the same command again later.")
        left = unprocessed


def put_absent(
    caller: Caller,
    table_name: str,
    rows: Iterable[Item],
    key_names: Sequence[str],
    total: int | None,
    *,
    fail: bool,
) -> dict[str, Any]:
    """Put each row where no item with its key exists, many in flight.

    Args:
        caller: Sends the calls.
        table_name: The table.
        rows: The items.
        key_names: The table's key attributes, partition first.
        total: How many rows there are, where that is known.
        fail: An existing item with other content is an error; nothing new is begun after the first.

    Raises:
        CallError: ItemsExist, or as calls fail; with what was done so far as its value.
    """
    tally = Tally(caller, total)
    condition = {
        "TableName": table_name,
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": {"#key": key_names[0]},
        "ReturnConsumedCapacity": "TOTAL",
        **({"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if fail else {}),
    }

    def put(row: Item) -> None:
        try:
            caller.send("put_item", Item=to_client(row), **condition)
        except ClientError as error:
            if not is_condition_failed(error):
                raise
            differs = fail and not _is_same(error, row)
            tally.add(kept=1, conflict={name: row[name] for name in key_names if name in row} if differs else None)
        else:
            tally.add(written=1)

    def until_conflict() -> Iterator[Item]:
        for row in rows:
            if tally.conflicts:
                return
            yield row

    _in_parallel(until_conflict(), put, _threads(caller, PUT_THREADS), tally)
    if tally.conflicts:
        message = f"{table_name} holds items with these keys and other content; they were left as they are."
        raise CallError("ItemsExist", message, tally.value())
    return tally.value()


def _is_same(error: ClientError, row: Item) -> bool:
    existing = existing_item(error)
    return existing is not None and canonical_item(existing) == canonical_item(row)


def _threads(caller: Caller, most: int) -> int:
    return LOOPBACK_THREADS if caller.clients.is_loopback else most


def _in_parallel(work: Iterator[T], do: Callable[[T], None], threads: int, tally: Tally) -> None:
    """Do all work in threads; after the first error nothing new is begun, and what runs is awaited.

    Raises:
        CallError: The first error, with what was done so far as its value.
        StoppedError: A stop was asked for: a call that is about to be sent says so.
    """
    lock = threading.Lock()
    problems: list[Exception] = []

    def worker() -> None:
        while not problems:
            try:
                with lock:
                    piece = next(work)
                do(piece)
            except StopIteration:
                return
            except Exception as error:  # noqa: BLE001 - carried to the caller's thread, where it is raised again
                problems.append(error)

    running = [threading.Thread(target=worker, name=f"ddbplan-write-{number}") for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    for problem in problems:
        if isinstance(problem, CallError):
            raise CallError(problem.code, problem.message, problem.value or tally.value()) from problem
        raise problem
