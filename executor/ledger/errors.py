"""What can stop a run on the ledger's account. Each message says what, why and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from executor.ledger.values import LockInfo


class LedgerError(Exception):
    """The ledger stops this run; nothing was lost by it."""


class WrongLedgerError(LedgerError):
    """The ledger is missing, empty, another one, of another account or Region, or of a newer version."""


def not_a_ledger(table_name: str) -> WrongLedgerError:
    """A table of that name exists, with other keys."""
    return WrongLedgerError(
        f"The table {table_name!r} exists and is no ledger: its keys are others. Name another table with --ledger.",
    )


class LedgerMissingError(WrongLedgerError):
    """The ledger's table does not exist."""


class LockHeldError(LedgerError):
    """Another run holds the lock and lives.

    Attributes:
        holder: Who holds it.
    """

    def __init__(self, message: str, holder: LockInfo) -> None:
        super().__init__(message)
        self.holder = holder


class LockLostError(LedgerError):
    """This run's lease ran out, or another run took the lock: nothing more may be written."""


class StopRequestedError(LedgerError):
    """A person asked to stop while the lock was waited for."""


class LedgerCallError(LedgerError):
    """DynamoDB refused or did not answer a call on the ledger's table.

    Attributes:
        code: DynamoDB's own exception name, or the kind of connection failure.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
