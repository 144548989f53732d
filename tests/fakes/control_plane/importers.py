"""ImportTable and StartBulkPutItems: jobs on the virtual clock that read objects of the fake's own buckets.

A test fills ``Site.buckets``. Of record formats the fake knows DYNAMODB_JSON and CSV, of packing gzip. Where items are
kept on an engine, rows are put there with the condition that they carry; else the fake keeps them itself and knows no
other condition than attribute_not_exists.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.fakes.control_plane import times
from tests.fakes.control_plane.items import twin
from tests.fakes.control_plane.refusal import Refusal, Text
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import Busy, Json, Table

MAX_IMPORTS = 50
_V = "ValidationException"
NO_IMPORT = Text("ImportNotFoundException", "Import not found: {arn}", "worded here")
NO_OPERATION = Text("ResourceNotFoundException", "Bulk operation not found: {arn}", "worded here")
IMPORT_TOKEN = Text("ImportConflictException", "Import with the same client token exists: {token}", "worded here")
BULK_TOKEN = Text(
    "IdempotentParameterMismatchException",
    "The token was used for another request: {token}",
    "worded here",
)
MANY_IMPORTS = Text(
    "LimitExceededException",
    "Subscriber limit exceeded: There is a limit of 50 concurrent import jobs per account",
    "M: 50; worded as ministack does",
)
BULK_GLOBAL = Text(_V, "Bulk put items is not supported on global tables: {table}", "G BulkPutItems; worded here")
BULK_INDEX = Text(
    "ResourceInUseException",
    "Attempt to change a resource which is still in use: Table has an index that is being created: {table}",
    "G BulkPutItems.Considerations; worded here",
)
BULK_BUSY = Text("ResourceInUseException", "Table is being {doing}: {table}", "G BulkPutItems; worded here")


@dataclass(slots=True)
class Job:
    """An import or a bulk operation.

    Attributes:
        request: What started it.
        description: What is told of it.
        ends: When it comes to its end.
    """

    request: Json
    description: Json
    ends: float
    token: str = ""


@dataclass(slots=True)
class Importers:
    """The jobs of a Region, and the rows that they left in tables without an engine.

    Attributes:
        imports: By ARN, in the order of starting.
        operations: The same of bulk operations.
        rows: Items by key, by TableId.
    """

    imports: dict[str, Job] = field(default_factory=dict)
    operations: dict[str, Job] = field(default_factory=dict)
    rows: dict[str, dict[str, Json]] = field(default_factory=dict)


def import_table(site: Site, params: Json) -> Json:
    """Begin an import: the table is not to be seen for half a minute (K IMPORT-001).

    Raises:
        Refusal: It can't be begun.
    """
    from tests.fakes.control_plane.create import create_table  # noqa: PLC0415 - create knows nothing of imports

    settle(site)
    jobs = site.importers.imports
    same = _by_token(site, jobs, params, IMPORT_TOKEN)
    if same is not None:
        return {"ImportTableDescription": _shown(same)}
    if sum(job.description["ImportStatus"] == "IN_PROGRESS" for job in jobs.values()) >= MAX_IMPORTS:
        raise MANY_IMPORTS.refusal()
    creation = params["TableCreationParameters"]
    create_table(site, creation)
    table = site.tables[creation["TableName"]]
    ends = site.now() + times.IMPORT
    for job in table.jobs:
        job.until = ends
    table.versions[:] = [(site.now() + times.IMPORT_UNSEEN, table.versions[0][1])]
    arn = f"{table.arn}/import/{len(jobs):014d}-{table.table_id[:8]}"
    description = {
        "ImportArn": arn,
        "ImportStatus": "IN_PROGRESS",
        "TableArn": table.arn,
        "TableId": table.table_id,
        **{name: value for name, value in params.items() if name != "ClientToken"},
        "ClientToken": params.get("ClientToken", arn),
        "CloudWatchLogGroupArn": f"arn:aws:logs:{site.region}:{site.account}:log-group:/aws-dynamodb/imports:*",
        "StartTime": site.now(),
        "ProcessedItemCount": 0,
        "ImportedItemCount": 0,
        "ErrorCount": 0,
    }
    jobs[arn] = Job(request=params, description=description, ends=ends, token=params.get("ClientToken", ""))
    return {"ImportTableDescription": _shown(jobs[arn])}


def describe_import(site: Site, params: Json) -> Json:
    """How an import stands.

    Raises:
        Refusal: ImportNotFoundException.
    """
    settle(site)
    job = site.importers.imports.get(params["ImportArn"])
    if job is None:
        raise NO_IMPORT.refusal(arn=params["ImportArn"])
    return {"ImportTableDescription": _shown(job)}


def list_imports(site: Site, params: Json) -> Json:
    """Imports that have come to their end, newest first (M: "Lists completed imports")."""
    settle(site)
    names = ("ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat", "StartTime", "EndTime")
    ended = [
        {name: job.description[name] for name in names if name in job.description}
        for job in reversed(site.importers.imports.values())
        if job.description["ImportStatus"] != "IN_PROGRESS"
        and params.get("TableArn") in (None, job.description["TableArn"])
    ]
    return _page(ended, "ImportSummaryList", params.get("PageSize", 25), params.get("NextToken", ""))


def start_bulk_put(site: Site, params: Json) -> Json:
    """Begin to write rows into a table that exists.

    Raises:
        Refusal: It can't be begun.
    """
    settle(site)
    jobs = site.importers.operations
    same = _by_token(site, jobs, params, BULK_TOKEN)
    if same is not None:
        return {"BulkOperationDescription": _shown(same)}
    table = site.table(params["TableName"])
    _check_writable(table)
    arn = f"arn:aws:dynamodb:{site.region}:{site.account}:bulk-operation/{len(jobs):014d}-{table.table_id[:8]}"
    description = {
        "BulkOperationArn": arn,
        "BulkOperationStatus": "IN_PROGRESS",
        "TableDetails": [{"TableName": table.name, "TableId": table.table_id}],
        **{name: value for name, value in params.items() if name not in {"ClientToken", "TableName"}},
        "ClientToken": params.get("ClientToken", arn),
        "StartTime": site.now(),
        "ProcessedItemCount": 0,
        "FailedItemCount": 0,
    }
    ends = site.now() + times.BULK_PUT
    jobs[arn] = Job(request=params, description=description, ends=ends, token=params.get("ClientToken", ""))
    return {"BulkOperationDescription": _shown(jobs[arn])}


def describe_bulk_operation(site: Site, params: Json) -> Json:
    """How a bulk operation stands.

    Raises:
        Refusal: ResourceNotFoundException.
    """
    settle(site)
    job = site.importers.operations.get(params["BulkOperationArn"])
    if job is None:
        raise NO_OPERATION.refusal(arn=params["BulkOperationArn"])
    return {"BulkOperationDescription": _shown(job)}


def list_bulk_operations(site: Site, params: Json) -> Json:
    """All bulk operations, newest first (M)."""
    settle(site)
    names = ("BulkOperationArn", "BulkOperationStatus", "StartTime", "EndTime")
    found = [
        {name: job.description[name] for name in names if name in job.description}
        for job in reversed(site.importers.operations.values())
    ]
    return _page(found, "BulkOperationsSummaryList", params.get("MaxResults", 10), params.get("NextToken", ""))


def settle(site: Site) -> None:
    """Let every job end that is due."""
    for job in site.importers.imports.values():
        if job.description["ImportStatus"] == "IN_PROGRESS" and job.ends <= site.now():
            _end_import(site, job)
    for job in site.importers.operations.values():
        if job.description["BulkOperationStatus"] == "IN_PROGRESS" and job.ends <= site.now():
            _end_bulk(site, job)


def _shown(job: Job) -> Json:
    return dict(job.description)


def _page(entries: list[Json], member: str, size: int, token: str) -> Json:
    start = int(token, 16) if token else 0
    more = {"NextToken": f"{start + size:0112x}"} if start + size < len(entries) else {}
    return {member: entries[start : start + size], **more}


def _by_token(site: Site, jobs: dict[str, Job], params: Json, mismatch: Text) -> Job | None:
    """The job that the same request began; a token is good for eight hours (M)."""
    token = params.get("ClientToken")
    for job in jobs.values():
        if token and job.token == token and site.now() < job.description["StartTime"] + times.TOKEN:
            if job.request != params:
                raise mismatch.refusal(token=token)
            return job
    return None


def _check_writable(table: Table) -> None:
    if table.is_global or table.running(Busy.REPLICA):
        raise BULK_GLOBAL.refusal(table=table.name)
    if table.status in {"CREATING", "DELETING"}:
        doing = "created" if table.status == "CREATING" else "deleted"
        raise BULK_BUSY.refusal(table=table.name, doing=doing)
    if table.running(Busy.ALLOCATION, Busy.BACKFILL):
        raise BULK_INDEX.refusal(table=table.name)


def _end_import(site: Site, job: Job) -> None:
    told, request = job.description, job.request
    told["EndTime"] = job.ends
    table = site.find(request["TableCreationParameters"]["TableName"])
    place = request["S3BucketSource"]
    missing = _missing(site, place)
    if missing:
        # Found before a row was read: no table is made (G, "Validation errors").
        told |= {"ImportStatus": "FAILED", "FailureCode": missing, "FailureMessage": "The source is not there."}
        if table is not None:
            table.jobs.clear()
            table.start(Busy.DELETE, job.ends)
            site.settle(table)
        return
    if table is None:
        raise AssertionError("the table of an import is gone")
    for record in _records(site, place, request):
        told["ProcessedItemCount"] += 1
        good = record is not None and _has_key(table, record["Item"]) and _put(site, table, {"Item": record["Item"]})
        told["ImportedItemCount" if good else "ErrorCount"] += 1
    if told["ErrorCount"]:
        told |= {"ImportStatus": "FAILED", "FailureCode": "ItemValidationError"}
        told["FailureMessage"] = "Some of the items failed validation checks and were not imported."
    else:
        told["ImportStatus"] = "COMPLETED"


def _end_bulk(site: Site, job: Job) -> None:
    told, request = job.description, job.request
    told["EndTime"] = job.ends
    table = site.find(request["TableName"])
    source = request["InputS3Configuration"]
    missing = _missing(site, source)
    if missing or table is None:
        told |= {"BulkOperationStatus": "FAILED", "FailureCode": missing or "TableNotFound", "FailureMessage": "Gone."}
        return
    for record in _records(site, source, source):
        told["ProcessedItemCount"] += 1
        if record is None or not _has_key(table, record["Item"]):
            told["FailedItemCount"] += 1
            _report(site, request["OutputS3Configuration"], told["BulkOperationArn"], record)
        else:
            _put(site, table, record)
    told["BulkOperationStatus"] = "COMPLETED_WITH_ERRORS" if told["FailedItemCount"] else "COMPLETED"


def _report(site: Site, place: Json, arn: str, record: Json | None) -> None:
    """One line of a report; the layout is worded here, what the guide says of it is that it names the operation."""
    key = f"{place.get('S3KeyPrefix', '')}{arn.rpartition('/')[2]}/ERROR/1.json"
    bucket = site.buckets.get(place["S3Bucket"])
    if bucket is not None:
        line = json.dumps({**(record or {}), "ErrorMessage": "One of the required keys was not given a value"})
        bucket[key] = bucket.get(key, b"") + line.encode() + b"\n"


def _missing(site: Site, place: Json) -> str:
    bucket = site.buckets.get(place["S3Bucket"])
    if bucket is None:
        return "S3NoSuchBucket"
    return "" if any(key.startswith(place.get("S3KeyPrefix", "")) for key in bucket) else "S3NoSuchKey"


def _records(site: Site, place: Json, how: Json) -> Iterator[Json | None]:
    """The records of all objects: an Item, with a condition where it has one; None for what is none."""
    for key, body in sorted(site.buckets[place["S3Bucket"]].items()):
        if not key.startswith(place.get("S3KeyPrefix", "")):
            continue
        text = (gzip.decompress(body) if how.get("InputCompressionType") == "GZIP" else body).decode()
        if how["InputFormat"] == "CSV":
            yield from _csv(text, how)
            continue
        for line in text.splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            yield record if isinstance(record, dict) and "Item" in record else None


def _csv(text: str, how: Json) -> Iterator[Json | None]:
    options = how.get("InputFormatOptions", {}).get("Csv", {})
    rows = list(csv.reader(io.StringIO(text), delimiter=options.get("Delimiter", ",")))
    header = options.get("HeaderList") or rows.pop(0)
    types = {d["AttributeName"]: d["AttributeType"] for d in how["TableCreationParameters"]["AttributeDefinitions"]}
    for row in rows:
        # Every column that is no key is a text (G).
        cells = {name: {types.get(name, "S"): cell} for name, cell in zip(header, row, strict=False) if cell}
        yield {"Item": cells} if len(row) == len(header) else None


def _has_key(table: Table, item: Json) -> bool:
    names = [element["AttributeName"] for element in table.key_schema]
    return all(name in item and table.types[name] in item[name] for name in names)


def _put(site: Site, table: Table, record: Json) -> bool:
    """Write one row; a condition that does not hold is no error."""
    if site.items is not None:
        body = json.dumps({**record, "TableName": twin(table)}).encode()
        status, answer = site.items.send("PutItem", body)
        return status == 200 or b"ConditionalCheckFailed" in answer
    condition = record.get("ConditionExpression", "")
    if condition and not condition.startswith("attribute_not_exists("):
        raise Refusal(_V, f"The fake knows no condition {condition}", source="design")
    rows = site.importers.rows.setdefault(table.table_id, {})
    names = [element["AttributeName"] for element in table.key_schema]
    key = json.dumps([record["Item"][name] for name in names])
    if not condition or key not in rows:
        rows[key] = record["Item"]
    return True


OPERATIONS = {
    "ImportTable": import_table,
    "DescribeImport": describe_import,
    "ListImports": list_imports,
    "StartBulkPutItems": start_bulk_put,
    "DescribeBulkOperation": describe_bulk_operation,
    "ListBulkOperations": list_bulk_operations,
}
