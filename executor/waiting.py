"""Waiting for what was really asked for: a table's or an index's own status, never a request's answer.

ACTIVE of a table says nothing of its indexes: a backfill goes on for minutes to hours behind it (K). botocore's own
waiter gives up after 500 s and knows no indexes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.errors import CallError, is_table_missing
from executor.retry import BACKFILL, CONTROL, Patience, rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.caller import Caller

NOT_FOUND_GRACE = 30.0
"""Seconds in which a table just made may still be unknown: DescribeTable is eventually consistent (M)."""
FIRST_PAUSE = 0.05
PAUSE_GROWTH = 1.6

Table = dict[str, Any]


def describe(caller: Caller, table_name: str) -> Table | None:
    """DescribeTable's Table; None where there is none.

    Raises:
        CallError: The call failed for good.
    """
    try:
        table: Table = caller.send("describe_table", TableName=table_name)["Table"]
    except ClientError as error:
        if is_table_missing(error):
            return None
        raise
    return with_identity(table)


def with_identity(table: Table) -> Table:
    """The table with a TableId: an engine that gives none (DynamoDB Local) is told apart by the time of creation."""
    if not table.get("TableId") and "CreationDateTime" in table:
        return {**table, "TableId": f"created-{table['CreationDateTime'].isoformat()}"}
    return table


def wait_until(
    caller: Caller,
    what: str,
    holds: Callable[[], str | None],
    patience: Patience = CONTROL,
) -> None:
    """Ask again and again until the condition holds.

    Args:
        caller: Hears a stop and tells the progress.
        what: What is waited for, for people.
        holds: None when it holds, else how things stand now.
        patience: How long to ask, and the longest pause between two questions.

    Raises:
        CallError: NotSettled, when patience ran out.
        StoppedError: A stop was asked for.
    """
    deadline = time.monotonic() + patience.seconds
    pause = FIRST_PAUSE
    while (standing := holds()) is not None:
        if time.monotonic() > deadline:
            message = (
                f"{what} is not there after {patience.seconds:.0f} s: {standing}. Run the same command to wait on."
            )
            raise CallError("NotSettled", message)
        caller.progress(f"waiting for {what}: {standing}", None, None)
        rest(pause, caller.stop)
        pause = min(pause * PAUSE_GROWTH, patience.longest)


def wait_active(caller: Caller, table_name: str, *, new: bool = False) -> Table:
    """Wait until the table and all its indexes are ACTIVE.

    Args:
        caller: Sends the calls.
        table_name: The table.
        new: It was just made: for half a minute it may still be unknown.

    Returns:
        The table as last read.

    Raises:
        CallError: It is gone, or not settled in time.
    """
    found: list[Table] = []
    patient_until = time.monotonic() + NOT_FOUND_GRACE

    def holds() -> str | None:
        table = describe(caller, table_name)
        if table is None:
            if new and time.monotonic() < patient_until:
                return "not visible yet"
            raise CallError("TableMissing", f"The table {table_name} is gone while it was waited for.")
        found[:] = [table]
        return unsettled(table)

    wait_until(caller, f"table {table_name}", holds, BACKFILL)
    return found[0]


def unsettled(table: Table) -> str | None:
    """What of the table is still being changed; None when nothing is."""
    if table["TableStatus"] != "ACTIVE":
        return str(table["TableStatus"])
    for index in (*table.get("GlobalSecondaryIndexes", ()), *table.get("VectorIndexes", ())):
        if index.get("IndexStatus", "ACTIVE") != "ACTIVE" or index.get("Backfilling"):
            return _of_index(index)
    encryption = table.get("SSEDescription", {}).get("Status", "ENABLED")
    if encryption in {"ENABLING", "UPDATING", "DISABLING"}:
        return f"encryption {encryption}"
    return _warming(table)


def _warming(table: Table) -> str | None:
    """Warm throughput that is being raised, which takes minutes behind an ACTIVE table (K)."""
    if table.get("WarmThroughput", {}).get("Status") == "UPDATING":
        return "warm throughput UPDATING"
    for index in table.get("GlobalSecondaryIndexes", ()):
        if index.get("WarmThroughput", {}).get("Status") == "UPDATING":
            return f"warm throughput of index {index['IndexName']} UPDATING"
    return None


def _of_index(index: dict[str, Any]) -> str:
    status = f"index {index['IndexName']} {index.get('IndexStatus', 'ACTIVE')}"
    items = index.get("ItemCount")
    filling = ", being filled" if index.get("Backfilling") else ""
    return f"{status}{filling}{f' ({items} items)' if items else ''}"
