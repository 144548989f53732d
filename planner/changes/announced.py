"""Whether a live table is the one that a stopped run announced in the ledger, and did not come to record.

An announcement is written before CreateTable. The call may have failed, or never been sent, and somebody else may have
made a table of that name since.
"""

from __future__ import annotations

from datetime import timedelta

from planner.settings.budgets import parse_time
from planner.state import LedgerState, LiveState, OwnedTable, TableState

TRYING = timedelta(hours=1)
"""No run tries longer to make a table: twice the executor's patience with the control plane."""
_CLOCK_STEP = timedelta(seconds=1)
"""Engines tell a table's creation to the second."""


def is_as_announced(record: OwnedTable, table: TableState, ledger: LedgerState, database: str, *, tags: bool) -> bool:
    """Whether a run of this database made the table that stands under an announced name.

    Args:
        record: The announcement.
        table: What is live under its name.
        ledger: The ledger that holds the announcement.
        database: The plan's identity in the ledger.
        tags: Whether the engine has tags, and the table's were read.
    """
    # An import sets no marks. While it goes on only its time speaks for it; the call that is sent again proves it by
    # its token. Once it has ended, whoever reads what is live has looked for the token.
    importing = bool(record.token) and table.status == "CREATING" and not table.database
    if tags and not importing:
        # CreateTable itself sets the database's mark; the ledger's may follow it.
        return table.database == database and table.ledger_id in ("", ledger.ledger_id)
    # DynamoDB Local has no tags. The next best evidence is a table that was made within the time in which the run that
    # announced it can have sent its call; a person who makes one of that name just then is taken for the run.
    announced, made = parse_time(record.announced), parse_time(table.made_at)
    if announced is None or made is None:
        return False
    return announced - _CLOCK_STEP <= made <= announced + TRYING


def is_fresh(live: LiveState, record: OwnedTable | None, table: TableState, database: str) -> bool:
    """Whether a table's first apply has not come to its end, so that what is left of it needs no permission."""
    if record is None or not record.fresh:
        return False
    if record.table_id:
        return record.table_id == table.table_id
    return is_as_announced(record, table, live.ledger, database, tags="tags" not in live.unsupported)
