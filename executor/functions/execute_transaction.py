"""One atomic transaction; with a marker exactly once ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor import errors
from executor.caller import failed
from executor.cancellation import cancelled, is_transient
from executor.errors import CallError, ErrorKind
from executor.marker import MARKER_MEMBERS, marker_members, settled_by_marker
from executor.retry import DATA, Backoff
from executor.validation import check_shape
from executor.wire import canonical_transaction

if TYPE_CHECKING:
    from executor.caller import Caller
    from planner.function_shapes import Marker
    from planner.function_writes import ExecuteTransaction

DONE_NOW = {"already": False}


def execute_transaction(caller: Caller, call: ExecuteTransaction) -> dict[str, Any]:
    """Send the transaction, with its marker where there is one, until its outcome is known.

    The same token goes with every try, so that a try whose answer was lost is not done again. A cancellation is tried
    again only where every reason is transient.

    Returns:
        ``recorded``: a marker was written with it. ``already``: the marker was there before, with this content.

    Raises:
        CallError: As the call model says.
    """
    members = [*(marker_members(call.marker) if call.marker else ()), *call.transaction_items]
    request = {
        "TransactItems": canonical_transaction(members),
        "ClientRequestToken": call.client_request_token,
        "ReturnConsumedCapacity": "INDEXES",
    }
    check_shape(caller, "TransactWriteItems", request)
    return {"recorded": call.marker is not None, **_until_settled(caller, call.marker, request)}


def _until_settled(caller: Caller, marker: Marker | None, request: dict[str, Any]) -> dict[str, bool]:
    backoff = Backoff(DATA, caller.stop)
    unanswered = False
    while True:
        try:
            caller.once("transact_write_items", **request)
        except errors.CLIENT_ERRORS as error:
            failure = caller.understand(error)
            unanswered = unanswered or failure.sent
            if errors.is_transaction_canceled(error):
                outcome = _of_cancellation(caller, marker, request, error)
            elif errors.is_token_mismatch(error):
                outcome = _of_mismatch(caller, marker)
            elif failure.kind not in {ErrorKind.TRANSIENT, ErrorKind.BUSY}:
                raise _refused(error, failure, request, marker) from error
            else:
                outcome = None
            if outcome is not None:
                return outcome
            if not backoff.pause(failure.code):
                return _given_up(caller, marker, failed(error, failure), unanswered=unanswered)
            caller.progress(f"waiting: {failure.message}", None, None)
        else:
            return DONE_NOW


def _of_cancellation(
    caller: Caller,
    marker: Marker | None,
    request: dict[str, Any],
    error: Exception,
) -> dict[str, bool] | None:
    """None where the transaction is worth sending again."""
    reasons = errors.cancellation_reasons(error)
    if is_transient(reasons):
        return None
    if marker:
        settled = settled_by_marker(caller, marker, reasons)
        if settled:
            return {"already": True}
    skipped = MARKER_MEMBERS if marker else 0
    raise cancelled(caller, request["TransactItems"], reasons, skipped) from error


def _of_mismatch(caller: Caller, marker: Marker | None) -> dict[str, bool]:
    """Another request of this token went through: the marker, where there is one, says which."""
    if marker and settled_by_marker(caller, marker, None):
        return {"already": True}
    message = (
        "The client token was used for another request within the last ten minutes; nothing was changed by this one."
    )
    raise CallError("TokenReused", message)


def _refused(error: Exception, failure: errors.Failure, request: dict[str, Any], marker: Marker | None) -> CallError:
    """A plain refusal names no member: which operation is known only where there is one."""
    if failure.code == "ValidationException":
        skipped = MARKER_MEMBERS if marker else 0
        own = request["TransactItems"][skipped:]
        value: dict[str, Any] = {"operation": 0 if len(own) == 1 else None}
        which = "the operation" if len(own) == 1 else "an operation, without saying which"
        return CallError("InvalidOperation", f"DynamoDB refuses {which}: {failure.message}", value)
    return failed(error, failure)


def _given_up(
    caller: Caller,
    marker: Marker | None,
    problem: CallError,
    *,
    unanswered: bool,
) -> dict[str, bool]:
    if marker and settled_by_marker(caller, marker, None):
        return {"already": True}
    if problem.code == "TransactionCanceledException":
        message = "Other writers kept touching the same items; nothing was changed. Run the same command again."
        raise CallError("TransactionConflict", message)
    if not unanswered:
        raise problem
    message = f"No answer came to the transaction: {problem.message} It may have been carried out. " + (
        "Run the same command again: its marker decides." if marker else "Read its items before trying again."
    )
    raise CallError("OutcomeUnknown", message)
