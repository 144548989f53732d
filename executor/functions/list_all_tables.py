"""Names of all tables, all pages to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.caller import failed

if TYPE_CHECKING:
    from executor.caller import Caller
    from planner.function_reads import ListAllTables


def list_all_tables(caller: Caller, call: ListAllTables) -> dict[str, Any]:
    """Read every page of names and keep those with the prefix.

    Returns:
        ``tables``: sorted names.

    Raises:
        CallError: As the call model says.
    """
    names: list[str] = []
    start: dict[str, Any] = {}
    while True:
        try:
            page = caller.send("list_tables", **start)
        except ClientError as error:
            raise failed(error, caller.understand(error)) from error
        names += [name for name in page["TableNames"] if name.startswith(call.prefix)]
        if not page.get("LastEvaluatedTableName"):
            return {"tables": sorted(names)}
        start = {"ExclusiveStartTableName": page["LastEvaluatedTableName"]}
