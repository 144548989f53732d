"""Seed data in bulk: puts on absence or unconditional batches in flight, or transactions under a lock."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.bulk_put import bulk_put
from executor.caller import failed
from executor.errors import CallError
from executor.loader.fenced import put_fenced
from executor.loader.load import Loading, load
from executor.loader.tally import Tally
from executor.source import rows_of
from executor.waiting import describe
from planner.function_shapes import BulkSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from executor.caller import Caller
    from planner.function_writes import BatchWriteItems
    from planner.values import Item


def batch_write_items(caller: Caller, call: BatchWriteItems) -> dict[str, Any]:
    """Write all items; none is dropped, and memory does not grow with their number.

    Returns:
        From S3 as ``bulk_put``.
        Else ``written``, ``kept`` (existed already), ``conflicts`` (keys of existing items with other content,
        at most 100).

    Raises:
        CallError: ItemsExist with ``on_conflict: fail``; others as the call model says. The value tells how far it got.
        StoppedError: A stop was asked for; what was in flight is finished.
    """
    if isinstance(call.source, BulkSource):
        return bulk_put(caller, call.table_name, call.source)
    read = _rows(caller, call)
    table = describe(caller, call.table_name)
    if table is None:
        raise CallError("TableMissing", f"The table {call.table_name} does not exist.")
    keys = tuple(call.key_names or (entry["AttributeName"] for entry in table["KeySchema"]))
    tally = Tally(caller, len(call.items) if call.items is not None else caller.bulk.total, caller.bulk.skip)
    rows = islice(read(), caller.bulk.skip, None)
    try:
        if call.fence is not None:
            return put_fenced(caller, call.table_name, rows, keys, tally, call.fence)
        return load(caller, _loading(call, table, keys), rows, tally)
    except ClientError as error:
        raise failed(error, caller.understand(error)) from error
    finally:
        caller.bulk.checkpoint(tally.surely)


def _loading(call: BatchWriteItems, table: Mapping[str, Any], keys: tuple[str, ...]) -> Loading:
    absent = call.condition == "absent"
    return Loading(table=table, key_names=keys, absent=absent, fail=absent and call.on_conflict == "fail")


def _rows(caller: Caller, call: BatchWriteItems) -> Callable[[], Iterable[Item]]:
    if call.items is not None:
        items = call.items
        return lambda: items
    if call.source is None or isinstance(call.source, BulkSource):
        raise CallError("InvalidArguments", "batch_write_items: give either items or source.")
    return rows_of(call.source.file, call.source.sha256, caller.bulk.rows, caller.stop)
