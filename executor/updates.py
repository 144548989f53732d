"""UpdateTable: sent while the table may be busy, and waited for until what was asked for is to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.caller import failed
from executor.engines import AWS
from executor.errors import CallError, ErrorKind, is_unknown_to_engine
from executor.retry import BACKFILL, CONTROL
from executor.settings import MADE, Setting
from executor.waiting import describe, unsettled, wait_active, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.caller import Caller
    from executor.retry import Patience
    from executor.waiting import Table


def update_table(caller: Caller, table: Table, **parameters: Any) -> bool:
    """Send UpdateTable; busy tables and the one-index-at-a-time rule are waited for.

    Returns:
        False where DynamoDB says that it is so already, or an engine for development knows no such member.

    Raises:
        CallError: It failed for good.
    """
    try:
        caller.send("update_table", BACKFILL, TableName=table["TableName"], **parameters)
    except ClientError as error:
        failure = caller.understand(error)
        if failure.kind is ErrorKind.ALREADY or (caller.clients.engine != AWS and is_unknown_to_engine(error)):
            return False
        raise failed(error, failure) from error
    return True


def settle(
    caller: Caller,
    table_name: str,
    setting: str,
    is_so: Callable[[Table], bool],
    patience: Patience = CONTROL,
) -> Setting:
    """Wait until the setting is to be seen; an engine that took it and does not show it lacks it."""
    if caller.clients.engine != AWS and not is_so(wait_active(caller, table_name)):
        return Setting(already=False, unsupported=(setting,))
    wait_for(caller, table_name, setting, is_so, patience)
    return MADE


def wait_for(
    caller: Caller,
    table_name: str,
    what: str,
    is_so: Callable[[Table], bool],
    patience: Patience = CONTROL,
) -> None:
    """Wait until nothing of the table is being changed and it is as asked for.

    Raises:
        CallError: It is gone, or not settled in time.
    """

    def holds() -> str | None:
        table = describe(caller, table_name)
        if table is None:
            raise CallError("TableMissing", f"The table {table_name} is gone while its {what} was waited for.")
        standing = unsettled(table)
        return standing if standing or is_so(table) else "not visible yet"

    wait_until(caller, f"{what} of {table_name}", holds, patience)
