"""Entries of the ledger: from values to DynamoDB items and back. The form is documented in the README beside this."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, cast

from executor.ledger.errors import WrongLedgerError
from executor.ledger.values import LeaseInfo, LedgerIdentity, LockInfo, SeedHead
from planner.state import LEDGER_VERSION, LoadRecord, OwnedTable, SeedRecord, TransactionRecord
from planner.values import canonical_json

Wire = dict[str, Any]

PARTITION_KEY = "database"
SORT_KEY = "entry"
IDENTITY_DATABASE = "#ledger"
META = "meta"
LOCK = "lock"
LEASE = "lease"
TABLE = "table#"
SEED = "seed#"
ROWS = "#rows#"
LOAD = "#load"
TRANSACTION = "transaction#"
RUN = "run#"
STEP = "step#"


def text(value: str) -> Wire:
    """A string attribute."""
    return {"S": value}


def number(value: int) -> Wire:
    """A number attribute."""
    return {"N": str(value)}


def key(database: str, entry: str) -> Wire:
    """The primary key of an entry."""
    return {PARTITION_KEY: text(database), SORT_KEY: text(entry)}


def entry(database: str, name: str, attributes: Mapping[str, Any]) -> Wire:
    """A whole entry, with its version."""
    return {**key(database, name), "version": number(LEDGER_VERSION), **attributes}


def name_of(item: Mapping[str, Any]) -> str:
    """An entry's sort key."""
    return str(item[SORT_KEY]["S"])


def check_version(item: Mapping[str, Any]) -> None:
    """Refuse an entry of a form that this version does not know.

    Raises:
        WrongLedgerError: A newer ddbplan wrote it.
    """
    version = read_number(item, "version")
    if version > LEDGER_VERSION:
        raise WrongLedgerError(
            f"The ledger's entry {name_of(item)!r} was written by a newer ddbplan: its form is version {version}, and "
            f"this one knows version {LEDGER_VERSION}. Going on could undo what it recorded. Install a newer ddbplan.",
        )


def read_text(item: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A string attribute; ``default`` where it is absent.

    Raises:
        WrongLedgerError: It is neither there nor a string.
    """
    return str(_read(item, name, "S", default))


def read_number(item: Mapping[str, Any], name: str, default: float | None = None) -> int:
    """A whole number attribute; ``default`` where it is absent.

    Raises:
        WrongLedgerError: It is neither there nor a number.
    """
    found = _read(item, name, "N", default)
    try:
        return int(float(found))
    except (TypeError, ValueError):
        raise _damaged(item, name) from None


def read_flag(item: Mapping[str, Any], name: str) -> bool:
    """A boolean attribute; False where it is absent."""
    return bool(_read(item, name, "BOOL", default=False))


def read_json(item: Mapping[str, Any], name: str, default: str | None = None) -> dict[str, Any]:
    """A string attribute that holds a JSON object; ``default`` where it is absent.

    Raises:
        WrongLedgerError: It does not.
    """
    try:
        value = json.loads(read_text(item, name, default))
    except ValueError:
        raise _damaged(item, name) from None
    if not isinstance(value, dict):
        raise _damaged(item, name)
    return value


def _read(item: Mapping[str, Any], name: str, kind: str, default: object) -> Any:
    attribute = item.get(name)
    if attribute is None:
        if default is None:
            raise _damaged(item, name)
        return default
    if not isinstance(attribute, Mapping) or kind not in attribute:
        raise _damaged(item, name)
    return attribute[kind]


def _damaged(item: Mapping[str, Any], name: str) -> WrongLedgerError:
    return WrongLedgerError(
        f"The ledger's entry {name_of(item)!r} has no readable {name!r}. ddbplan writes every entry whole, so "
        "something else changed it. Restore the ledger from its point-in-time recovery, or remove the entry if it "
        "is not ddbplan's.",
    )


def encode_identity(identity: LedgerIdentity, created_at: str) -> Wire:
    """The ledger's own entry."""
    return entry(
        IDENTITY_DATABASE,
        META,
        {
            "ledger_id": text(identity.ledger_id),
            "account": text(identity.account),
            "region": text(identity.region),
            "created_at": text(created_at),
        },
    )


def decode_identity(item: Mapping[str, Any]) -> LedgerIdentity:
    """The ledger's own entry as a value."""
    check_version(item)
    return LedgerIdentity(
        ledger_id=read_text(item, "ledger_id"),
        account=read_text(item, "account"),
        region=read_text(item, "region"),
        version=read_number(item, "version"),
    )


def encode_lock(lock: LockInfo) -> Wire:
    """The lock's entry."""
    return entry(
        lock.database,
        LOCK,
        {
            "fence": number(lock.fence),
            "held": {"BOOL": lock.held},
            "owner": text(lock.owner),
            "host": text(lock.host),
            "boot_id": text(lock.boot_id),
            "pid": number(lock.pid),
            "process_started": text(lock.process_started),
            "run": text(lock.run),
            "since": text(lock.since),
        },
    )


def decode_lock(item: Mapping[str, Any]) -> LockInfo:
    """The lock's entry as a value."""
    check_version(item)
    return LockInfo(
        database=read_text(item, PARTITION_KEY),
        fence=read_number(item, "fence"),
        held=read_flag(item, "held"),
        owner=read_text(item, "owner"),
        host=read_text(item, "host"),
        boot_id=read_text(item, "boot_id"),
        pid=read_number(item, "pid"),
        process_started=read_text(item, "process_started"),
        run=read_text(item, "run"),
        since=read_text(item, "since"),
    )


def encode_lease(database: str, lease: LeaseInfo) -> Wire:
    """The lease's entry."""
    attributes = {
        "counter": number(lease.counter),
        "fence": number(lease.fence),
        "milliseconds": number(round(lease.seconds * 1000)),
    }
    return entry(database, LEASE, attributes)


def decode_lease(item: Mapping[str, Any]) -> LeaseInfo:
    """The lease's entry as a value."""
    check_version(item)
    return LeaseInfo(
        counter=read_number(item, "counter"),
        fence=read_number(item, "fence"),
        seconds=read_number(item, "milliseconds") / 1000,
    )


def encode_table(database: str, table: OwnedTable) -> Wire:
    """An owned table; without a TableId one whose making is announced."""
    attributes = {
        "name": text(table.name),
        "table_id": text(table.table_id),
        "settings": text(canonical_json(table.settings)),
        "fresh": {"BOOL": table.fresh},
        "changed": text(canonical_json({name: list(times) for name, times in table.changed.items()})),
        "announced": text(table.announced),
        **({"token": text(table.token)} if table.token else {}),
    }
    return entry(database, TABLE + table.key, attributes)


def decode_table(item: Mapping[str, Any]) -> OwnedTable:
    """An owned table as a value."""
    check_version(item)
    return OwnedTable(
        key=name_of(item).removeprefix(TABLE),
        name=read_text(item, "name"),
        table_id=read_text(item, "table_id"),
        settings=read_json(item, "settings"),
        fresh=read_flag(item, "fresh"),
        changed={name: tuple(map(str, times)) for name, times in read_json(item, "changed", "{}").items()},
        announced=read_text(item, "announced", ""),
        token=read_text(item, "token", ""),
    )


def encode_seed(database: str, seed: SeedRecord, chunks: int) -> Wire:
    """A seed record's head."""
    attributes = {
        "table_id": text(seed.table_id),
        "source_hash": text(seed.source_hash),
        "count": number(seed.count),
        "chunks": number(chunks),
    }
    return entry(database, SEED + seed.table, attributes)


def decode_seed(item: Mapping[str, Any]) -> SeedHead:
    """A seed record's head as a value."""
    check_version(item)
    return SeedHead(
        table=name_of(item).removeprefix(SEED),
        table_id=read_text(item, "table_id"),
        source_hash=read_text(item, "source_hash"),
        count=read_number(item, "count"),
        chunks=read_number(item, "chunks"),
    )


def encode_load(database: str, load: LoadRecord) -> Wire:
    """How far a seed's load surely got."""
    attributes = {
        "table_id": text(load.table_id),
        "content_hash": text(load.content_hash),
        "done": number(load.done),
        **({"token": text(load.token), "operation": text(load.operation)} if load.token else {}),
    }
    return entry(database, load_name(load.table), attributes)


def decode_load(item: Mapping[str, Any]) -> LoadRecord:
    """How far a seed's load surely got, as a value."""
    check_version(item)
    return LoadRecord(
        table=name_of(item).removeprefix(SEED).removesuffix(LOAD),
        table_id=read_text(item, "table_id"),
        content_hash=read_text(item, "content_hash"),
        done=read_number(item, "done"),
        token=read_text(item, "token", ""),
        operation=read_text(item, "operation", ""),
    )


def load_name(table: str) -> str:
    """The sort key of a seed's load that is not at its end."""
    return f"{SEED}{table}{LOAD}"


def chunk_name(table: str, place: int) -> str:
    """The sort key of one chunk of a seed's rows, from 0."""
    return f"{SEED}{table}{ROWS}{place:04d}"


def encode_chunk(database: str, table: str, place: int, content: bytes) -> Wire:
    """One chunk of a seed's rows."""
    return entry(database, chunk_name(table, place), {"rows": {"B": content}})


def encode_marker(database: str, record: TransactionRecord, *, fence: int, run: str, at: str) -> Wire:
    """A transaction's marker."""
    attributes = {
        "content_hash": text(record.content_hash),
        "outcome": text(record.outcome),
        "table_ids": {"M": {name: text(table_id) for name, table_id in sorted(record.table_ids.items())}},
        "fence": number(fence),
        "run": text(run),
        "at": text(at),
    }
    return entry(database, TRANSACTION + record.name, attributes)


def decode_marker(item: Mapping[str, Any]) -> TransactionRecord:
    """A transaction's marker as a value."""
    check_version(item)
    outcome = read_text(item, "outcome", "done")
    if outcome not in ("done", "skipped"):
        raise _damaged(item, "outcome")
    table_ids = _read(item, "table_ids", "M", {})
    return TransactionRecord(
        name=name_of(item).removeprefix(TRANSACTION),
        content_hash=read_text(item, "content_hash"),
        outcome=cast("Literal['done', 'skipped']", outcome),
        table_ids={name: str(value.get("S", "")) for name, value in table_ids.items()},
        run=read_text(item, "run", ""),
    )
