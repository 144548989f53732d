"""Deletes one table and waits until it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from executor.applying.halt import Halt
from executor.connection import CLIENT_ERRORS
from executor.errors import is_table_missing, understand
from executor.failure import CallError, ErrorKind
from executor.live import table_of
from executor.retry import CONTROL, Backoff, StoppedError

if TYPE_CHECKING:
    import threading

    from executor.clients import Clients
    from executor.destroy import DoomedTable
    from executor.ledger.lock import HeldLock


def delete_table(clients: Clients, table: DoomedTable, held: HeldLock, now: threading.Event) -> None:
    """Delete a table unless another one has its name; one that is busy (an index being made) is asked again.

    Raises:
        CallError: It could not be deleted, or the lock was lost.
    """
    halt = Halt(now, held)
    backoff = Backoff(CONTROL, halt)
    try:
        while (live := table_of(clients, table.name)) is not None:
            if live.table_id != table.table_id:
                raise CallError("TableReplaced", "another table has the name now, and stays.")
            if live.status != "DELETING":
                _ask(clients, table.name, held)
            if not backoff.pause():
                raise CallError("NotSettled", "it is still being deleted. Run the same command again.")
    except StoppedError:
        raise CallError("Interrupted", "stopped while it was being deleted; the same command continues.") from None


def _ask(clients: Clients, name: str, held: HeldLock) -> None:
    if held.is_lost:
        raise CallError("LockLost", "the lock was lost, so it was not deleted.")
    try:
        clients.dynamodb.delete_table(TableName=name)
    except CLIENT_ERRORS as error:
        if isinstance(error, ClientError) and is_table_missing(error):
            return
        failure = understand(error, endpoint=clients.endpoint_url)
        if failure.kind not in (ErrorKind.BUSY, ErrorKind.TRANSIENT):
            raise CallError(failure.code, failure.message) from error
