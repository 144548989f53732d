"""One partition of a table or index, all pages to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.paging import Reading, read_pages, read_parameters

if TYPE_CHECKING:
    from executor.caller import Caller
    from planner.function_reads import QueryTable


def query_table(caller: Caller, call: QueryTable) -> dict[str, Any]:
    """Read until the last page or until ``limit`` items are there.

    Returns:
        ``items`` in DynamoDB JSON in the order of the sort key, ``count``, ``scanned``, ``pages``.

    Raises:
        CallError: As the call model says.
    """
    parameters = read_parameters(call)
    parameters["KeyConditionExpression"] = call.key_condition_expression
    parameters["ScanIndexForward"] = call.scan_index_forward
    reading = Reading(limit=call.limit)
    return reading.value([read_pages(caller, "query", parameters, reading)])
