"""A whole load: the table's capacity and the endpoint found out, pieces in flight, here or in several processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from executor.engines import AWS
from executor.errors import CallError
from executor.loader.endpoint import endpoint_of
from executor.loader.flow import in_flight
from executor.loader.inserting import EXACT_ON
from executor.loader.loop import Loop
from executor.loader.performing import LocalPerformer
from executor.loader.pieces import Way, pieces
from executor.loader.rate import Rate, known_capacity
from executor.loader.sender import Sender
from executor.loader.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from executor.caller import Caller
    from executor.clients import Clients
    from executor.loader.loop import Task
    from executor.loader.performing import Performer
    from executor.loader.pieces import Piece
    from executor.loader.tally import Tally
    from planner.values import Item

LOOPBACK_REQUESTS = 8
"""An engine on this machine shares its cores: more requests only wait for one another."""
REQUESTS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """One load.

    Attributes:
        table: DescribeTable's Table.
        key_names: Its key attributes, partition first.
        absent: Put only where no item with the key exists; else over whatever is there.
        fail: With ``absent``, an existing item with other content ends the load.
    """

    table: Mapping[str, Any]
    key_names: Sequence[str]
    absent: bool
    fail: bool = False

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.table["TableName"])


def load(caller: Caller, loading: Loading, rows: Iterable[Item], tally: Tally) -> dict[str, Any]:
    """Write all rows, many in flight.

    Args:
        caller: The call that this is for.
        loading: What is loaded, and how.
        rows: The items.
        tally: Counts.

    Raises:
        CallError: ItemsExist, or as calls fail; with what was done so far as its value.
        ClientError: DynamoDB refused a request.
        StoppedError: A stop was asked for.
    """
    way = _way(caller, loading)
    begun = _until_conflict(rows, tally) if loading.fail else rows
    work = pieces(begun, loading.key_names, growing=way is Way.PUT)
    with Loop(caller.stop) as loop:
        performer = _performer(caller, loading, way, loop)

        def write(piece: Piece) -> Task[None]:
            tally.ended(piece, (yield from performer.perform(piece)))

        try:
            with tally.told_by_errors():
                in_flight(work, write, requests_at_once(caller.clients) * caller.bulk.workers, loop)
        finally:
            performer.close()
    if tally.conflicts:
        raise CallError("ItemsExist", _met(loading.name, tally), tally.value())
    return tally.value()


def _met(table_name: str, tally: Tally) -> str:
    from planner.checks.seeds import shown_key  # noqa: PLC0415 - only this failure needs what checks seeds

    first = shown_key(tally.value()["conflicts"][0])
    more = f", and so do {tally.conflicts - 1} more that were met" if tally.conflicts > 1 else ""
    return (
        f"An item with the key {first} exists in {table_name} with other content{more}. It was left as it is, and "
        "nothing more was begun. Make the row what the item is, or choose another `on_conflict` for the seed."
    )


def _until_conflict(rows: Iterable[Item], tally: Tally) -> Iterator[Item]:
    for row in rows:
        if tally.conflicts:
            return
        yield row


def _performer(caller: Caller, loading: Loading, way: Way, loop: Loop) -> Performer:
    endpoint = endpoint_of(caller.clients)
    rate = _rate(caller, loading.table)
    if caller.bulk.workers > 1:
        return WorkerPool(caller, loop, endpoint, loading.name, loading.key_names, way, rate, fail=loading.fail)
    sender = Sender(
        endpoint,
        caller.clients.frozen_credentials,
        caller.stop,
        waiting=lambda message: caller.progress(f"waiting: {message}", None, None),
        throttled=rate.throttled,
        answered=caller.note_request_id,
    )
    return LocalPerformer(
        sender,
        loading.name,
        loading.key_names,
        way,
        fail=loading.fail,
        delay=rate.delay,
        correct=rate.correct,
    )


def _way(caller: Caller, loading: Loading) -> Way:
    if not loading.absent:
        return Way.BATCH
    # Only a put answers with the item that is in its way.
    return Way.PUT if loading.fail or caller.clients.engine not in EXACT_ON else Way.INSERT


def _rate(caller: Caller, table: Mapping[str, Any]) -> Rate:
    """An engine for development meters nothing, whatever its description says."""
    return Rate(known_capacity(table) if caller.clients.engine == AWS else None, caller.bulk.max_write_units)


def requests_at_once(clients: Clients) -> int:
    """How many requests one process has in flight at a target."""
    return LOOPBACK_REQUESTS if clients.is_loopback else REQUESTS
