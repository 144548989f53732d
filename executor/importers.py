"""What both of DynamoDB's importers have in common: whether the client knows them, and finding one by its token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from executor.caller import Caller, Operation

KNOWING_VERSION = "1.44.5"
"""A botocore whose service model has both importers."""
RUNNING = frozenset({"IN_PROGRESS", "CANCELLING"})


def require_operation(caller: Caller, operation: str) -> None:
    """Refuse a client whose service model lacks an operation: every engine then lacks it as well.

    Raises:
        CallError: ClientTooOld.
    """
    if operation in caller.clients.dynamodb.meta.service_model.operation_names:
        return
    import botocore  # noqa: PLC0415 - only for the message

    message = (
        f"The installed botocore {botocore.__version__} does not know {operation}; {KNOWING_VERSION} does. Nothing was "
        f"started. Update it:\n  pip install 'botocore>={KNOWING_VERSION}' 'boto3>={KNOWING_VERSION}'"
    )
    raise CallError("ClientTooOld", message, sent=False)


def source_members(source: dict[str, Any], place: str, form: str = "InputFormat") -> dict[str, Any]:
    """A source as a member of a request: the place and what the objects hold.

    Args:
        source: ``import_from`` of a call.
        place: The request's member for the place; empty to have all in one.
        form: The name of the format's member.
    """
    where = {name: value for name, value in source.items() if name.startswith("S3")}
    how = {form: source["InputFormat"], "InputCompressionType": source["InputCompressionType"]}
    return {**where, **how} if not place else {place: where, **how}


def listed(caller: Caller, operation: Operation, member: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """All entries of a listing, page by page, newest first."""
    following: dict[str, Any] = {}
    while True:
        page = caller.send(operation, **parameters, **following)
        yield from page.get(member) or ()
        token = page.get("NextToken")
        if not token:
            return
        following = {"NextToken": token}
