"""Is this the ledger that knows these tables? Asked before any write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.ledger.errors import WrongLedgerError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from executor.ledger.values import LedgerIdentity
    from planner.state import LiveState, TableState


def check_place(identity: LedgerIdentity, *, account: str, region: str) -> None:
    """Refuse a ledger that was made in another account or Region: a restored copy, or a replica.

    Raises:
        WrongLedgerError: It was.
    """
    for what, recorded, here in (("account", identity.account, account), ("Region", identity.region, region)):
        if recorded != here:
            raise WrongLedgerError(
                f"The ledger was made in {what} {recorded} and this is {what} {here}. What it records happened there, "
                f"not here. Use credentials and a region of that {what}, or name another table with --ledger.",
            )


def check_marks(live: LiveState, database: str, adopted: Iterable[str] = ()) -> None:
    """Refuse a ledger that does not know tables that bear a ledger's mark.

    A table that the ledger owns, or that a person adopts, may bear any mark.

    Args:
        live: What is live, the ledger's records with it.
        database: Whose records those are.
        adopted: Physical names of tables that a person adopts.

    Raises:
        WrongLedgerError: The ledger is missing, empty or another one.
    """
    owned = {table.table_id for table in live.ledger.tables.values()}
    free = frozenset(adopted)
    for table in live.tables.values():
        if not table.ledger_id or table.table_id in owned or table.name in free:
            continue
        if table.ledger_id != live.ledger.ledger_id:
            raise WrongLedgerError(_sentence(table, live, database))


def _sentence(table: TableState, live: LiveState, database: str) -> str:
    marked = f"Table {table.name!r} bears the mark of ledger {table.ledger_id}"
    what_to_do = "Restore that ledger (it has point-in-time recovery) or name it with --ledger."
    if not live.ledger.exists:
        state = f"and the ledger {live.ledger_table!r} does not exist"
    elif not live.ledger.ledger_id:
        state = f"and the ledger {live.ledger_table!r} is empty"
    else:
        state = f"and {live.ledger_table!r} is ledger {live.ledger.ledger_id}"
    return (
        f"{marked}, {state}. Without its records, transactions of database {database!r} could run twice and deleted "
        f"rows come back. {what_to_do}"
    )
