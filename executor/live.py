"""Reads what is live: the ledger's records of a database and the tables of a plan, many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from executor.caller import Caller
from executor.connection import CLIENT_ERRORS
from executor.engines import DYNAMODB_LOCAL, MINISTACK, MOTO
from executor.failure import CallError
from executor.importing import import_with_token
from executor.ledger.reader import LedgerReader
from executor.registry import call_function
from planner.canonical import table_state
from planner.desired import aspects_needed
from planner.state import LiveState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Future

    from executor.clients import Clients
    from planner.state import DesiredState, LedgerState, TableState
    from planner.values import Json

READERS = 32
"""Tables read at once: enough to hide the network, few enough for DynamoDB's control plane."""

_LACKING: dict[str, frozenset[str]] = {
    # Dropped in silence, or unknown operations: probed on DynamoDB Local 1.25, ministack 1.5 and moto 5.2.
    DYNAMODB_LOCAL: frozenset(
        {
            *("point_in_time_recovery", "tags", "maximum", "warm", "table_class", "encryption", "autoscaling"),
            *("resource_policy", "contributor_insights", "index_contributor_insights", "kinesis", "vector_indexes"),
            *("replicas", "replica_overrides", "replica_settings"),
        },
    ),
    MINISTACK: frozenset({"warm", "autoscaling", "global_secondary_indexes.maximum", "replica_overrides"}),
    MOTO: frozenset({"maximum", "table_class", "encryption"}),
}
_ASPECT_SETTINGS = {
    "time_to_live",
    "point_in_time_recovery",
    "tags",
    "autoscaling",
    "resource_policy",
    "contributor_insights",
    "index_contributor_insights",
    "kinesis",
}


def read_live(clients: Clients, desired: DesiredState, ledger_name: str) -> LiveState:
    """Everything live that a diff of a plan looks at.

    Args:
        clients: Where to read.
        desired: What the plan wants: names the tables and the settings that are read.
        ledger_name: The ledger's physical name.

    Raises:
        CallError: A table could not be read.
        LedgerError: The ledger could not be read.
    """
    with TableReads(clients, desired) as reads:
        _, ledger = LedgerReader(clients.dynamodb, ledger_name).records(desired.database)
        return reads.state(ledger, ledger_name)


def read_tables(clients: Clients, desired: DesiredState, ledger: LedgerState, ledger_name: str) -> LiveState:
    """The same, where the ledger's records are known.

    Raises:
        CallError: A table could not be read.
    """
    with TableReads(clients, desired) as reads:
        return reads.state(ledger, ledger_name)


class TableReads:
    """The reads of a plan's tables, begun as this is made: what the ledger records is read meanwhile.

    A context manager: what is not under way when it ends is not read any more.
    """

    def __init__(self, clients: Clients, desired: DesiredState) -> None:
        self._clients, self._desired = clients, desired
        # Nearly every table is owned; of one that is not, the mark of its owner is read when that is known.
        self._begun = {table.name: aspects_needed(desired, key, {}) for key, table in desired.tables.items()}
        self._pool = ThreadPoolExecutor(max(1, min(READERS, len(self._begun))), thread_name_prefix="ddbplan-read")
        self._reads = {name: self._read(name, aspects) for name, aspects in self._begun.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def state(self, ledger: LedgerState, ledger_name: str) -> LiveState:
        """What is live, with what only the ledger knows to ask for.

        Args:
            ledger: Its records of the plan's database.
            ledger_name: Its physical name.

        Raises:
            CallError: A table could not be read.
        """
        wanted = _aspects(self._desired, ledger)
        more = {name: aspects for name, aspects in wanted.items() if self._has_more(name, aspects)}
        self._reads |= {name: self._read(name, aspects) for name, aspects in more.items()}
        answers = {name: self._reads[name].result() for name in wanted}
        # Whoever made a table again may have put a mark on it, which is not read of the table that is owned.
        again = {name: (*wanted[name], "tags") for name in _made_again(answers, ledger) if "tags" not in wanted[name]}
        marked = {name: self._read(name, aspects) for name, aspects in again.items()}
        answers |= {name: read.result() for name, read in marked.items()}
        found = {name: info for name, info in answers.items() if info is not None}
        states = {name: table_state(info) for name, info in found.items()}
        return LiveState(
            tables={name: self._claimed(state, ledger) for name, state in states.items()},
            ledger=ledger,
            engine=self._clients.engine,
            unsupported=unsupported_of(self._clients, found.values()),
            ledger_table=ledger_name,
            at=datetime.now(UTC),
        )

    def _claimed(self, table: TableState, ledger: LedgerState) -> TableState:
        """A table with its database's mark, also where an import is making it: that sets no tags, but has a token."""
        announced = next((record for record in ledger.tables.values() if record.name == table.name), None)
        if announced is None or announced.table_id or not announced.token or table.database:
            return table
        try:
            made = import_with_token(Caller(self._clients), table.arn, announced.token)
        except CLIENT_ERRORS:
            return table
        return table if made is None else replace(table, database=self._desired.database)

    def _has_more(self, name: str, aspects: Iterable[str]) -> bool:
        if name not in self._begun:
            return True
        return not set(aspects) <= set(self._begun[name]) and self._reads[name].result() is not None

    def _read(self, name: str, aspects: Iterable[str]) -> Future[Json]:
        return self._pool.submit(read_table, self._clients, name, aspects)


def read_table(clients: Clients, name: str, aspects: Iterable[str]) -> Json:
    """One table as ``get_table_info`` answers; None where it does not exist.

    Raises:
        CallError: It could not be read.
    """
    result = call_function("get_table_info", clients, table_name=name, aspects=list(aspects))
    if not result.ok:
        raise CallError(result.error_code, f"The table {name} could not be read. {result.message}")
    return result.value


def table_of(clients: Clients, name: str) -> TableState | None:
    """One table's identity and status; None where it does not exist.

    Raises:
        CallError: It could not be read.
    """
    info = read_table(clients, name, ["table"])
    return table_state(info) if info is not None else None


def _aspects(desired: DesiredState, ledger: LedgerState) -> dict[str, tuple[str, ...]]:
    """What to read of which table: the plan's, and those that a stopped run announced and the plan no longer names."""
    owned = {record.name: record.settings for record in ledger.tables.values() if record.table_id}
    wanted = {table.name: aspects_needed(desired, key, owned.get(table.name)) for key, table in desired.tables.items()}
    for record in ledger.tables.values():
        if not record.table_id:
            wanted.setdefault(record.name, ("table", "tags"))
    return wanted


def _made_again(answers: Mapping[str, Json], ledger: LedgerState) -> tuple[str, ...]:
    """The tables whose TableId is another than the one that is recorded."""
    recorded = {record.name: record.table_id for record in ledger.tables.values() if record.table_id}
    return tuple(
        name
        for name, info in answers.items()
        if info is not None and name in recorded and info["Table"].get("TableId", "") != recorded[name]
    )


def unsupported_of(clients: Clients, answers: Iterable[Json]) -> frozenset[str]:
    """The settings that the engine lacks: those that are known of it, and those that its answers name.

    Args:
        clients: Where it was read.
        answers: Values of ``get_table_info``.
    """
    found = set(_LACKING.get(clients.engine, frozenset()))
    for info in answers:
        found |= set(info.get("Unsupported") or ()) & _ASPECT_SETTINGS
    return frozenset(found)
