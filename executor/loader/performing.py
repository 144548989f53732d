"""Writes one piece, to its end: what DynamoDB leaves, refuses for now or does not answer is sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, assert_never

from botocore.exceptions import ClientError

from executor.errors import CallError, is_condition_failed
from executor.loader.inserting import Inserts
from executor.loader.loop import Pause
from executor.loader.pieces import Row, Way, encode, units_of
from executor.loader.tally import Outcome
from executor.retry import DATA, Backoff
from planner.values import canonical_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from executor.loader.loop import Task
    from executor.loader.pieces import Piece
    from executor.loader.sender import Sender
    from planner.values import Item


_NEXT_PUT = b'}},{"PutRequest":{"Item":'
_END_OF_BATCH = b'}}]},"ReturnConsumedCapacity":"TOTAL"}'


class Performer(Protocol):
    """Writes pieces, here or in another process."""

    def perform(self, piece: Piece) -> Task[Outcome]:
        """Write a piece to its end.

        Raises:
            CallError: It failed for good.
            ClientError: DynamoDB refused a request.
            StoppedError: A stop was asked for; some of its rows may be written.
        """

    def close(self) -> None:
        """Give back what it holds."""


class LocalPerformer:
    """Writes pieces in this process.

    Args:
        sender: Sends the requests.
        table_name: The table.
        key_names: Its key attributes, partition first.
        way: How rows are written.
        fail: A key that exists with other content is a conflict, after which nothing of the piece is begun.
        delay: Takes so many units for a request; seconds until it may go.
        correct: Told what a request came to beyond that.
    """

    def __init__(
        self,
        sender: Sender,
        table_name: str,
        key_names: Sequence[str],
        way: Way,
        *,
        fail: bool = False,
        delay: Callable[[float], float] = lambda _: 0.0,
        correct: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._sender = sender
        self._table = table_name
        self._keys = tuple(key_names)
        self._way = way
        self._fail = fail
        self._delay = delay
        self._correct = correct
        # Around one join of the rows' texts: a copy of every row less than a list of whole requests.
        self._batch = b'{"RequestItems":{%b:[{"PutRequest":{"Item":' % encode(table_name)
        self._put = encode(_condition(table_name, key_names, fail=fail))[:-1] + b',"Item":'
        self._inserts = Inserts(sender.send, table_name)

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()

    def perform(self, piece: Piece) -> Task[Outcome]:
        """As the protocol has it."""
        outcome = Outcome()
        match self._way:
            case Way.BATCH:
                yield from self._write_batch(piece.rows, outcome)
            case Way.PUT:
                yield from self._put_each(piece.rows, outcome)
            case Way.INSERT:
                yield from self._insert_all(piece.rows, outcome)
            case _:
                assert_never(self._way)
        return outcome

    def _write_batch(self, rows: Sequence[Row], outcome: Outcome) -> Task[None]:
        left = [row.text for row in rows]
        backoff = Backoff(DATA, self._sender.stop)
        units = sum(row.units for row in rows)
        while left:
            body = b"".join((self._batch, _NEXT_PUT.join(left), _END_OF_BATCH))
            answer = yield from self._send("BatchWriteItem", body, units, outcome)
            # One table in, one table out, whether the answer calls it by its name or by its ARN.
            kept_back = [one for many in (answer.get("UnprocessedItems") or {}).values() for one in many]
            yield from self._wait_for_rest(len(kept_back), len(left), backoff)
            left = [encode(one["PutRequest"]["Item"]) for one in kept_back]
            units = sum(units_of(text) for text in left)
        outcome.written += len(rows)

    def _wait_for_rest(self, left: int, sent: int, backoff: Backoff) -> Task[None]:
        """Give the table a moment, where it did not take everything."""
        if not left:
            return
        self._sender.throttled()
        if left < sent:
            backoff.reset()
        seconds = backoff.next_pause("UnprocessedItems")
        if seconds is None:
            message = f"DynamoDB left {left} items of a batch into {self._table} unprocessed again and again."
            raise CallError("Throttled", f"{message} Raise the table's capacity, or run the same command again later.")
        yield Pause(seconds)

    def _put_each(self, rows: Iterable[Row], outcome: Outcome) -> Task[None]:
        for row in rows:
            try:
                yield from self._send("PutItem", b"%b%b}" % (self._put, row.text), row.units, outcome)
            except ClientError as error:
                if not is_condition_failed(error):
                    raise
                outcome.kept += 1
                if self._fail and not _is_same(error, row):
                    outcome.conflicts.append({name: row.item[name] for name in self._keys if name in row.item})
                    return
            else:
                outcome.written += 1

    def _insert_all(self, rows: Sequence[Row], outcome: Outcome) -> Task[None]:
        left = rows
        backoff = Backoff(DATA, self._sender.stop)
        while left:
            units = sum(row.units for row in left)
            yield from self._take(units)
            came = yield from self._inserts.send(left, outcome)
            self._correct(came.units - units if came.units else 0.0)
            yield from self._put_each(came.unfit, outcome)
            yield from self._wait_for_rest(len(came.later), len(left), backoff)
            left = came.later

    def _take(self, units: float) -> Task[None]:
        seconds = self._delay(units)
        if seconds > 0:
            yield Pause(seconds)

    def _send(self, operation: str, body: bytes, units: float, outcome: Outcome) -> Task[dict[str, Any]]:
        yield from self._take(units)
        answer = yield from self._sender.send(operation, body)
        counted = outcome.add_units(answer.get("ConsumedCapacity"))
        if counted:
            self._correct(counted - units)
        return answer


def _condition(table_name: str, key_names: Sequence[str], *, fail: bool) -> dict[str, Any]:
    """A put on absence, without its item."""
    return {
        "TableName": table_name,
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": {"#key": key_names[0]},
        "ReturnConsumedCapacity": "TOTAL",
        **({"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if fail else {}),
    }


def _is_same(error: ClientError, row: Row) -> bool:
    existing: Item | None = error.response.get("Item")  # type: ignore[assignment] # as it was sent: DynamoDB JSON
    return existing is not None and canonical_item(existing) == canonical_item(row.item)
