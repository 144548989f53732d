"""A query's items one after another, for results that need not fit in memory.

``query_table`` and ``scan_table`` answer with all items at once; a stream reads the same pages and keeps none.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Literal

from executor.caller import Caller, failed, silent
from executor.errors import CLIENT_ERRORS
from executor.paging import Reading, pages, read_parameters
from planner.function_reads import QueryTable, ScanTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from executor.clients import Clients
    from planner.steps import Call
    from planner.values import Item


class ItemStream:
    """The items of one call; iterate once.

    Args:
        clients: Of the target.
        call: Of ``query_table`` or ``scan_table``, from a checked plan.
        stop: Once set, reading ends before its next page.
    """

    def __init__(self, clients: Clients, call: Call, stop: threading.Event | None = None) -> None:
        self._caller = Caller(clients, silent, stop)
        self._call = call
        self._reading: Reading | None = None

    def __iter__(self) -> Iterator[Item]:
        """Read page after page.

        Raises:
            CallError: As the function's call model says.
            StoppedError: A stop was asked for.
        """
        operation, parameters, limit = _parameters(self._call)
        self._reading = Reading(limit=limit)
        try:
            for page in pages(self._caller, operation, parameters, self._reading):
                yield from page
        except CLIENT_ERRORS as error:
            raise failed(error, self._caller.understand(error)) from error

    @property
    def count(self) -> int:
        """Items so far."""
        return self._reading.count if self._reading else 0

    @property
    def scanned(self) -> int:
        """Items read so far, those included that a filter left out."""
        return self._reading.scanned if self._reading else 0

    @property
    def consumed(self) -> Mapping[str, float]:
        """Capacity units so far, by table or ``table/index``."""
        return self._caller.consumed


def _parameters(call: Call) -> tuple[Literal["query", "scan"], dict[str, Any], int | None]:
    if call.function == "scan_table":
        scan = ScanTable.of(call.arguments)
        return "scan", read_parameters(scan), scan.limit
    query = QueryTable.of(call.arguments)
    parameters = read_parameters(query)
    parameters["KeyConditionExpression"] = query.key_condition_expression
    parameters["ScanIndexForward"] = query.scan_index_forward
    return "query", parameters, query.limit
