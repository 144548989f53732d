"""The lease: a heartbeat that shows that the lock's holder lives, and the holder's own knowledge that it does not."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from executor.identity import seconds as clock
from executor.ledger import entries
from executor.ledger.errors import LedgerError, LockLostError
from executor.ledger.sending import ConditionRefusedError, patiently

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

HEARTBEATS_PER_LEASE = 3
_LAST_RENEWAL_SECONDS = 2.0


class Heartbeat:
    """Raises the lease's counter until it is stopped or the lease is lost.

    The lease counts from just before the last renewal was sent, on this machine's own clock. Once it ran out it stays
    lost: the process may have been frozen, and another run may be writing.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table_name: str,
        *,
        database: str,
        fence: int,
        lease_seconds: float,
        renewed_at: float,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._database = database
        self._fence = fence
        self._lease_seconds = lease_seconds
        self._renewed_at = renewed_at
        self._reason = ""
        self._stopped = threading.Event()
        self._renewals: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._beat, name=f"lease of {database}", daemon=True)

    def start(self) -> None:
        """Begin to renew."""
        self._thread.start()

    def stop(self) -> None:
        """Stop renewing; a renewal in flight is awaited for a moment."""
        self._stopped.set()
        self._thread.join()
        for renewal in self._renewals:
            renewal.join(_LAST_RENEWAL_SECONDS)

    @property
    def is_lost(self) -> bool:
        """Whether this run must write no more."""
        if not self._reason and clock() - self._renewed_at > self._lease_seconds:
            self._reason = (
                f"its lease of {self._lease_seconds:g} s could not be renewed in time: the process was held up, or the "
                "ledger could not be reached"
            )
        return bool(self._reason)

    def lose(self, reason: str) -> None:
        """Record that another run has the lock."""
        self._reason = self._reason or reason

    def check(self) -> None:
        """Go on only while the lease is held.

        Raises:
            LockLostError: It is not.
        """
        if self.is_lost:
            raise self.lost()

    def lost(self) -> LockLostError:
        """The error that ends a run without its lock."""
        return LockLostError(
            f"This run lost the lock of database {self._database!r}: {self._reason}. It stopped before its next write. "
            "Run the same apply again: it continues from what is live.",
        )

    def _beat(self) -> None:
        """Send a renewal at every beat, whether or not the one before it has been answered: one may hang for long."""
        pause = self._lease_seconds / HEARTBEATS_PER_LEASE
        while not self._stopped.wait(pause) and not self.is_lost:
            self._renewals = [thread for thread in self._renewals if thread.is_alive()]
            renewal = threading.Thread(target=self._renew, name=self._thread.name, daemon=True)
            self._renewals.append(renewal)
            renewal.start()

    def _renew(self) -> None:
        sent_at = clock()
        try:
            patiently(self._raise_counter, patience=self._lease_seconds / HEARTBEATS_PER_LEASE)
        except ConditionRefusedError:
            self.lose("another run took it over")
        except LedgerError:
            return  # the next beat tries again; the clock decides when it is too late
        else:
            self._renewed_at = max(self._renewed_at, sent_at)

    def _raise_counter(self) -> object:
        return self._client.update_item(
            TableName=self._table_name,
            Key=entries.key(self._database, entries.LEASE),
            UpdateExpression="SET #counter = #counter + :one",
            ConditionExpression="#fence = :fence",
            ExpressionAttributeNames={"#counter": "counter", "#fence": "fence"},
            ExpressionAttributeValues={":one": entries.number(1), ":fence": entries.number(self._fence)},
        )
