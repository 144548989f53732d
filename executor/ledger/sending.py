"""Calls on the ledger's table: failures as values of our own, transient ones tried again."""

from __future__ import annotations

import random
import time
import uuid
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.errors import (
    CLIENT_ERRORS,
    ErrorKind,
    is_condition_failed,
    is_table_missing,
    is_transaction_canceled,
    understand,
)
from executor.ledger.errors import LedgerCallError, LedgerMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_dynamodb.client import DynamoDBClient

PATIENCE = 30.0
"""Seconds for which a transient failure is tried again."""
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0
_TRANSIENT_REASONS = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class ConditionRefusedError(Exception):
    """A condition of a write did not hold: nothing was written.

    Attributes:
        members: Which members of the transaction were refused, from 0.
    """

    def __init__(self, members: tuple[int, ...]) -> None:
        super().__init__(f"the conditions of members {members} did not hold")
        self.members = members


def is_transient(error: Exception) -> bool:
    """Whether the same request may be sent again with a hope of success."""
    if is_transaction_canceled(error):
        return all(reason in _TRANSIENT_REASONS for reason in _reasons(error))
    return understand(error).kind in {ErrorKind.TRANSIENT, ErrorKind.BUSY}


def patiently(
    call: Callable[[], Any],
    *,
    before_each: Callable[[], None] = lambda: None,
    patience: float = PATIENCE,
) -> Any:
    """Make a call that may be repeated, and repeat it while its failure is transient.

    Args:
        call: The call; sending it twice must be the same as once.
        before_each: Runs before every attempt and may raise to end them.
        patience: Seconds.

    Raises:
        ConditionRefusedError: A condition did not hold.
        LedgerMissingError: The table does not exist.
        LedgerCallError: Any other failure.
    """
    deadline = time.monotonic() + patience
    pause = _FIRST_PAUSE
    while True:
        before_each()
        try:
            return call()
        except CLIENT_ERRORS as error:
            if not is_transient(error) or time.monotonic() + pause > deadline:
                raise failure(error) from error
        time.sleep(random.uniform(0, pause))  # noqa: S311 - jitter, not a secret
        pause = min(2 * pause, _LONGEST_PAUSE)


def transact(
    client: DynamoDBClient,
    members: Sequence[Any],
    *,
    before_each: Callable[[], None] = lambda: None,
    patience: float = PATIENCE,
) -> None:
    """Write members atomically. An attempt whose answer was lost is repeated under the same token: it counts once.

    Raises:
        ConditionRefusedError: A condition did not hold.
        LedgerMissingError: The table does not exist.
        LedgerCallError: Any other failure.
    """
    token = uuid.uuid4().hex
    items = list(members)
    patiently(
        lambda: client.transact_write_items(TransactItems=items, ClientRequestToken=token),
        before_each=before_each,
        patience=patience,
    )


def failure(error: Exception) -> Exception:
    """The exception of our own for one of the AWS client's."""
    if is_condition_failed(error):
        return ConditionRefusedError((0,))
    refused = tuple(n for n, reason in enumerate(_reasons(error)) if reason == "ConditionalCheckFailed")
    if refused:
        return ConditionRefusedError(refused)
    if is_table_missing(error):
        return LedgerMissingError(
            "The ledger's table does not exist. Without it nobody knows what has been applied, so nothing is "
            "written. Run `ddbplan diff` to see what is live.",
        )
    found = understand(error)
    return LedgerCallError(f"A call on the ledger's table failed: {found.message}", found.code)


def _reasons(error: Exception) -> tuple[str, ...]:
    """The reasons of a cancelled transaction, one for each member; nothing for any other error."""
    if not isinstance(error, ClientError):
        return ()
    reasons: Any = error.response.get("CancellationReasons") or ()
    return tuple(str(reason.get("Code", "None")) for reason in reasons)
