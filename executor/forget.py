"""Forget: takes a table out of the ledger, and leaves the table itself as it is. For people only."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOptions:
    """What a person decides.

    Attributes:
        ledger: The ledger's physical name.
        database: Whose table; empty to look for it in every database of the ledger.
        lease_seconds: How long a lock's holder may be silent.
        lock_timeout: Seconds of patience with another run that holds the lock and lives.
        tool_version: Recorded with the run.
    """

    ledger: str = DEFAULT_LEDGER
    database: str = ""
    lease_seconds: float = DEFAULT_LEASE_SECONDS
    lock_timeout: float = 0.0
    tool_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What would be forgotten.

    Attributes:
        caller: Whose credentials, and where.
        database: Who owns the table now.
        key: Its name in the plan when it was last applied.
        name: Its physical name.
        table_id: Which very table; empty for one that was only announced.
        seeded: Whether the record of its seed goes too.
        transactions: Transactions that touched it; their markers stay.
    """

    caller: Caller
    database: str
    key: str
    name: str
    table_id: str
    seeded: bool
    transactions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOutcome:
    """What it came to.

    Attributes:
        kind: ``done``, ``declined``, ``refused``, ``locked`` or ``interrupted``.
        message: Why it did not come to its end; empty when it did.
        forgotten: How many entries the ledger lost.
        forgetting: What was to be forgotten.
    """

    kind: str
    message: str = ""
    forgotten: int = 0
    forgetting: Forgetting | None = None


def plan_forgetting(table: str, clients: Clients, options: ForgetOptions | None = None) -> Forgetting:
    """What would be forgotten; nothing is changed.

    Args:
        table: The table's physical name, its name in the plan, or ``table.NAME``.
        clients: Where.
        options: What a person decides.

    Raises:
        CallError: No database of the ledger owns such a table, or several do; or credentials, endpoint or permissions
            are unusable.
        LedgerError: There is no such ledger, it is of another account or Region, or it could not be read.
    """
    from executor.applying.forgetting import planned  # noqa: PLC0415 - importing this module loads no AWS client

    return planned(table, clients, options or ForgetOptions())


def forget(
    table: str,
    clients: Clients,
    options: ForgetOptions | None = None,
    *,
    confirm: Callable[[Forgetting], bool],
    listen: Listener = ignore,
    stop: Stop | None = None,
) -> ForgetOutcome:
    """Remove a table's ownership and its seed's record from the ledger; the table is neither read nor changed.

    Markers of transactions stay, so that none runs twice when the table is adopted again.

    Args:
        table: As ``plan_forgetting``.
        clients: Where.
        options: What a person decides.
        confirm: Shown what would be forgotten; whether to go on.
        listen: Told what happens.
        stop: Ends the waiting for the lock.

    Raises:
        CallError: As ``plan_forgetting``.
        LedgerError: As ``plan_forgetting``.
    """
    from executor.applying.forgetting import forget_table  # noqa: PLC0415 - importing this module loads no AWS client

    return forget_table(table, clients, options or ForgetOptions(), confirm, listen, stop or Stop())
