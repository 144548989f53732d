"""``source: s3://...`` of a seed, and the keys that only go with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from planner.bulk_source import BulkFormat, BulkSource, Compression, S3Place
from planner.codes import reading as codes
from planner.reading import grammar
from planner.reading.scope import listed

if TYPE_CHECKING:
    from planner.plan import Columns
    from planner.reading.typed import Fields

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""S3's guide, "General purpose bucket naming rules"."""
_OWNER = re.compile(r"[0-9]{12}")
_MOST_PREFIX = 1024
_ONLY_WITH_SOURCE = ("format", "compression", "bucket_owner", "errors", "errors_owner", "conditional")


def read_bulk_source(given: Fields, columns: Columns) -> BulkSource | None:
    """The rows in S3 that a seed names; None where it names none, or what it names cannot be.

    Args:
        given: The seed's keys.
        columns: How cells of CSV become values, as read.
    """
    if not given.has("source"):
        _refuse_strays(given)
        return None
    place = _place(given, "source", _owner(given, "bucket_owner"))
    form = given.choice("format", grammar.BULK_FORMATS)
    if place is not None and not given.has("format"):
        fix = f"Write `format: dynamodb_json`, or another of {listed(grammar.BULK_FORMATS)}."
        given.scope.error(codes.MISSING_KEY, given.position("source"), "rows in S3 need `format`", fix)
    errors = _place(given, "errors", _owner(given, "errors_owner"))
    if place is None or form is None:
        return None
    return BulkSource(
        place=place,
        format=cast("BulkFormat", form),
        compression=cast("Compression", given.choice("compression", grammar.COMPRESSIONS) or "none"),
        delimiter=columns.delimiter,
        columns=() if columns.header else tuple(columns.types),
        errors=errors,
        conditional=bool(given.boolean("conditional")),
    )


def _refuse_strays(given: Fields) -> None:
    for key in _ONLY_WITH_SOURCE:
        if given.has(key):
            fix = f"Leave `{key}` out, or name the objects by `source: s3://BUCKET/PREFIX`."
            given.scope.error(codes.CONFLICT, given.position(key), f"`{key}` goes with `source` only", fix)


def _owner(given: Fields, key: str) -> str:
    found = given.text(key)
    if found is None or _OWNER.fullmatch(found):
        return found or ""
    fix = 'Write the twelve digits of the account that owns the bucket, in quotes: "111122223333".'
    given.scope.error(codes.NOT_A_CHOICE, given.position(key), f"`{found}` is no account", fix)
    return ""


def _place(given: Fields, key: str, owner: str) -> S3Place | None:
    found = given.name(key)
    if found is None:
        return None
    bucket, _, prefix = found.removeprefix("s3://").partition("/")
    if found.startswith("s3://") and _BUCKET.fullmatch(bucket) and len(prefix.encode()) <= _MOST_PREFIX:
        return S3Place(bucket=bucket, prefix=prefix, owner=owner)
    fix = "Write `s3://BUCKET/PREFIX`."
    node = given.value(key)
    at = given.position(key) if node is None else node.position
    given.scope.error(codes.NOT_A_CHOICE, at, f"`{found}` is not an S3 address", fix)
    return None
