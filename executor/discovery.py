"""Finds live tables by their names and reads everything of them; nothing is changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from executor.applying.preparing import who_am_i
from executor.drift import EVERY_ASPECT
from executor.engines import AWS
from executor.failure import CallError
from executor.ledger import entries
from executor.ledger.errors import LedgerMissingError
from executor.ledger.guard import check_place
from executor.ledger.reader import LedgerReader
from executor.live import READERS, read_table, unsupported_of
from executor.registry import call_function
from planner.canonical import table_state
from planner.importing.from_live import FoundTable
from planner.settings.tags import LEDGER_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from executor.clients import Clients
    from executor.prepare import Caller
    from planner.state import OwnedTable, TableState
    from planner.values import Item, Json

_NOT_THERE = {
    "CREATING": "is still being made",
    "DELETING": "is being deleted",
    "ARCHIVING": "is being archived",
    "ARCHIVED": "is archived",
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS": "cannot be used, for its key cannot be reached",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found, and where.

    Attributes:
        caller: Whose credentials, and where.
        tables: The tables, by name.
        left: Tables that were left out, one sentence each.
        unsupported: Settings that the engine lacks, by the plan's name.
    """

    caller: Caller
    tables: tuple[FoundTable, ...]
    left: tuple[str, ...]
    unsupported: frozenset[str]


def discover(
    clients: Clients,
    patterns: Sequence[str],
    *,
    database: str,
    ledger: str,
    sample: int = 0,
    keep: Sequence[str] = (),
) -> Discovery:
    """Read every live table whose name fits, each aspect of it, within each API's own rate.

    Args:
        clients: Where.
        patterns: As of a shell: ``shop_*``; a table has to fit one.
        database: Who they are imported for.
        ledger: The ledger's physical name.
        sample: So many items of each table that is not somebody else's.
        keep: The attributes of them that are copied, beside the table's own keys; nothing else is read.

    Raises:
        CallError: Credentials, endpoint or permissions are unusable, or a table could not be read.
        LedgerError: The ledger is of another account or Region, or it could not be read.
    """
    caller = who_am_i(clients)
    names = [name for name in _names(clients, patterns) if any(fnmatchcase(name, pattern) for pattern in patterns)]
    identity, records = LedgerReader(clients.dynamodb, ledger).records(database)
    if identity is not None:
        check_place(identity, account=caller.account, region=caller.region)
    owned = {record.name: record for record in records.tables.values()}
    with ThreadPoolExecutor(max(1, min(READERS, len(names))), thread_name_prefix="ddbplan-read") as pool:
        infos = dict(zip(names, pool.map(lambda name: read_table(clients, name, EVERY_ASPECT), names), strict=True))
    unsupported = unsupported_of(clients, [info for info in infos.values() if info is not None])
    others = _owners(clients, ledger) if "tags" in unsupported and clients.engine != AWS else {}
    left: list[str] = []
    found = []
    for name, info in infos.items():
        why = _why_not(name, info, ledger)
        if info is None or why:
            left.append(f"The table {name} was left out: it {why or 'is gone'}.")
            continue
        state = table_state(info)
        found.append(
            FoundTable(
                state=state,
                info=info,
                database=state.database or others.get(state.table_id, ""),
                owned=_is_recorded(state, owned.get(name)),
            )
        )
    tables = [_sampled(clients, table, database, sample, keep) for table in found]
    return Discovery(caller=caller, tables=tuple(tables), left=tuple(left), unsupported=unsupported)


def _names(clients: Clients, patterns: Sequence[str]) -> list[str]:
    prefixes = {literal(pattern) for pattern in patterns}
    result = call_function("list_all_tables", clients, prefix=prefixes.pop() if len(prefixes) == 1 else "")
    if not result.ok:
        raise CallError(result.error_code, f"The tables could not be listed. {result.message}")
    names: list[str] = result.value["tables"]
    return names


def literal(pattern: str) -> str:
    """What every name that fits a pattern begins with."""
    for at, character in enumerate(pattern):
        if character in "*?[":
            return pattern[:at]
    return pattern


def _why_not(name: str, info: Json, ledger: str) -> str:
    """Why a table is not imported; empty where it is."""
    if info is None:
        return "was deleted meanwhile"
    table = info["Table"]
    keys = {key["AttributeName"]: key["KeyType"] for key in table["KeySchema"]}
    # A ledger's mark is its own TableId; an engine without tags has only the keys to tell it by.
    marked = info.get("Tags") is None or info["Tags"].get(LEDGER_TAG) == table.get("TableId", "")
    if name == ledger or (keys == {entries.PARTITION_KEY: "HASH", entries.SORT_KEY: "RANGE"} and marked):
        return "is a ledger, in which ddbplan records its applies"
    return _NOT_THERE.get(table.get("TableStatus", ""), "")


def _is_recorded(state: TableState, record: OwnedTable | None) -> bool:
    return record is not None and bool(record.table_id) and record.table_id == state.table_id


def _owners(clients: Clients, ledger: str) -> Mapping[str, str]:
    """The database that owns each table by its TableId, where tables bear no tags that would say it.

    The whole ledger is read for that, which a fence around a team's own entries does not permit: AWS has tags.
    """
    reader = LedgerReader(clients.dynamodb, ledger)
    try:
        databases = reader.databases()
    except LedgerMissingError:
        return {}
    return {
        record.table_id: database
        for database in databases
        for record in reader.records(database)[1].tables.values()
        if record.table_id
    }


def _sampled(clients: Clients, table: FoundTable, database: str, sample: int, keep: Sequence[str]) -> FoundTable:
    if not sample or table.owner(database):
        return table
    return replace(table, sample=_items(clients, table, sample, keep))


def _items(clients: Clients, table: FoundTable, sample: int, keep: Sequence[str]) -> tuple[Item, ...]:
    """Some items, of which only the keys and the named attributes leave DynamoDB."""
    keys = table.state.settings["keys"]
    wanted = dict.fromkeys([keys["partition_key"], *([keys["sort_key"]] if keys["sort_key"] else []), *keep])
    names = {f"#a{at}": name for at, name in enumerate(wanted)}
    result = call_function(
        "scan_table",
        clients,
        table_name=table.state.name,
        projection_expression=", ".join(names),
        expression_attribute_names=names,
        limit=sample,
    )
    if not result.ok:
        raise CallError(result.error_code, f"Items of {table.state.name} could not be read. {result.message}")
    return tuple(result.value["items"])
