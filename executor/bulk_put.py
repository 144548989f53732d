"""Writing rows from S3 into a table that exists, by StartBulkPutItems: started once, watched, its errors read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.bulk_reports import reported_errors
from executor.caller import failed
from executor.errors import CallError
from executor.importers import RUNNING, listed, require_operation, source_members
from executor.retry import BACKFILL
from executor.waiting import wait_active, wait_until

if TYPE_CHECKING:
    from executor.caller import Caller
    from planner.function_shapes import BulkSource

LEAST_WRITE_UNITS = 1_024
"""``MaxWriteRequestUnits`` takes no less (service model)."""


def bulk_put(caller: Caller, table_name: str, source: BulkSource) -> dict[str, Any]:
    """Have DynamoDB write the rows, and wait until it has.

    Returns:
        ``processed`` and ``failed`` (rows), ``operation`` (its ARN). Rows whose condition did not hold count as
        processed.

    Raises:
        CallError: BulkFailed where a row could not be written, with ``ended`` in its value; others as calls fail.
        StoppedError: A stop was asked for; the operation goes on by itself.
    """
    require_operation(caller, "StartBulkPutItems")
    limit = _limit(caller)
    table = wait_active(caller, table_name)
    if table.get("Replicas"):
        message = f"{table_name} has replicas, and StartBulkPutItems takes no global table."
        raise CallError("BulkFailed", message, {"ended": True}, sent=False)
    try:
        arn = caller.bulk.operation or _begun(caller, table_name, source, limit)
        caller.bulk.started(arn)
        outcome = _watched(caller, arn)
    except ClientError as error:
        raise failed(error, caller.understand(error)) from error
    answer = {
        "processed": int(outcome.get("ProcessedItemCount", 0)),
        "failed": int(outcome.get("FailedItemCount", 0)),
        "operation": arn,
    }
    if outcome["BulkOperationStatus"] != "COMPLETED":
        raise _failure(caller, source, outcome, answer)
    return answer


def _limit(caller: Caller) -> dict[str, int]:
    wanted = caller.bulk.max_write_units
    if wanted is None:
        return {}
    if wanted < LEAST_WRITE_UNITS:
        message = (
            f"--max-write-units is {wanted:g}, and StartBulkPutItems takes no less than {LEAST_WRITE_UNITS}. "
            "Nothing was started."
        )
        raise CallError("InvalidArguments", message, {"ended": True}, sent=False)
    return {"MaxWriteRequestUnits": int(wanted)}


def _begun(caller: Caller, table_name: str, source: BulkSource, limit: dict[str, int]) -> str:
    """The ARN of the operation: of the one that an earlier try began, or of a new one."""
    token = source.client_token
    if token and caller.bulk.tried:
        # After the token's eight hours the same request would be a new one, so it is looked for first.
        found = _with_token(caller, token)
        if found is not None:
            return found
    errors = source.errors.model_dump(exclude_none=True)
    kinds = ["ERROR", "CONDITION_CHECK_FAILURE"] if source.conditional else ["ERROR"]
    answer = caller.send(
        "start_bulk_put_items",
        TableName=table_name,
        InputS3Configuration=source_members(source.import_from.model_dump(exclude_none=True), ""),
        OutputS3Configuration={**errors, "OutputType": kinds},
        **limit,
        **({"ClientToken": token} if token else {}),
    )
    return str(answer["BulkOperationDescription"]["BulkOperationArn"])


def _with_token(caller: Caller, token: str) -> str | None:
    for summary in listed(caller, "list_bulk_operations", "BulkOperationsSummaryList", MaxResults=25):
        arn = str(summary["BulkOperationArn"])
        if _described(caller, arn).get("ClientToken") == token:
            return arn
    return None


def _described(caller: Caller, arn: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.send("describe_bulk_operation", BulkOperationArn=arn)["BulkOperationDescription"]
    return found


def _watched(caller: Caller, arn: str) -> dict[str, Any]:
    """How the operation ended."""
    last: dict[str, Any] = {}

    def holds() -> str | None:
        last.update(_described(caller, arn))
        if last["BulkOperationStatus"] not in RUNNING:
            return None
        done, total = last.get("ProcessedInputBytes", 0), last.get("TotalInputBytes")
        share = f", {100 * done // total} %" if total else ""
        return f"{last['BulkOperationStatus']}, {last.get('ProcessedItemCount', 0)} rows{share}"

    wait_until(caller, f"bulk operation {arn.rpartition('/')[2]}", holds, BACKFILL)
    return last


def _failure(caller: Caller, source: BulkSource, outcome: dict[str, Any], answer: dict[str, Any]) -> CallError:
    place = f"s3://{source.errors.S3Bucket}/{source.errors.S3KeyPrefix or ''}"
    said = reported_errors(caller, source.errors, answer["operation"])
    shown = f" The first of them: {'; '.join(said)}." if said else ""
    why = ""
    if outcome.get("FailureCode") or outcome.get("FailureMessage"):
        why = f" {outcome.get('FailureCode', '')}: {str(outcome.get('FailureMessage', '')).rstrip('.')}."
    message = (
        f"DynamoDB ended the bulk operation as {outcome['BulkOperationStatus']}: {answer['failed']} of "
        f"{answer['processed']} rows could not be written, the others are.{why} They are reported in {place}.{shown} "
        "Mend them, then apply again."
    )
    return CallError("BulkFailed", message, {**answer, "ended": True, "reported": said})
