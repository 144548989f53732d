"""Reading the ledger for people: what is not there is said in their terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.failures import Failure

if TYPE_CHECKING:
    from executor.clients import Clients
    from executor.ledger.reader import LedgerReader


def opened(clients: Clients, ledger: str) -> tuple[LedgerReader, tuple[str, ...]]:
    """A ledger and the databases that it knows.

    Raises:
        Failure: It does not exist.
        LedgerError: It could not be read.
    """
    from executor.ledger.errors import LedgerMissingError  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from executor.ledger.reader import LedgerReader  # noqa: PLC0415 - likewise

    reader = LedgerReader(clients.dynamodb, ledger)
    try:
        return reader, reader.databases()
    except LedgerMissingError:
        raise Failure(
            f"There is no ledger {ledger} at {clients.endpoint_url}: nothing was applied there yet, or it has another "
            "name (--ledger).",
        ) from None


def unknown(reader: LedgerReader, databases: tuple[str, ...], what: str) -> Failure:
    """That the ledger does not know something, and what it knows."""
    known = ", ".join(databases) or "none"
    return Failure(f"The ledger {reader.table_name} knows no {what}. Its databases: {known}.")
