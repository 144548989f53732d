"""What DynamoDB's errors mean: one place that knows codes and messages.

DynamoDB reuses a code for things to wait for and things that are final, so the message's beginning decides
(measured on live AWS by aws-controllers-k8s, ``docs/api-quirks``, findings 442-449; codes from botocore's service
model). Credential and connection problems become one sentence with the command that helps; no message repeats a
request, a signature or a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.connection import CLIENT_ERRORS, of_client
from executor.failure import CallError, ErrorKind, Failure
from executor.windows import is_window
from executor.wire import from_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.values import AttributeValue

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    },
)
_TRANSIENT = _THROTTLED | {
    "InternalServerError",
    "ConcurrentUpdateException",
    "InternalServiceException",
    "KMSInternalException",
    "ReplicatedWriteConflictException",
    "RequestTimeout",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_UNSUPPORTED = frozenset(
    {"InvalidAction", "NotImplemented", "NotImplementedException", "UnknownOperationException", "UnsupportedOperation"},
)
_BUSY_VALIDATION = (
    # DescribeTimeToLive while CREATING; Insights, Kinesis and replicas in transition: K 442-449.
    "Backups are being enabled",
    "Contributor Insights is being",
    "Replica is being",
    "Table is being created",
    "Table or Index is not in a valid state to update Key Access Insights",
    "Table is not in a valid state",
    "Table is not in an ACTIVE state",
    "Table SSE is being updated",
)
_BUSY_LIMIT = (
    "Only 1 online index",
    "There is a limit of 50 concurrent import jobs",
    "concurrent bulk operations",
    "Table tags are being updated",
    "Too many control plane",
    "Subscriber limit exceeded: Only",
    "can be created, updated, or deleted simultaneously",
    "being created, updated or deleted simultaneously",
)
_UNCHANGED = "will not change"
_ALREADY = (
    # No-op re-sends are errors: G Streams, M, K 433.
    "Precision is already set",
    "Table already has an enabled stream",
    "Table has no stream to disable",
    "Table is already encrypted",
    "TimeToLive is already disabled",
    "TimeToLive is already enabled",
)
_REFUSED_CREDENTIALS = frozenset(
    {
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    },
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_NOT_SUBSCRIBED = frozenset({"OptInRequired", "SubscriptionRequiredException"})
_SERVER_ERROR = 500


def error_code(error: BaseException) -> str:
    """The service's own code; empty where it is not an answer of the service."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def error_message(error: BaseException) -> str:
    """The service's own message; some engines spell its member ``Message``, some ``message``."""
    if not isinstance(error, ClientError):
        return ""
    answer: Mapping[str, Any] = error.response
    return str(answer.get("Error", {}).get("Message") or answer.get("message") or answer.get("Message") or "")


def is_table_missing(error: BaseException) -> bool:
    """The table (or its index, where one was named) does not exist."""
    return error_code(error) in {"ResourceNotFoundException", "TableNotFoundException"}


def is_table_exists(error: BaseException) -> bool:
    """CreateTable found a table of that name: the one final kind of ResourceInUseException."""
    message = error_message(error)
    return error_code(error) in {"ResourceInUseException", "TableAlreadyExistsException"} and (
        message.startswith(("Table already exists", "Cannot create preexisting table")) or not message
    )


def is_too_early_for_time_to_live(error: BaseException) -> bool:
    """A table that is being made, for hours where an import makes it, has no time to live yet (K 118)."""
    return error_code(error) == "ValidationException" and error_message(error).startswith(
        "Cannot describe time to live while table is in CREATING state"
    )


def is_condition_failed(error: BaseException) -> bool:
    """A single write's condition does not hold."""
    return error_code(error) == "ConditionalCheckFailedException"


def is_throttled(error: BaseException) -> bool:
    """More was asked for than the table or the account takes at this moment."""
    return error_code(error) in _THROTTLED


def is_denied(error: BaseException) -> bool:
    """The credentials may not make the call, as the service says it or as it was understood."""
    return error_code(error) in _DENIED or (isinstance(error, CallError) and error.code == "AccessDenied")


def existing_item(error: ClientError) -> dict[str, AttributeValue] | None:
    """The item that kept a condition from holding, in DynamoDB JSON, where the answer has it."""
    answer: Mapping[str, Any] = error.response
    return from_client(answer["Item"]) if answer.get("Item") else None


def cancellation_reasons(error: BaseException) -> list[Mapping[str, Any]]:
    """One reason for each member of a cancelled transaction, in order."""
    answer: Mapping[str, Any] = error.response if isinstance(error, ClientError) else {}
    return list(answer.get("CancellationReasons", ()))


def is_transaction_canceled(error: BaseException) -> bool:
    """A transaction was cancelled, with a reason for each member."""
    return error_code(error) == "TransactionCanceledException"


def is_token_mismatch(error: BaseException) -> bool:
    """The client token was used for another request."""
    return error_code(error) == "IdempotentParameterMismatchException"


def is_unsupported(error: BaseException) -> bool:
    """The endpoint does not know the operation; some engines say so as a validation error."""
    message = error_message(error)
    return error_code(error) in _UNSUPPORTED or (
        error_code(error) in {"ValidationException", "InternalFailure"}
        and ("not currently supported in DynamoDB Local" in message or "is not implemented" in message)
    )


def is_unknown_to_engine(error: BaseException) -> bool:
    """DynamoDB Local's words for an UpdateTable whose only member it does not know."""
    return error_code(error) == "ValidationException" and error_message(error).startswith(
        ("Nothing to update", "No provisioned throughput specified for the global secondary index"),
    )


def understand(error: Exception, *, endpoint: str = "") -> Failure:
    """What an error of the AWS client means.

    Args:
        error: A ClientError or any other error of botocore.
        endpoint: Where the call went, for the message.
    """
    if isinstance(error, ClientError):
        return _of_answer(error, endpoint)
    return of_client(error, endpoint)


def _of_answer(error: ClientError, endpoint: str) -> Failure:
    code, message = error_code(error), error_message(error)
    refused = _of_credentials(code, message, endpoint)
    if refused is not None:
        return refused
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    kind = _kind_of_answer(error, code, message, status)
    if kind is ErrorKind.FINAL and is_table_missing(error):
        return Failure(kind=kind, code="TableMissing", message=message or "The table does not exist.")
    named = message or f"DynamoDB answered {code or status} without a message."
    return Failure(kind=kind, code=_code_for_people(code, status), message=named, sent=status >= _SERVER_ERROR)


def _kind_of_answer(error: ClientError, code: str, message: str, status: int) -> ErrorKind:
    if is_unsupported(error):
        return ErrorKind.UNSUPPORTED
    by_message = {
        "ResourceInUseException": _kind_of_use,
        "LimitExceededException": _kind_of_limit,
        "ContinuousBackupsUnavailableException": lambda _message: ErrorKind.BUSY,
        "ValidationException": _kind_of_validation,
    }
    if code in by_message and not is_table_exists(error):
        return by_message[code](message)
    if code in _TRANSIENT or status >= _SERVER_ERROR:
        return ErrorKind.TRANSIENT
    return ErrorKind.FINAL


def _kind_of_use(message: str) -> ErrorKind:
    return ErrorKind.ALREADY if message.startswith(_ALREADY) else ErrorKind.BUSY


def _kind_of_limit(message: str) -> ErrorKind:
    if is_window(message):
        return ErrorKind.WINDOW
    return ErrorKind.BUSY if any(part in message for part in _BUSY_LIMIT) else ErrorKind.FINAL


def _kind_of_validation(message: str) -> ErrorKind:
    message = message.removeprefix("One or more parameter values were invalid: ")
    if message.startswith(_ALREADY) or _UNCHANGED in message:
        return ErrorKind.ALREADY
    if is_window(message):
        return ErrorKind.WINDOW
    return ErrorKind.BUSY if message.startswith(_BUSY_VALIDATION) else ErrorKind.FINAL


def _code_for_people(code: str, status: int) -> str:
    if code in _THROTTLED:
        return "Throttled"
    if status >= _SERVER_ERROR:
        return "ServiceFailed"
    return "LimitReached" if code == "LimitExceededException" else code


def _of_credentials(code: str, message: str, endpoint: str) -> Failure | None:
    if code in _EXPIRED or (code == "InvalidSignatureException" and message.startswith("Signature expired")):
        return _clock_or_session(message)
    if code in _REFUSED_CREDENTIALS:
        at = f" at {endpoint}" if endpoint else ""
        return _final(
            "CredentialsInvalid",
            f"The credentials are not accepted{at}: the key is unknown, its secret is wrong, or the Region is not "
            "enabled for the account. See which ones are used:\n  aws sts get-caller-identity",
        )
    if code in _DENIED:
        return _final("AccessDenied", _denied(message))
    if code in _NOT_SUBSCRIBED:
        return _final(
            "AccessDenied", "The account is not signed up for DynamoDB in this Region. Enable it in the console."
        )
    return None


def _clock_or_session(message: str) -> Failure:
    if message.startswith("Signature"):
        return _final("CredentialsInvalid", "This machine's clock is wrong by minutes: set it. See it:\n  date -u")
    return _final("CredentialsExpired", "The credentials' session has ended. Sign in again:\n  aws sso login")


def _denied(message: str) -> str:
    reason = message.split("\n", maxsplit=1)[0].rstrip(".")
    said = f" DynamoDB says: {reason}." if reason else ""
    return f"The credentials may not make this call.{said} See who you are:\n  aws sts get-caller-identity"


def _final(code: str, message: str) -> Failure:
    return Failure(kind=ErrorKind.FINAL, code=code, message=message)


__all__ = ["CLIENT_ERRORS", "CallError", "ErrorKind", "Failure", "understand"]
