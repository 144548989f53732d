"""Every error is understood by its code and the beginning of its message."""

from __future__ import annotations

import pytest
from botocore import exceptions as bc
from botocore.exceptions import ClientError

from executor.errors import ErrorKind, is_table_exists, is_unsupported, understand

TRANSIENT, BUSY, WINDOW = ErrorKind.TRANSIENT, ErrorKind.BUSY, ErrorKind.WINDOW
ALREADY, FINAL, UNSUPPORTED = ErrorKind.ALREADY, ErrorKind.FINAL, ErrorKind.UNSUPPORTED


def answer(code: str, message: str = "", status: int = 400) -> ClientError:
    """An error answer of the service."""
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "SomeCall")  # type: ignore[arg-type] # as much of an answer as counts


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("ThrottlingException", "Rate exceeded", TRANSIENT),
        ("ProvisionedThroughputExceededException", "", TRANSIENT),
        ("RequestLimitExceeded", "", TRANSIENT),
        ("TransactionConflictException", "", TRANSIENT),
        ("TransactionInProgressException", "", TRANSIENT),
        ("ResourceInUseException", "Table already exists: accounts", FINAL),
        ("ResourceInUseException", "Cannot create preexisting table", FINAL),
        ("ResourceInUseException", "Attempt to change a resource which is still in use: Index is being created.", BUSY),
        ("ResourceInUseException", "Table already has an enabled stream: TableName: x", ALREADY),
        ("LimitExceededException", "Subscriber limit exceeded: Only 1 online index can be created or deleted", BUSY),
        ("LimitExceededException", "Subscriber limit exceeded: Number of GSIs exceeds per-table limit of 20", FINAL),
        (
            "LimitExceededException",
            (
                "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. "
                "Next decrease can be made at Monday, 23 November 2026 09:00:00 UTC"
            ),
            WINDOW,
        ),
        (
            "LimitExceededException",
            "There is a limit of 500 tables that can be created, updated, or deleted simultaneously",
            BUSY,
        ),
        (
            "LimitExceededException",
            "Subscriber limit exceeded: There are too many tables being created, updated or deleted simultaneously",
            BUSY,
        ),
        ("ContinuousBackupsUnavailableException", "Backups are being enabled for the table: x", BUSY),
        ("ValidationException", "TimeToLive is already enabled", ALREADY),
        ("ValidationException", "TimeToLive is already disabled", ALREADY),
        ("ValidationException", "Table already has an enabled stream", ALREADY),
        ("ValidationException", "Table has no stream to disable", ALREADY),
        (
            "ValidationException",
            "The provisioned throughput for the table will not change. The requested value equals the current value.",
            ALREADY,
        ),
        (
            "ValidationException",
            "Time to live has been modified multiple times within a fixed interval",
            WINDOW,
        ),
        ("ValidationException", "You cannot modify stream status while updating table IOPS", FINAL),
        ("ValidationException", "One or more parameter values were invalid", FINAL),
        ("UnknownOperationException", "An unknown operation was requested.", UNSUPPORTED),
        ("UnknownOperationException", "Tagging is not currently supported in DynamoDB Local.", UNSUPPORTED),
        ("ConditionalCheckFailedException", "The conditional request failed", FINAL),
        ("ResourceNotFoundException", "Requested resource not found", FINAL),
    ],
)
def test_the_beginning_of_the_message_decides(code: str, message: str, kind: ErrorKind) -> None:
    """The same code is a thing to wait for, done already, or final, as its message begins."""
    assert understand(answer(code, message)).kind is kind


def test_any_failure_of_the_server_is_transient_and_may_have_landed() -> None:
    """An answer of status 500 is tried again, and its request may have been carried out."""
    failure = understand(answer("SomethingNew", "oops", 503))

    assert (failure.kind, failure.code, failure.sent) == (TRANSIENT, "ServiceFailed", True)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (answer("ExpiredTokenException", "hush AKIAX"), "CredentialsExpired", "aws sso login"),
        (answer("UnrecognizedClientException", "hush AKIAX"), "CredentialsInvalid", "aws sts get-caller-identity"),
        (
            answer("InvalidSignatureException", "The Canonical String should have been 'hush AKIAX'"),
            "CredentialsInvalid",
            "aws sts get-caller-identity",
        ),
        (answer("InvalidSignatureException", "Signature expired: hush AKIAX"), "CredentialsInvalid", "date -u"),
        (
            answer("IncompleteSignatureException", "Authorization=hush AKIAX"),
            "CredentialsInvalid",
            "aws sts get-caller-identity",
        ),
        (
            answer("AccessDeniedException", "User: arn:aws:iam::1:user/me may not dynamodb:PutItem\nhush AKIAX"),
            "AccessDenied",
            "may not dynamodb:PutItem",
        ),
        (bc.NoCredentialsError(), "CredentialsMissing", "aws configure"),
        (bc.ProfileNotFound(profile="nobody"), "CredentialsMissing", "nobody"),
        (bc.NoRegionError(), "RegionMissing", "--region"),
        (bc.UnauthorizedSSOTokenError(), "CredentialsExpired", "aws sso login"),
        (bc.EndpointConnectionError(endpoint_url="x"), "EndpointUnreachable", "http://here:1"),
        (bc.SSLError(endpoint_url="x", error="bad"), "EndpointUnreachable", "AWS_CA_BUNDLE"),
    ],
)
def test_a_problem_of_the_way_is_one_sentence_with_what_helps(error: Exception, code: str, words: str) -> None:
    """Credential, Region and connection problems name what helps, and repeat nothing of the request."""
    failure = understand(error, endpoint="http://here:1")

    assert failure.code == code
    assert words in failure.message
    assert "hush" not in failure.message
    assert "AKIAX" not in failure.message


def test_a_table_that_exists_is_told_from_one_in_use() -> None:
    """Only the message tells that a table of that name exists."""
    assert is_table_exists(answer("ResourceInUseException", "Table already exists: x"))
    assert not is_table_exists(answer("ResourceInUseException", "Table is being created: x"))


def test_an_unknown_operation_is_told_from_a_bad_request() -> None:
    """An engine that lacks an operation is told from one that refuses its input."""
    assert is_unsupported(answer("UnknownOperationException", "An unknown operation was requested."))
    assert not is_unsupported(answer("ValidationException", "One or more parameter values were invalid"))
