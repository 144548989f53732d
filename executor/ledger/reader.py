"""Reads the ledger. Nothing in this module can write: whoever holds only a reader can change nothing."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from executor.ledger import entries
from executor.ledger.errors import LedgerCallError, LedgerMissingError, WrongLedgerError, not_a_ledger
from executor.ledger.histories import decode_run, decode_step
from executor.ledger.rows import unpack
from executor.ledger.sending import patiently
from planner.state import LedgerState, LoadRecord, OwnedTable, SeedRecord, TransactionRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from executor.ledger.values import (
        LeaseInfo,
        LedgerIdentity,
        LockInfo,
        RunRecord,
        SeedHead,
    )

_LAST = "\U0010ffff"
"""Behind every name that begins alike."""
_RECORDS = ((entries.SEED, entries.SEED + _LAST), (entries.TABLE, entries.TRANSACTION + _LAST))
"""What decides an apply; the steps of runs, of which there may be very many, lie between the two and are not read."""


class LedgerReader:
    """Reads one ledger; every read is strongly consistent.

    Every method raises ``LedgerCallError`` where DynamoDB refuses, and ``WrongLedgerError`` for an entry of a newer
    version or one that something else damaged.
    """

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self.table_name = table_name

    def identity(self) -> LedgerIdentity | None:
        """Which ledger this is; None where the table exists and was never made a ledger.

        Raises:
            LedgerMissingError: The table does not exist.
            WrongLedgerError: The table is no ledger.
        """
        try:
            item = self._get(entries.IDENTITY_DATABASE, entries.META)
        except LedgerCallError as error:
            if error.code == "ValidationException":  # the key does not fit the table's
                raise not_a_ledger(self.table_name) from error
            raise
        return entries.decode_identity(item) if item else None

    def records(self, database: str) -> tuple[LedgerIdentity | None, LedgerState]:
        """Which ledger this is, and what it records of a database; an absent ledger gives a state that says so."""
        try:
            identity = self.identity()
            items = [item for first, last in _RECORDS for item in self._between(database, first, last)]
        except LedgerMissingError:
            return None, LedgerState()
        return identity, _records(identity.ledger_id if identity else "", items)

    def lock(self, database: str) -> LockInfo | None:
        """The lock as it is; None where the database was never locked."""
        item = self._get(database, entries.LOCK)
        return entries.decode_lock(item) if item else None

    def lease(self, database: str) -> LeaseInfo | None:
        """The lease beside the lock."""
        item = self._get(database, entries.LEASE)
        return entries.decode_lease(item) if item else None

    def databases(self) -> tuple[str, ...]:
        """Every database that has a lock, sorted.

        Reads the whole ledger, which a policy with ``dynamodb:LeadingKeys`` does not permit; nothing else does so.
        """
        found: set[str] = set()
        for item in self._pages(
            "scan",
            ProjectionExpression="#database",
            FilterExpression="#entry = :lock",
            ExpressionAttributeNames={"#database": entries.PARTITION_KEY, "#entry": entries.SORT_KEY},
            ExpressionAttributeValues={":lock": entries.text(entries.LOCK)},
        ):
            found.add(entries.read_text(item, entries.PARTITION_KEY))
        return tuple(sorted(found))

    def runs(self, database: str, limit: int | None = None) -> tuple[RunRecord, ...]:
        """The runs of a database, newest first, without their steps, of which nothing is read.

        Args:
            database: Whose.
            limit: At most this many; None for all.
        """
        more = {} if limit is None else {"Limit": limit}
        items = self._between(database, entries.RUN, entries.RUN + _LAST, ScanIndexForward=False, **more)
        return tuple(decode_run(item) for item in itertools.islice(items, limit))

    def run(self, database: str, run: str) -> RunRecord | None:
        """One run with its steps."""
        head = self._get(database, entries.RUN + run)
        if head is None:
            return None
        prefix = f"{entries.STEP}{run}#"
        steps = tuple(decode_step(item) for item in self._between(database, prefix, prefix + _LAST))
        return replace(decode_run(head), steps=steps)

    def entry_names(self, database: str) -> tuple[str, ...]:
        """Sort keys of all entries of a database."""
        pages = self._pages(
            "query",
            KeyConditionExpression="#database = :database",
            ProjectionExpression="#database, #entry",
            ExpressionAttributeNames={"#database": entries.PARTITION_KEY, "#entry": entries.SORT_KEY},
            ExpressionAttributeValues={":database": entries.text(database)},
        )
        return tuple(entries.name_of(item) for item in pages)

    def _get(self, database: str, name: str) -> Mapping[str, Any] | None:
        answer = patiently(
            lambda: self._client.get_item(
                TableName=self.table_name,
                Key=entries.key(database, name),
                ConsistentRead=True,
            ),
        )
        item: Mapping[str, Any] | None = answer.get("Item")
        return item

    def _between(self, database: str, first: str, last: str, **more: Any) -> Iterator[Mapping[str, Any]]:
        return self._pages(
            "query",
            **more,
            KeyConditionExpression="#database = :database AND #entry BETWEEN :first AND :last",
            ExpressionAttributeNames={"#database": entries.PARTITION_KEY, "#entry": entries.SORT_KEY},
            ExpressionAttributeValues={
                ":database": entries.text(database),
                ":first": entries.text(first),
                ":last": entries.text(last),
            },
        )

    def _pages(self, call: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        send = self._client.query if call == "query" else self._client.scan
        request = {"TableName": self.table_name, "ConsistentRead": True, **arguments}
        while True:
            answer = patiently(lambda: send(**request))
            yield from answer.get("Items", ())
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _records(ledger_id: str, items: list[Mapping[str, Any]]) -> LedgerState:
    tables: dict[str, OwnedTable] = {}
    heads: dict[str, SeedHead] = {}
    chunks: dict[str, bytes] = {}
    loads: dict[str, LoadRecord] = {}
    transactions: dict[str, TransactionRecord] = {}
    for item in items:
        name = entries.name_of(item)
        if name.startswith(entries.TABLE):
            table = entries.decode_table(item)
            tables[table.key] = table
        elif name.startswith(entries.SEED) and name.endswith(entries.LOAD):
            # Before the chunks of rows: the seed of a table called `rows` has a load by the name `seed#rows#load`.
            load = entries.decode_load(item)
            loads[load.table] = load
        elif name.startswith(entries.SEED) and entries.ROWS in name:
            entries.check_version(item)
            chunks[name] = bytes(item["rows"]["B"])
        elif name.startswith(entries.SEED):
            head = entries.decode_seed(item)
            heads[head.table] = head
        elif name.startswith(entries.TRANSACTION):
            marker = entries.decode_marker(item)
            transactions[marker.name] = marker
    seeds = {name: _seed(head, chunks) for name, head in heads.items()}
    return LedgerState(
        exists=True,
        ledger_id=ledger_id,
        tables=tables,
        seeds=seeds,
        loads=loads,
        transactions=transactions,
    )


def _seed(head: SeedHead, chunks: Mapping[str, bytes]) -> SeedRecord:
    names = [entries.chunk_name(head.table, place) for place in range(head.chunks)]
    missing = [name for name in names if name not in chunks]
    if missing:
        raise WrongLedgerError(
            f"The ledger's entry {missing[0]!r} is missing, though the seed's record names it. Something else removed "
            "it. Restore the ledger from its point-in-time recovery.",
        )
    try:
        rows = unpack(chunks[name] for name in names)
    except ValueError:
        raise WrongLedgerError(
            f"The rows of the ledger's entry {entries.SEED + head.table!r} are damaged. "
            "Restore the ledger from its point-in-time recovery.",
        ) from None
    return SeedRecord(
        table=head.table,
        table_id=head.table_id,
        source_hash=head.source_hash,
        rows=rows,
        count=head.count,
    )
