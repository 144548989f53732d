"""How many of a seed's rows are live already: read by key, in parallel, a hundred at a time, and never written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import ClientError

from executor.caller import Caller, failed
from executor.errors import CallError
from executor.loader.endpoint import endpoint_of
from executor.loader.flow import in_flight
from executor.loader.load import requests_at_once
from executor.loader.loop import Loop, Pause
from executor.loader.pieces import pieces
from executor.loader.sender import Sender
from executor.retry import DATA, Backoff
from executor.waiting import describe
from planner.values import canonical_item, canonical_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.clients import Clients
    from executor.loader.loop import Task
    from executor.loader.pieces import Piece
    from planner.state import DesiredSeed
    from planner.values import Item

MAX_KEYS = 100
"""BatchGetItem takes no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedCount:
    """What is live of a seed's rows.

    Attributes:
        rows: How many rows the seed has.
        looked_at: How many of them were looked up.
        same: Of these, those that are live as the seed has them.
        differing: Those whose key is live with other content.
    """

    rows: int
    looked_at: int
    same: int = 0
    differing: int = 0

    @property
    def absent(self) -> int:
        """Those whose key is not live."""
        return self.looked_at - self.same - self.differing


class _Counter:
    """Looks rows of one table up."""

    def __init__(self, sender: Sender, table_name: str, key_names: Sequence[str], *, whole: bool) -> None:
        self._sender = sender
        self._table = table_name
        self._keys = tuple(key_names)
        self._whole = whole
        self.looked_at = self.same = self.differing = 0

    def look(self, piece: Piece) -> Task[None]:
        """Look a piece's rows up."""
        wanted = {self._name(row.item): row.item for row in piece.rows}
        found = yield from self._found([{name: row.item[name] for name in self._keys} for row in piece.rows])
        for item in found:
            row = wanted[self._name(item)]
            held = item if self._whole else {name: value for name, value in item.items() if name in row}
            if canonical_item(row) == canonical_item(held):
                self.same += 1
            else:
                self.differing += 1
        self.looked_at += len(piece.rows)

    def _name(self, item: Item) -> str:
        return canonical_json(canonical_item({name: item[name] for name in self._keys}))

    def _found(self, keys: list[dict[str, Any]]) -> Task[list[Item]]:
        left: Any = {self._table: {"Keys": keys}}
        backoff = Backoff(DATA, self._sender.stop)
        items: list[Item] = []
        while left:
            answer = yield from self._sender.send("BatchGetItem", orjson.dumps({"RequestItems": left}))
            found = [item for items in answer.get("Responses", {}).values() for item in items]
            items += found
            left = answer.get("UnprocessedKeys") or {}
            if found:
                backoff.reset()
            if left:
                yield self._pause(backoff)
        return items

    def _pause(self, backoff: Backoff) -> Pause:
        seconds = backoff.next_pause("UnprocessedKeys")
        if seconds is None:
            raise CallError("Throttled", f"{self._table} answers too few of the keys that are asked for.")
        return Pause(seconds)


def count_seed(clients: Clients, seed: DesiredSeed, table_name: str, sample: int | None = None) -> SeedCount:
    """Count a seed's rows against the live table.

    Args:
        clients: Where.
        seed: The seed.
        table_name: The table's physical name.
        sample: Look up about so many rows, spread evenly over the source; None for all of them.

    Raises:
        CallError: As calls fail.
    """
    caller = Caller(clients)
    table = describe(caller, table_name)
    wanted = seed.count if sample is None else min(sample, seed.count)
    if table is None:
        return SeedCount(rows=seed.count, looked_at=wanted)
    step = max(1, seed.count // wanted) if wanted else 1
    keys = tuple(entry["AttributeName"] for entry in table["KeySchema"])
    sender = Sender(
        endpoint_of(clients),
        clients.frozen_credentials,
        caller.stop,
        waiting=lambda _: None,
        throttled=lambda: None,
        answered=caller.note_request_id,
    )
    # Of an item whose attributes are only in part the seed's, the others say nothing.
    counter = _Counter(sender, table_name, keys, whole=not seed.attributes)
    chosen = islice((row.item for row in seed.rows()), 0, step * wanted, step)
    try:
        work = pieces(chosen, keys, most=MAX_KEYS)
        with Loop(caller.stop) as loop:
            in_flight(work, counter.look, requests_at_once(clients), loop)
    except ClientError as error:
        raise failed(error, caller.understand(error)) from error
    finally:
        sender.close()
    return SeedCount(rows=seed.count, looked_at=counter.looked_at, same=counter.same, differing=counter.differing)
