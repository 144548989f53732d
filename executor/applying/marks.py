"""The ledger's mark on the tables that it records: a tag, where the engine has tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.caller import Caller
from executor.connection import CLIENT_ERRORS
from executor.errors import understand
from executor.failure import CallError
from planner.settings.tags import LEDGER_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.applying.session import Session
    from planner.values import Json


def marked(schema: Mapping[str, Json], session: Session) -> dict[str, Json]:
    """A table's schema with the mark among its tags: CreateTable then sets it with the table."""
    if "tags" in session.prepared.live.unsupported:
        return dict(schema)
    return {**schema, "Tags": [*schema.get("Tags", ()), {"Key": LEDGER_TAG, "Value": session.ledger_id}]}


def mark(session: Session, arn: str) -> None:
    """Mark a table; marking it again changes nothing.

    Raises:
        CallError: The table could not be marked.
    """
    if "tags" in session.prepared.live.unsupported:
        return
    caller = Caller(session.clients)
    try:
        caller.send("tag_resource", ResourceArn=arn, Tags=[{"Key": LEDGER_TAG, "Value": session.ledger_id}])
    except CLIENT_ERRORS as error:
        if caller.lacks(error):
            return
        failure = understand(error, endpoint=session.clients.endpoint_url)
        raise CallError(failure.code, f"The ledger's mark could not be set. {failure.message}") from error
