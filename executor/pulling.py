"""Reading a whole table as a stream: parallel segments, pages handed on as they come, memory for a few pages only."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

from executor import errors
from executor.caller import Caller, failed, silent
from executor.wire import from_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from executor.clients import Clients
    from planner.values import Item

MAX_SEGMENTS = 32
_PAGES_AHEAD = 8
_WAIT_SECONDS = 0.2


def pull(clients: Clients, table_name: str, segments: int = 4) -> Iterator[tuple[Item, ...]]:
    """The items of a table in DynamoDB JSON, page by page, in no order.

    Reads are eventually consistent: a table that is written to meanwhile is no snapshot.

    Args:
        clients: Of the target.
        table_name: The physical name.
        segments: So many parts of the table are read at the same time.

    Raises:
        CallError: A read failed for good.
        StoppedError: The reader gave up, in its threads only.
    """
    stop = threading.Event()
    caller = Caller(clients, silent, stop, None)
    pages: queue.Queue[tuple[Item, ...] | Exception | None] = queue.Queue(_PAGES_AHEAD)
    count = max(1, min(MAX_SEGMENTS, segments))
    threads = [
        threading.Thread(
            target=_segment, args=(caller, table_name, number, count, pages), name=f"ddbplan-pull-{number}"
        )
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        left = count
        while left:
            page = pages.get()
            if isinstance(page, Exception):
                raise page
            if page is None:
                left -= 1
            else:
                yield page
    finally:
        stop.set()
        _drain(pages, threads)


def _segment(
    caller: Caller,
    table_name: str,
    number: int,
    count: int,
    pages: queue.Queue[tuple[Item, ...] | Exception | None],
) -> None:
    start: dict[str, Any] = {}
    try:
        while not caller.stop.is_set():
            answer = _page(caller, {"TableName": table_name, "Segment": number, "TotalSegments": count, **start})
            pages.put(tuple(from_client(item) for item in answer.get("Items", [])))
            if not answer.get("LastEvaluatedKey"):
                break
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    except Exception as problem:  # noqa: BLE001 - carried to the reader's thread, where it is raised again
        pages.put(problem)
    else:
        pages.put(None)


def _page(caller: Caller, parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        return caller.send("scan", **parameters, ReturnConsumedCapacity="TOTAL")
    except errors.CLIENT_ERRORS as error:
        raise failed(error, caller.understand(error)) from error


def _drain(pages: queue.Queue[Any], threads: list[threading.Thread]) -> None:
    """Let threads end that wait to hand on a page."""
    for thread in threads:
        while thread.is_alive():
            while not pages.empty():
                pages.get_nowait()
            thread.join(_WAIT_SECONDS)
