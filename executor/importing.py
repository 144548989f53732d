"""Making a table by ImportTable: started once, watched, found again by its token, and judged by its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.caller import failed
from executor.errors import CallError, error_code, is_table_exists
from executor.importers import RUNNING, listed, require_operation, source_members
from executor.retry import BACKFILL, CONTROL, QUICK
from executor.schema import create_parameters, own_tags
from executor.waiting import describe, wait_active, wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.caller import Caller
    from executor.schema import Schema

_NOT_CARRIED = frozenset({"Tags"})


def import_table(
    caller: Caller, schema: Schema, database_name: str, source: dict[str, Any], token: str | None
) -> dict[str, Any]:
    """Have DynamoDB make a table from rows in S3, and wait until all are in it.

    Args:
        caller: Sends the calls.
        schema: What ImportTable can carry, and the table's tags.
        database_name: The owner's label, set as a tag once the table is there.
        source: ``import_from`` of the call.
        token: The same for every try; without one a table that exists is somebody else's.

    Returns:
        ``created``, ``table_id``, ``arn``, ``unsupported``, ``rows`` and ``import`` (its ARN).

    Raises:
        CallError: TableExists where a table of the name was not made by this import; ImportFailed where not all rows
            were imported: the value has the table, which DynamoDB keeps with the good rows; others as calls fail.
        StoppedError: A stop was asked for; the import goes on by itself.
    """
    require_operation(caller, "ImportTable")
    arn = _begun(caller, schema, database_name, source, token)
    outcome = _watched(caller, arn)
    table = _table_of(caller, schema["TableName"], outcome)
    made: dict[str, Any] = {"import": arn, "rows": int(outcome.get("ImportedItemCount", 0)), "unsupported": []}
    if table is not None:
        made |= {"created": True, "table_id": table.get("TableId", ""), "arn": table["TableArn"]}
        made["unsupported"] = _tagged(caller, table["TableArn"], schema, database_name)
    if outcome["ImportStatus"] != "COMPLETED":
        raise _failure(schema["TableName"], outcome, made)
    return made


def import_with_token(caller: Caller, table_arn: str, token: str) -> str | None:
    """The ARN of the import that made a table, where it bears this token.

    Raises:
        CallError: The listing failed for good.
        ClientError: The engine knows no imports.
    """
    for summary in listed(caller, "list_imports", "ImportSummaryList", TableArn=table_arn):
        found = caller.send("describe_import", ImportArn=summary["ImportArn"])["ImportTableDescription"]
        if found.get("ClientToken") == token:
            return str(summary["ImportArn"])
    return None


def _begun(caller: Caller, schema: Schema, database_name: str, source: dict[str, Any], token: str | None) -> str:
    """The ARN of the import: of the one that an earlier try began, or of a new one."""
    name = schema["TableName"]
    existing = describe(caller, name)
    if existing is not None:
        # After the token's eight hours the same request would be a new one, so it is looked for first.
        begun = import_with_token(caller, existing["TableArn"], token) if token else None
        if begun is not None:
            return begun
        if not token or existing["TableStatus"] != "CREATING":
            raise _not_ours(name)
    try:
        # Only imports that ended are listed: one that goes on answers to its token, and nothing else is busy with it.
        patience = CONTROL if existing is None else QUICK
        answer = caller.send("import_table", patience, **_request(schema, database_name, source, token))
    except ClientError as error:
        if existing is not None or is_table_exists(error):
            raise _not_ours(name) from error
        raise _unmade(name, failed(error, caller.understand(error)), final=True) from error
    except CallError as error:
        if existing is not None:
            # A table that is being made is in use for whoever is not making it.
            raise _not_ours(name) if error.code == "ResourceInUseException" else error from error
        raise _unmade(name, error, final=not error.sent) from error
    return str(answer["ImportTableDescription"]["ImportArn"])


def _not_ours(name: str) -> CallError:
    message = f"The table {name} exists, and was not made by this import. ImportTable makes new tables only."
    return CallError("TableExists", message)


def _request(schema: Schema, database_name: str, source: dict[str, Any], token: str | None) -> dict[str, Any]:
    creation = create_parameters(schema, database_name)
    request = {
        **source_members(source, "S3BucketSource"),
        "TableCreationParameters": {n: v for n, v in creation.items() if n not in _NOT_CARRIED},
    }
    if source["InputFormat"] == "CSV":
        csv = {"Delimiter": source.get("CsvDelimiter") or ","}
        header = {"HeaderList": source["CsvHeaderList"]} if source.get("CsvHeaderList") else {}
        request["InputFormatOptions"] = {"Csv": {**csv, **header}}
    return {**request, **({"ClientToken": token} if token else {})}


def _unmade(name: str, error: CallError, *, final: bool) -> CallError:
    """The error, with what it proves of the table."""
    if not final:
        return error
    answer = {"error_code": error.code, "message": error.message, "not_made": True}
    return CallError(error.code, error.message, {"tables": {name: answer}}, sent=False)


def _watched(caller: Caller, arn: str) -> dict[str, Any]:
    """How the import ended."""
    last: dict[str, Any] = {}

    def holds() -> str | None:
        try:
            last.update(caller.send("describe_import", ImportArn=arn)["ImportTableDescription"])
        except ClientError as error:
            if error_code(error) != "ImportNotFoundException":
                raise
            return "not visible yet"
        if last["ImportStatus"] in RUNNING:
            return f"{last['ImportStatus']}, {last.get('ProcessedItemCount', 0)} rows read"
        return None

    wait_until(caller, f"import {arn.rpartition('/')[2]}", holds, BACKFILL)
    return last


def _table_of(caller: Caller, name: str, outcome: Mapping[str, Any]) -> dict[str, Any] | None:
    """The table that the import left; one that failed may have left none."""
    if outcome["ImportStatus"] == "COMPLETED":
        return wait_active(caller, name, new=True)
    # A failure that is found before a row was read makes no table; what it has begun to make is waited for.
    return None if describe(caller, name) is None else wait_active(caller, name)


def _tagged(caller: Caller, arn: str, schema: Schema, database_name: str) -> list[str]:
    """Set the tags that ImportTable has no member for; the owner's is among them."""
    try:
        caller.send("tag_resource", ResourceArn=arn, Tags=own_tags(schema, database_name))
    except ClientError as error:
        if caller.lacks(error):
            return ["tags"] if schema.get("Tags") else []
        raise
    return []


def _failure(name: str, outcome: Mapping[str, Any], made: dict[str, Any]) -> CallError:
    read, good = outcome.get("ProcessedItemCount", 0), outcome.get("ImportedItemCount", 0)
    why = f"{outcome.get('FailureCode', outcome['ImportStatus'])}: {outcome.get('FailureMessage', 'no reason given')}"
    logs = outcome.get("CloudWatchLogGroupArn", "") if outcome.get("ErrorCount") else ""
    where = f" The rows that failed stand in the log group {logs.split(':log-group:')[-1]}." if logs else ""
    left = (
        f" {name} is there with the {good} good rows; to import again, remove it first "
        "(`ddbplan destroy --table`), then apply."
        if "table_id" in made
        else " No table was made."
    )
    message = (
        f"DynamoDB imported {good} of the {read} rows it read, {outcome.get('ErrorCount', 0)} had errors. "
        f"{why.rstrip('.')}.{where}{left}"
    )
    answer = {**made, "error_code": "ImportFailed", "message": message}
    if "table_id" not in made:
        answer["not_made"] = True
    return CallError("ImportFailed", message, {"tables": {name: answer}})
