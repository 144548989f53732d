"""Parquet files: a few rows at a time, each value as the file's own types say."""

from __future__ import annotations

import base64
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast

from planner.codes import reading as codes
from planner.codes import sources
from planner.diagnostics import Position
from planner.plan import SeedItem
from planner.reading.dynamodb_json import InvalidValueError
from planner.reading.row_problems import RowProblems
from planner.reading.sources.opening import COMPRESSIONS, UnreadableError, opened
from planner.values import AttributeValue, canonical_number

_BATCH_ROWS = 1000
_PART_BYTES = 1024 * 1024
MAX_UNPACKED_BYTES = 4 * 1024**3
"""Of a packed file, which has to be copied to disk; Parquet is packed inside, so that packing it again gains little."""
_FIX = "Write the column as text, whole numbers, decimals or bytes, which DynamoDB holds exactly."


def read_parquet(path: Path, shown: str, problems: RowProblems, empty: str) -> Iterator[SeedItem]:
    """The rows of a Parquet file; a row's line is its number in the file.

    Args:
        path: The file, packed or not.
        shown: Its name in messages.
        problems: Takes what cannot be read, and that the library for it is not installed.
        empty: What a missing value becomes: ``absent`` or ``null``.
    """
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, and slow to load
        import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    except ImportError:
        what = f"`{shown}` is a Parquet file, and pyarrow, which reads it, is not installed"
        problems.of_file(sources.NEEDS_EXTRA, None, what, "Install `ddbplan[parquet]`.")
        return
    with opened(path, shown, problems) as stream:
        try:
            with (
                _seekable(stream, path, shown, problems) as seekable,
                pq.ParquetFile(seekable, pre_buffer=False) as file,
            ):
                number = 0
                for batch in file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
                    for row in batch.to_pylist():
                        number += 1
                        yield from _row(row, Position(shown, number, 1), problems, empty)
        except (pa.ArrowException, ValueError, OverflowError) as problem:
            what = f"`{shown}` cannot be read as Parquet: {str(problem).splitlines()[0][:160] if str(problem) else ''}"
            problems.of_file(codes.BAD_ROW, None, what, "Check that the file is whole; make or fetch it again.")


@contextmanager
def _seekable(stream: BinaryIO, path: Path, shown: str, problems: RowProblems) -> Iterator[BinaryIO]:
    """The file, or where it is packed a copy on disk: a Parquet file is read from its end."""
    if path.suffix.lower() not in COMPRESSIONS:
        yield stream
        return
    with tempfile.TemporaryFile(prefix="ddbplan-") as copy:
        while part := stream.read(_PART_BYTES):
            if copy.tell() + len(part) > MAX_UNPACKED_BYTES:
                what = f"`{shown}` unpacks to more than {MAX_UNPACKED_BYTES:,} bytes"
                problems.of_file(codes.TOO_LARGE, None, what, "Unpack it, and name the .parquet file in the seed.")
                raise UnreadableError
            copy.write(part)
        copy.seek(0)
        yield cast("BinaryIO", copy)


def _row(row: dict[str, Any], position: Position, problems: RowProblems, empty: str) -> Iterator[SeedItem]:
    item: dict[str, AttributeValue] = {}
    try:
        for name, value in row.items():
            if value is not None:
                item[name] = _value(value)
            elif empty == "null":
                item[name] = {"NULL": True}
    except InvalidValueError as problem:
        problems.bad_text(position, f"row {position.line}, `{name[:60]}`: {problem}", _FIX, repr(row)[:100_000])
        return
    yield SeedItem(item=item, position=position)


def _value(value: Any) -> AttributeValue:  # noqa: C901, PLR0911 - one case for each type
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": _number(str(value))}
        case float():
            return {"N": _number(_float(value))}
        case bytes():
            return {"B": base64.b64encode(value).decode("ascii")}
        case datetime() | date() | time():
            return {"S": value.isoformat()}
        case dict():
            return {"M": {str(name): _value(member) for name, member in value.items()}}
        case list():
            return {"L": [_value(member) for member in value]}
        case tuple():
            # A pair of a Parquet map.
            return {"L": [_value(member) for member in value]}
        case _:
            raise InvalidValueError(f"{type(value).__name__} is no kind of value that DynamoDB has")


def _float(value: float) -> str:
    """The shortest text of the number that the file holds: it is a float there already."""
    if not math.isfinite(value):
        raise InvalidValueError(f"{value} is no number")
    return repr(value)


def _number(text: str) -> str:
    try:
        canonical_number(text)
    except ValueError as problem:
        raise InvalidValueError(str(problem)) from None
    return text
