"""The lock of one database: taken, waited for, taken over, released. Its fencing number only ever rises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from executor.identity import Process, is_gone, now_text
from executor.identity import seconds as clock
from executor.ledger import entries
from executor.ledger.errors import LedgerError, LockHeldError, LockLostError, StopRequestedError
from executor.ledger.lease import Heartbeat
from executor.ledger.sending import ConditionRefusedError, patiently, transact
from executor.ledger.values import DEFAULT_LEASE_SECONDS, LeaseInfo, LockInfo

if TYPE_CHECKING:
    import threading

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from executor.ledger.reader import LedgerReader

_LONGEST_POLL = 1.0
_POLLS_PER_LEASE = 10
_RELEASE_PATIENCE = 5.0

Waiting = Callable[[LockInfo, float], None]
"""Told who holds the lock and how many seconds it may still be waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockTerms:
    """How a lock is taken.

    Attributes:
        lease_seconds: How long a holder may be silent.
        timeout: Seconds of patience with a holder that lives. With none, its first sign of life ends the waiting.
    """

    lease_seconds: float = DEFAULT_LEASE_SECONDS
    timeout: float = 0.0


class HeldLock:
    """A lock that this run holds; ``release`` it at the end."""

    def __init__(self, client: DynamoDBClient, table_name: str, info: LockInfo, heartbeat: Heartbeat) -> None:
        self._client = client
        self._table_name = table_name
        self.info = info
        self._heartbeat = heartbeat

    @property
    def fence(self) -> int:
        """The fencing number of this run."""
        return self.info.fence

    @property
    def is_lost(self) -> bool:
        """Whether this run must write no more."""
        return self._heartbeat.is_lost

    def lose(self, reason: str) -> None:
        """Record that another run has the lock."""
        self._heartbeat.lose(reason)

    def check(self) -> None:
        """Go on only while the lock is held.

        Raises:
            LockLostError: It is not.
        """
        self._heartbeat.check()

    def lost(self) -> LockLostError:
        """The error that ends a run without its lock."""
        return self._heartbeat.lost()

    def condition(self) -> dict[str, Any]:
        """The member of a transaction that lets it through only while this run holds the lock."""
        return fence_condition(self._table_name, self.info.database, self.fence)

    def release(self) -> str:
        """Let the next run have the lock. The fencing number stays; a lock that was lost is left alone.

        Returns:
            Why the lock could not be released, in full sentences; empty when it was. The next run waits one lease for
            it then, and that is all.
        """
        self._heartbeat.stop()
        if self.is_lost:
            return ""
        try:
            patiently(self._mark_free, patience=_RELEASE_PATIENCE)
        except ConditionRefusedError:
            self.lose("another run took it over")
        except LedgerError as error:
            return f"The lock could not be released; the next run takes it over after one lease. {error}"
        return ""

    def _mark_free(self) -> object:
        return self._client.update_item(
            TableName=self._table_name,
            Key=entries.key(self.info.database, entries.LOCK),
            UpdateExpression="SET #held = :free",
            ConditionExpression="#fence = :fence",
            ExpressionAttributeNames={"#held": "held", "#fence": "fence"},
            ExpressionAttributeValues={":free": {"BOOL": False}, ":fence": entries.number(self.fence)},
        )


@dataclass(slots=True)
class _Watch:
    """What a waiter saw last, and when it first saw it."""

    sign: tuple[int, int]
    since: float


class LockTaker:
    """Takes the lock of one database for one run."""

    def __init__(
        self,
        client: DynamoDBClient,
        reader: LedgerReader,
        *,
        database: str,
        run: str,
        process: Process,
        terms: LockTerms,
    ) -> None:
        self._client = client
        self._reader = reader
        self._database = database
        self._run = run
        self._process = process
        self._terms = terms

    def take(self, waiting: Waiting, stop: threading.Event) -> HeldLock:
        """Take the lock, wait for it, or take it over from a holder that is dead or silent for a whole lease.

        Args:
            waiting: Told on every look at a lock that another run holds.
            stop: Ends the waiting.

        Raises:
            LockHeldError: The holder lives, and patience is over.
            StopRequestedError: ``stop`` was set.
            LedgerError: The ledger could not be read or written.
        """
        patience_ends = clock() + self._terms.timeout
        watch: _Watch | None = None
        while True:
            seen, lease = self._reader.lock(self._database), self._reader.lease(self._database)
            now = clock()
            if seen is None or not seen.held or _is_dead(seen):
                silent = True
            else:
                sign = (seen.fence, lease.counter if lease else -1)
                silence = lease.seconds if lease else self._terms.lease_seconds
                if watch is None or watch.sign != sign:
                    if watch is not None and now >= patience_ends:
                        raise LockHeldError(held_by(seen), seen)
                    watch = _Watch(sign, now)
                silent = now - watch.since >= silence
            if silent:
                held = self._try(seen, lease)
                if held is not None:
                    return held
            elif seen is not None and watch is not None:
                waiting(seen, max(patience_ends, watch.since + silence) - now)
            if stop.wait(min(_LONGEST_POLL, self._terms.lease_seconds / _POLLS_PER_LEASE)):
                raise StopRequestedError("Stopped while the lock was waited for; nothing was written.")

    def _try(self, seen: LockInfo | None, lease: LeaseInfo | None) -> HeldLock | None:
        """Take the lock as it was seen; None when another run was faster or its holder gave a sign of life."""
        info = self._next(seen)
        sent_at = clock()
        try:
            transact(self._client, _taking(self._reader.table_name, seen, lease, info, self._terms.lease_seconds))
        except ConditionRefusedError:
            # The first attempt's answer may have been lost longer than its token lives.
            if self._reader.lock(self._database) != info:
                return None
        heartbeat = Heartbeat(
            self._client,
            self._reader.table_name,
            database=self._database,
            fence=info.fence,
            lease_seconds=self._terms.lease_seconds,
            renewed_at=sent_at,
        )
        heartbeat.start()
        return HeldLock(self._client, self._reader.table_name, info, heartbeat)

    def _next(self, seen: LockInfo | None) -> LockInfo:
        return LockInfo(
            database=self._database,
            fence=(seen.fence if seen else 0) + 1,
            held=True,
            owner=self._process.owner,
            host=self._process.host,
            boot_id=self._process.boot_id,
            pid=self._process.pid,
            process_started=self._process.started,
            run=self._run,
            since=now_text(),
        )


def unlock(client: DynamoDBClient, table_name: str, seen: LockInfo) -> bool:
    """Take a lock from its holder, as it was seen and shown. The holder stops before its next write.

    Returns:
        False when the lock changed hands or was released in the meantime.

    Raises:
        LedgerError: The ledger could not be written.
    """
    freed = replace(seen, fence=seen.fence + 1, held=False)
    lease = LeaseInfo(counter=0, fence=freed.fence, seconds=DEFAULT_LEASE_SECONDS)
    members = [
        _put(table_name, entries.encode_lock(freed), _as_seen(seen)),
        _put(table_name, entries.encode_lease(seen.database, lease), {}),
    ]
    try:
        transact(client, members)
    except ConditionRefusedError:
        return False
    return True


def fence_condition(table_name: str, database: str, fence: int) -> dict[str, Any]:
    """The member of a transaction that lets it through only while ``fence`` is the lock's fencing number."""
    return {
        "ConditionCheck": {
            "TableName": table_name,
            "Key": entries.key(database, entries.LOCK),
            "ConditionExpression": "#fence = :fence",
            "ExpressionAttributeNames": {"#fence": "fence"},
            "ExpressionAttributeValues": {":fence": entries.number(fence)},
        },
    }


def held_by(lock: LockInfo) -> str:
    """Who holds the lock, and what to do about it."""
    return (
        f"The lock of database {lock.database!r} is held by {lock.owner} on {lock.host} (process {lock.pid}, run "
        f"{lock.run}) since {lock.since}, and that run is alive. Two applies at once would each decide on what the "
        f"other is changing. Wait for it with --lock-timeout, or see `ddbplan history {lock.database}`."
    )


def _is_dead(lock: LockInfo) -> bool:
    return is_gone(host=lock.host, boot_id=lock.boot_id, pid=lock.pid, started=lock.process_started)


def _taking(
    table_name: str,
    seen: LockInfo | None,
    lease: LeaseInfo | None,
    info: LockInfo,
    lease_seconds: float,
) -> list[dict[str, Any]]:
    renewed = LeaseInfo(counter=0, fence=info.fence, seconds=lease_seconds)
    return [
        _put(table_name, entries.encode_lock(info), _as_seen(seen)),
        _put(table_name, entries.encode_lease(info.database, renewed), _lease_as_seen(lease)),
    ]


def _put(table_name: str, item: entries.Wire, condition: dict[str, Any]) -> dict[str, Any]:
    return {"Put": {"TableName": table_name, "Item": item, **condition}}


def _as_seen(lock: LockInfo | None) -> dict[str, Any]:
    if lock is None:
        return {"ConditionExpression": "attribute_not_exists(#entry)", "ExpressionAttributeNames": {"#entry": "entry"}}
    return {
        "ConditionExpression": "#fence = :fence AND #held = :held",
        "ExpressionAttributeNames": {"#fence": "fence", "#held": "held"},
        "ExpressionAttributeValues": {":fence": entries.number(lock.fence), ":held": {"BOOL": lock.held}},
    }


def _lease_as_seen(lease: LeaseInfo | None) -> dict[str, Any]:
    """A heartbeat between the last look and the takeover is a sign of life."""
    if lease is None:
        return {"ConditionExpression": "attribute_not_exists(#entry)", "ExpressionAttributeNames": {"#entry": "entry"}}
    return {
        "ConditionExpression": "#counter = :counter AND #fence = :fence",
        "ExpressionAttributeNames": {"#counter": "counter", "#fence": "fence"},
        "ExpressionAttributeValues": {
            ":counter": entries.number(lease.counter),
            ":fence": entries.number(lease.fence),
        },
    }
