"""What DynamoDB reports in S3 of rows that it could not write: reasons only, never what stands in a row."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

from executor.connection import CLIENT_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from executor.caller import Caller
    from planner.function_shapes import BulkErrors

SHOWN = 3
_OBJECTS = 20
_BYTES = 256 * 1024
_LONGEST = 200
_GZIP = b"\x1f\x8b"


def reported_errors(caller: Caller, place: BulkErrors, operation: str) -> list[str]:
    """The first different reasons in the reports of one operation; none where they cannot be read.

    Reading them is a courtesy: the credentials of an apply need not be allowed to. Whatever the reports look like,
    only members whose name speaks of an error, a reason or a message are shown.

    Args:
        caller: Whose target has the bucket.
        place: Where the reports are.
        operation: The operation's ARN; its last part stands in the reports' names.
    """
    found: dict[str, None] = {}
    try:
        for body in _reports(caller, place, operation.rpartition("/")[2]):
            for reason in _reasons(body):
                found[reason] = None
                if len(found) == SHOWN:
                    return list(found)
    except CLIENT_ERRORS:
        return list(found)
    return list(found)


def _reports(caller: Caller, place: BulkErrors, operation: str) -> Iterator[bytes]:
    client = caller.clients.s3
    owner = {"ExpectedBucketOwner": place.S3BucketOwner} if place.S3BucketOwner else {}
    page = client.list_objects_v2(Bucket=place.S3Bucket, Prefix=place.S3KeyPrefix or "", **owner)
    keys = [entry["Key"] for entry in page.get("Contents", ()) if operation in entry["Key"]]
    for key in sorted(keys)[:_OBJECTS]:
        answer = client.get_object(Bucket=place.S3Bucket, Key=key, Range=f"bytes=0-{_BYTES - 1}", **owner)
        yield _unpacked(answer["Body"].read(_BYTES))


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        # The first part of a packed object only: its end is missing, and what is there is enough.
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(body, _BYTES)
    except (zlib.error, gzip.BadGzipFile):
        return b""


def _reasons(body: bytes) -> Iterator[str]:
    for line in body.decode(errors="replace").splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            yield from _texts(record)


def _texts(record: dict[str, Any]) -> Iterator[str]:
    for name, value in record.items():
        if not any(word in name.lower() for word in ("error", "message", "reason")):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one:
                yield one[:_LONGEST]
