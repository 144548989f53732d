"""Destroy: deletes a plan's tables, for people only. It is no function that a step could call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from executor.apply import Stop, ignore
from executor.ledger.values import DEFAULT_LEASE_SECONDS, DEFAULT_LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.clients import Clients
    from executor.events import Listener
    from executor.prepare import Caller
    from planner.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyOptions:
    """What a person decides.

    Attributes:
        ledger: The ledger's physical name.
        table: Only this table, by physical name or by its name in the plan; empty for the whole database.
        parallelism: At most this many tables at once.
        lease_seconds: How long a lock's holder may be silent.
        lock_timeout: Seconds of patience with another run that holds the lock and lives.
        tool_version: Recorded with the run.
        if_empty: Delete nothing while one of the tables holds an item.
    """

    ledger: str = DEFAULT_LEDGER
    table: str = ""
    parallelism: int = 10
    lease_seconds: float = DEFAULT_LEASE_SECONDS
    lock_timeout: float = 0.0
    tool_version: str = ""
    if_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DoomedTable:
    """A table that would be deleted.

    Attributes:
        key: Its name in the plan when it was last applied.
        name: The physical name.
        table_id: Which very table.
        items: DynamoDB's own count, up to six hours old; for people only.
        exists: Whether it is there at all; one that is not only leaves the ledger.
        holds_items: Whether it holds any item right now; None where that could not be looked at.
    """

    key: str
    name: str
    table_id: str
    items: int
    exists: bool
    holds_items: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """All that a destroy would do.

    Attributes:
        caller: Whose credentials, and where.
        database: Whose tables.
        tables: What would be deleted.
        protected: Names of those that deletion protection keeps; while there is one, nothing is deleted.
        replaced: Names of tables that are not the ones that the ledger records: they stay.
        entries: How many entries of the ledger go: ownership, seed records, and with the whole database the markers of
            its transactions.
        transactions: Names of the transactions whose markers go: applied again, they run again.
    """

    caller: Caller
    database: str
    tables: tuple[DoomedTable, ...]
    protected: tuple[str, ...]
    replaced: tuple[str, ...]
    entries: int
    transactions: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is owned."""
        return not self.tables and not self.entries


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyOutcome:
    """What a destroy came to.

    Attributes:
        kind: ``done``, ``nothing``, ``declined``, ``refused``, ``locked``, ``failed`` or ``interrupted``.
        message: Why it did not come to its end; empty when it did.
        deleted: Names of the tables that are gone.
        forgotten: How many entries the ledger lost.
        destruction: What was to be done.
    """

    kind: str
    message: str = ""
    deleted: tuple[str, ...] = ()
    forgotten: int = 0
    destruction: Destruction | None = None


def plan_destruction(plan: Plan, clients: Clients, options: DestroyOptions | None = None) -> Destruction:
    """What a destroy would do; nothing is changed.

    Only tables that the ledger records with their TableId are deleted: a table of the same name that somebody else made
    stays.

    Raises:
        CallError: Credentials, endpoint or permissions are unusable, or the plan pins another account or Region.
        WrongLedgerError: There is no ledger, or it is of another account or Region.
        LedgerError: The ledger could not be read.
    """
    from executor.applying.destroying import planned  # noqa: PLC0415 - importing this module loads no AWS client

    return planned(plan, clients, options or DestroyOptions())


def destroy(
    plan: Plan,
    clients: Clients,
    options: DestroyOptions | None = None,
    *,
    confirm: Callable[[Destruction], bool],
    listen: Listener = ignore,
    stop: Stop | None = None,
) -> DestroyOutcome:
    """Delete the plan's own tables, and remove them, their seed records and the markers from the ledger.

    Deletion protection is honoured: one protected table, and nothing is deleted. Safe to kill and to run again.

    Args:
        plan: The plan, for one environment: it names the database and pins account and region.
        clients: Where.
        options: What a person decides.
        confirm: Shown what would be done; whether to go on. A person types the database's name.
        listen: Told what happens.
        stop: Stops before the next table.

    Returns:
        What it came to.

    Raises:
        CallError: As ``plan_destruction``.
        LedgerError: As ``plan_destruction``.
    """
    from executor.applying.destroying import destroy_plan  # noqa: PLC0415 - importing this module loads no AWS client

    return destroy_plan(plan, clients, options or DestroyOptions(), confirm, listen, stop or Stop())
