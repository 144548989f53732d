"""Reading the ledger for people: what is not there is said in their terms."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ddbplan.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from executor.clients import Clients
    from executor.ledger.reader import LedgerReader
    from executor.ledger.values import LockInfo


@contextlib.contextmanager
def opened(clients: Clients, ledger: str) -> Iterator[LedgerReader]:
    """Read a ledger.

    Raises:
        Failure: It does not exist.
        LedgerError: It could not be read.
    """
    from executor.ledger.errors import LedgerMissingError  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from executor.ledger.reader import LedgerReader  # noqa: PLC0415 - likewise

    try:
        yield LedgerReader(clients.dynamodb, ledger)
    except LedgerMissingError:
        raise Failure(
            f"There is no ledger {ledger} at {clients.endpoint_url}: nothing was applied there yet, or it has another "
            "name (--ledger).",
        ) from None


def lock_of(reader: LedgerReader, database: str) -> LockInfo:
    """The lock of a database that the ledger knows; reads nothing of other databases.

    Raises:
        Failure: It does not know it.
        LedgerError: It could not be read.
    """
    lock = reader.lock(database)
    if lock is None:
        raise Failure(
            f"The ledger {reader.table_name} knows no database {database!r}. "
            f"{_misnamed(database)}`ddbplan history` without a name shows those that it knows.",
        )
    return lock


def _misnamed(database: str) -> str:
    """Most commands take a plan's file, and these its database's name."""
    looks_like_a_file = "/" in database or database.endswith((".yaml", ".yml"))
    return "Give the name that the plan has under `database`, not its file. " if looks_like_a_file else ""
