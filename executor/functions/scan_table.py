"""A whole table or index, all pages to the end, in parallel segments where asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from executor.paging import Reading, read_pages, read_parameters

if TYPE_CHECKING:
    from executor.caller import Caller
    from planner.function_reads import ScanTable

MAX_THREADS = 32


def scan_table(caller: Caller, call: ScanTable) -> dict[str, Any]:
    """Read every segment to its last page, or until ``limit`` items are there in all.

    Returns:
        ``items`` in DynamoDB JSON (segment after segment, in no order), ``count``, ``scanned``, ``pages``.

    Raises:
        CallError: As the call model says.
    """
    parameters = read_parameters(call)
    reading = Reading(limit=call.limit)
    if call.total_segments == 1:
        return reading.value([read_pages(caller, "scan", parameters, reading)])

    def segment(number: int) -> list[dict[str, Any]]:
        own = {**parameters, "Segment": number, "TotalSegments": call.total_segments}
        return read_pages(caller, "scan", own, reading)

    with ThreadPoolExecutor(max_workers=min(MAX_THREADS, call.total_segments)) as pool:
        return reading.value(list(pool.map(segment, range(call.total_segments))))
