"""Looks at live items before a change that they may not suit: a bounded part of a table, or all of it.

A scan takes read units for whole items, whatever is asked of them. Those of a sample come from evenly spaced places of
the table's key space, so that one busy partition does not speak for all.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.caller import Caller, failed
from executor.errors import CallError
from executor.retry import QUICK
from executor.waiting import describe
from executor.wire import from_client
from planner.data_checks import DataCheck, DataFinding, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.clients import Clients

SEGMENTS = 8
"""Places of the key space that a sample comes from."""
READERS = 4
"""Tables that are looked at at once."""


def look(clients: Clients, checks: Sequence[DataCheck], most: int) -> tuple[DataFinding, ...]:
    """Look at the items of each table that a check is about, once for all its checks.

    Args:
        clients: Where.
        checks: What is asked.
        most: How many items of a table at most; 0 for all.

    Returns:
        A finding for each check, in their order; where a table could not be read, the finding says why.
    """
    by_table: dict[str, list[DataCheck]] = {}
    for check in checks:
        by_table.setdefault(check.table, []).append(check)
    if not by_table:
        return ()
    with ThreadPoolExecutor(min(READERS, len(by_table)), thread_name_prefix="ddbplan-look") as pool:
        answers = pool.map(lambda name: _of_table(clients, name, by_table[name], most), by_table)
        found = {finding.check.step: finding for answer in answers for finding in answer}
    return tuple(found[check.step] for check in checks)


def holds_items(clients: Clients, table_name: str) -> bool | None:
    """Whether a table holds any item, by a strongly consistent look at one: DynamoDB's own count is hours old.

    Returns:
        None where it could not be looked.
    """
    caller = Caller(clients)
    start: dict[str, Any] = {}
    try:
        while True:
            page = caller.send(
                "scan", QUICK, TableName=table_name, Limit=1, Select="COUNT", ConsistentRead=True, **start
            )
            if page["Count"] or "LastEvaluatedKey" not in page:
                return bool(page["Count"])
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    except (CallError, ClientError):
        return None


def _of_table(clients: Clients, name: str, checks: Sequence[DataCheck], most: int) -> list[DataFinding]:
    caller = Caller(clients)
    tallies = [Tally(check) for check in checks]
    about, whole, problem = 0, False, ""
    try:
        table = describe(caller, name)
        about = int((table or {}).get("ItemCount", 0))
        whole = _read(caller, name, checks, tallies, most)
    except ClientError as error:
        problem = f"The items of {name} could not be read: {failed(error, caller.understand(error)).message}"
    except CallError as error:
        problem = f"The items of {name} could not be read: {error.message}"
    consumed = sum(caller.consumed.values())
    return [
        DataFinding(
            check=tally.check,
            looked=tally.looked,
            whole=whole,
            about=about,
            counts=tally.counts,
            examples=tuple(tally.examples),
            consumed=consumed,
            problem=problem,
        )
        for tally in tallies
    ]


def _read(caller: Caller, name: str, checks: Sequence[DataCheck], tallies: Sequence[Tally], most: int) -> bool:
    """Give every item that is read to every tally; whether those were all items of the table."""
    names = sorted(frozenset().union(*(check.attributes for check in checks)))
    aliases = {f"#a{place}": attribute for place, attribute in enumerate(names)}
    parameters = {
        "TableName": name,
        "ProjectionExpression": ", ".join(aliases),
        "ExpressionAttributeNames": aliases,
        "ReturnConsumedCapacity": "TOTAL",
    }
    quota = ceil(most / SEGMENTS) if most else None
    whole = True
    # One place after the other: it is the application's capacity that this takes.
    for segment in range(SEGMENTS):
        where = {"Segment": segment, "TotalSegments": SEGMENTS}
        whole = _segment(caller, {**parameters, **where}, quota, tallies) and whole
    return whole


def _segment(caller: Caller, parameters: dict[str, Any], quota: int | None, tallies: Sequence[Tally]) -> bool:
    """Read one place of the key space; whether it was read to its end."""
    left, start = quota, dict[str, Any]()
    while True:
        limit = {} if left is None else {"Limit": left}
        page = caller.send("scan", **parameters, **limit, **start)
        for item in page.get("Items", ()):
            for tally in tallies:
                tally.take(from_client(item))
        if "LastEvaluatedKey" not in page:
            return True
        if left is not None:
            left -= int(page["ScannedCount"])
            if left <= 0:
                return False
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
