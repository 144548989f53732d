"""The one writer of a run: every write is a transaction that goes through only while this run holds the lock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from executor.identity import now_text
from executor.ledger import entries
from executor.ledger.histories import encode_run, encode_step
from executor.ledger.rows import pack
from executor.ledger.sending import ConditionRefusedError, transact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from executor.ledger.lock import HeldLock
    from executor.ledger.values import RunRecord, StepRecord
    from planner.state import LoadRecord, OwnedTable, SeedRecord, TransactionRecord

Change = dict[str, Any]
"""One member of a transaction on the ledger."""

MAX_MEMBERS = 99
"""TransactWriteItems takes 100; one is the condition on the lock."""


class LedgerWriter:
    """Writes one database's entries for one run. Safe to use from several threads: writes go out one at a time.

    Every method raises ``LockLostError`` when the lock is no longer held, and ``LedgerCallError`` when DynamoDB
    refuses.
    """

    def __init__(self, client: DynamoDBClient, table_name: str, held: HeldLock) -> None:
        self._client = client
        self._table_name = table_name
        self._held = held
        self._database = held.info.database
        self._one_at_a_time = threading.Lock()

    def write(self, changes: Sequence[Change]) -> None:
        """Write changes in their order, as many at once as one transaction takes: up to 99 are atomic."""
        with self._one_at_a_time:
            for start in range(0, len(changes), MAX_MEMBERS):
                self._transact(changes[start : start + MAX_MEMBERS])

    def _transact(self, changes: Sequence[Change]) -> None:
        try:
            transact(self._client, [self._held.condition(), *changes], before_each=self._held.check)
        except ConditionRefusedError as refused:
            # The only condition is the one on the lock.
            self._held.lose("another run took it over")
            raise self._held.lost() from refused

    def run(self, run: RunRecord) -> Change:
        """The head of a run."""
        return self._put(encode_run(run))

    def step(self, run: str, step: StepRecord) -> Change:
        """A step's intent or outcome."""
        return self._put(encode_step(self._database, run, step))

    def table(self, table: OwnedTable) -> Change:
        """An owned table, or one whose making is announced."""
        return self._put(entries.encode_table(self._database, table))

    def forget_table(self, table_key: str) -> Change:
        """No longer owned."""
        return self._delete(entries.TABLE + table_key)

    def seed(self, seed: SeedRecord) -> tuple[Change, ...]:
        """A seed that was loaded, with its rows."""
        chunks = pack(seed.rows)
        head = self._put(entries.encode_seed(self._database, seed, len(chunks)))
        rows = (
            self._put(entries.encode_chunk(self._database, seed.table, place, chunk))
            for place, chunk in enumerate(chunks)
        )
        return (head, *rows)

    def load(self, load: LoadRecord) -> Change:
        """How far a seed's load surely got."""
        return self._put(entries.encode_load(self._database, load))

    def forget_load(self, table_key: str) -> Change:
        """A seed's load came to its end."""
        return self._delete(entries.load_name(table_key))

    def marker(self, record: TransactionRecord, run: str) -> Change:
        """A transaction that a person skipped; in place of the marker that it has, if it has one."""
        item = entries.encode_marker(self._database, record, fence=self._held.fence, run=run, at=now_text())
        return self._put(item)

    def forget(self, names: Sequence[str]) -> None:
        """Remove entries by their sort keys."""
        self.write([self._delete(name) for name in names])

    def _put(self, item: entries.Wire) -> Change:
        return {"Put": {"TableName": self._table_name, "Item": item}}

    def _delete(self, name: str) -> Change:
        return {"Delete": {"TableName": self._table_name, "Key": entries.key(self._database, name)}}
