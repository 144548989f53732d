"""Who am I, where, and may I."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor import errors
from executor.engines import AWS, DYNAMODB_LOCAL
from executor.errors import CallError
from executor.retry import QUICK

if TYPE_CHECKING:
    from executor.caller import Caller, Operation
    from planner.function_reads import ValidateCredentials

ENGINE_ACCOUNT = "000000000000"
"""What engines for development call their only account."""
PROBE_TABLE = "ddbplan_no_such_table"


def validate_credentials(caller: Caller, call: ValidateCredentials) -> dict[str, Any]:  # noqa: ARG001 - takes none
    """Ask DynamoDB whether we may read at all, and STS who we are.

    Returns:
        ``account``, ``arn``, ``region``, ``endpoint``, ``engine``, ``identified`` (whether STS was there to be asked),
        ``may_list`` (whether ListTables is allowed).

    Raises:
        CallError: CredentialsMissing, CredentialsExpired, CredentialsInvalid, AccessDenied, RegionMissing,
            EndpointUnreachable.
    """
    clients = caller.clients
    may_list = _may_read(caller)
    identity = _identity(caller)
    return {
        "account": str(identity.get("Account", ENGINE_ACCOUNT)),
        "arn": str(identity.get("Arn", "")),
        "region": clients.region,
        "endpoint": clients.endpoint_url,
        "engine": clients.engine,
        "identified": bool(identity),
        "may_list": may_list,
    }


def _may_read(caller: Caller) -> bool:
    """Three questions that read no data; being allowed one of them is enough to go on.

    Returns:
        Whether the first, ListTables, is allowed.
    """
    denied: CallError | None = None
    probes: tuple[tuple[Operation, dict[str, Any]], ...] = (
        ("list_tables", {"Limit": 1}),
        ("describe_limits", {}),
        ("describe_table", {"TableName": PROBE_TABLE}),
    )
    for operation, parameters in probes:
        try:
            caller.send(operation, QUICK, **parameters)
        except errors.CLIENT_ERRORS as error:
            if errors.is_table_missing(error):
                return False
            failure = caller.understand(error)
            raise CallError(failure.code, failure.message) from error
        except CallError as error:
            if error.code != "AccessDenied":
                raise
            denied = denied or error
        else:
            return denied is None
    raise denied or CallError("AccessDenied", "The credentials may not read anything of DynamoDB.")


def _identity(caller: Caller) -> dict[str, Any]:
    """STS's answer; empty on an engine that has no STS."""
    if caller.clients.engine == DYNAMODB_LOCAL:
        return {}
    try:
        answer: Any = caller.clients.sts.get_caller_identity()
    except errors.CLIENT_ERRORS as error:
        if caller.clients.engine != AWS:
            return {}
        failure = caller.understand(error)
        raise CallError(failure.code, failure.message) from error
    return dict(answer)
