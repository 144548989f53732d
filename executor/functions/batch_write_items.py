"""Seed data in bulk: conditional single puts or unconditional batches in flight, or transactions under a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.bulk import put_absent, put_batches, put_fenced
from executor.caller import failed
from executor.errors import CallError
from executor.source import rows_of
from executor.waiting import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from executor.caller import Caller
    from planner.functions import BatchWriteItems
    from planner.values import Item


def batch_write_items(caller: Caller, call: BatchWriteItems) -> dict[str, Any]:
    """Write all items; none is dropped, and memory does not grow with their number.

    Returns:
        ``written``, ``kept`` (existed already), ``conflicts`` (keys of existing items with other content, at most 100).

    Raises:
        CallError: ItemsExist with ``on_conflict: fail``; others as the call model says. The value tells how far it got.
        StoppedError: A stop was asked for; what was in flight is finished.
    """
    rows = _rows(caller, call)
    keys = tuple(call.key_names or _key_names(caller, call.table_name))
    total = len(call.items) if call.items is not None else None
    try:
        if call.fence is not None:
            return put_fenced(caller, call.table_name, rows(), keys, total, call.fence)
        if call.condition == "none":
            return put_batches(caller, call.table_name, rows(), keys, total)
        return put_absent(caller, call.table_name, rows(), keys, total, fail=call.on_conflict == "fail")
    except ClientError as error:
        raise failed(error, caller.understand(error)) from error


def _rows(caller: Caller, call: BatchWriteItems) -> Callable[[], Iterable[Item]]:
    if call.items is not None:
        items = call.items
        return lambda: items
    if call.source is None:
        raise CallError("InvalidArguments", "batch_write_items: give either items or source.")
    return rows_of(call.source.file, call.source.sha256, caller.rows, caller.stop)


def _key_names(caller: Caller, table_name: str) -> tuple[str, ...]:
    table = describe(caller, table_name)
    if table is None:
        raise CallError("TableMissing", f"The table {table_name} does not exist.")
    return tuple(entry["AttributeName"] for entry in table["KeySchema"])
