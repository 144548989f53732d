"""Reading page after page: what query and scan share."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from executor.caller import failed
from executor.wire import from_client, to_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from executor.caller import Caller
    from planner.function_reads import QueryTable, ScanTable


class Reading:
    """What all pages of one read came to; shared by the threads of a parallel scan.

    Args:
        limit: At most this many items in all; None for no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._count = 0
        self._scanned = 0
        self._pages = 0

    @property
    def count(self) -> int:
        """How many items there were."""
        return self._count

    @property
    def scanned(self) -> int:
        """How many items were read, filtered ones included."""
        return self._scanned

    @property
    def left(self) -> int | None:
        """How many items may still come; None for any number."""
        return None if self._limit is None else max(0, self._limit - self._count)

    def add(self, page: dict[str, Any]) -> int:
        """Count a page.

        Returns:
            How many of its items are within the limit.
        """
        with self._lock:
            left = self.left
            taken = int(page["Count"]) if left is None else min(left, int(page["Count"]))
            self._count += taken
            self._scanned += int(page["ScannedCount"])
            self._pages += 1
        return taken

    def value(self, segments: list[list[dict[str, Any]]]) -> dict[str, Any]:
        """The answer of the function."""
        items = [item for segment in segments for item in segment]
        return {"items": items, "count": self._count, "scanned": self._scanned, "pages": self._pages}


def read_parameters(call: QueryTable | ScanTable) -> dict[str, Any]:
    """What query and scan take alike."""
    optional = {
        "IndexName": call.index_name,
        "FilterExpression": call.filter_expression,
        "ProjectionExpression": call.projection_expression,
        "ExpressionAttributeNames": call.expression_attribute_names,
        "ExpressionAttributeValues": to_client(call.expression_attribute_values or {}),
        "Select": "COUNT" if call.select == "COUNT" else None,
    }
    return {
        "TableName": call.table_name,
        "ConsistentRead": call.consistent_read,
        "ReturnConsumedCapacity": "INDEXES",
        **{name: value for name, value in optional.items() if value},
    }


def read_pages(
    caller: Caller,
    operation: Literal["query", "scan"],
    parameters: dict[str, Any],
    reading: Reading,
) -> list[dict[str, Any]]:
    """Items of all pages in order, until the last page or the limit.

    Raises:
        CallError: The call failed for good.
        StoppedError: A stop was asked for.
    """
    return [item for page in pages(caller, operation, parameters, reading) for item in page]


def pages(
    caller: Caller,
    operation: Literal["query", "scan"],
    parameters: dict[str, Any],
    reading: Reading,
) -> Iterator[list[dict[str, Any]]]:
    """The items of one page after another, until the last page or the limit; at most one is held in memory.

    Raises:
        CallError: The call failed for good.
        StoppedError: A stop was asked for.
    """
    start: dict[str, Any] = {}
    while reading.left != 0:
        page = _page(caller, operation, {**parameters, **start, **_page_limit(parameters, reading)})
        taken = reading.add(page)
        yield [from_client(item) for item in page.get("Items", [])[:taken]]
        if not page.get("LastEvaluatedKey"):
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _page_limit(parameters: dict[str, Any], reading: Reading) -> dict[str, int]:
    """Only without a filter does a page hold as many items as are read."""
    if reading.left is None or "FilterExpression" in parameters:
        return {}
    return {"Limit": reading.left} if reading.left else {"Limit": 1}


def _page(caller: Caller, operation: Literal["query", "scan"], parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        return caller.send(operation, **parameters)
    except ClientError as error:
        raise failed(error, caller.understand(error)) from error
