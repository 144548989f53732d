"""Amazon Ion files, text or binary, such as DynamoDB exports: one structure after another."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.codes import reading as codes
from planner.codes import sources
from planner.diagnostics import Position
from planner.plan import SeedItem
from planner.reading.dynamodb_json import MAX_LEVELS, InvalidValueError, checked_value
from planner.reading.row_problems import RowProblems
from planner.reading.sources.opening import opened
from planner.values import AttributeValue

_FIX = 'Write a row as `{id: "x"}`, or as DynamoDB exports it, `{Item: {id: "x"}}`.'
_SETS = {"$dynamodb_SS": "SS", "$dynamodb_NS": "NS", "$dynamodb_BS": "BS"}


def read_ion(path: Path, shown: str, problems: RowProblems) -> Iterator[SeedItem]:
    """The rows of an Ion file; a row's line is its number in the file.

    Args:
        path: The file, packed or not.
        shown: Its name in messages.
        problems: Takes what cannot be read, and that the library for it is not installed.
    """
    try:
        from amazon.ion import simpleion  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
        from amazon.ion.exceptions import IonException  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    except ImportError:
        what = f"`{shown}` is an Ion file, and amazon.ion, which reads it, is not installed"
        problems.of_file(sources.NEEDS_EXTRA, None, what, "Install `ddbplan[ion]`.")
        return
    with opened(path, shown, problems) as stream:
        number = 0
        try:
            for value in simpleion.load(stream, single_value=False, parse_eagerly=False):
                number += 1
                yield from _row(value, Position(shown, number, 1), problems)
        except (IonException, ValueError, TypeError, RecursionError) as problem:
            what = f"`{shown}` cannot be read on after row {number}: {str(problem)[:160]}"
            problems.of_file(codes.BAD_ROW, Position(shown, number + 1, 1), what, "Write one structure after another.")


def _row(value: Any, position: Position, problems: RowProblems) -> Iterator[SeedItem]:
    try:
        given = _structure(value)
        if set(given) == {"Item"}:
            given = _structure(given["Item"])
        item = {str(name): checked_value(_value(member, 1)) for name, member in given.items()}
    except InvalidValueError as problem:
        problems.bad_text(position, f"row {position.line}: {problem}", _FIX, repr(value)[:100_000])
        return
    yield SeedItem(item=item, position=position)


def _structure(value: Any) -> Any:
    """The value, if it is a structure whose names differ; the library's own kind of mapping."""
    if not isinstance(value, Mapping):
        raise InvalidValueError("a row is a structure of attributes")
    structure: Any = value
    for name in structure:
        if len(structure.get_all_values(name)) > 1:
            raise InvalidValueError(f"`{str(name)[:60]}` stands twice in one structure")
    return structure


def _value(value: Any, level: int) -> AttributeValue:  # noqa: C901, PLR0911, PLR0912 - one case for each type
    from amazon.ion.core import IonType  # type: ignore[import-untyped]  # noqa: PLC0415 - loaded by the caller already
    from amazon.ion.simple_types import IonPyNull  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    if level > MAX_LEVELS:
        raise InvalidValueError(f"it is nested more than {MAX_LEVELS} deep")
    # `null.string` is of the type string and null all the same.
    kind = IonType.NULL if isinstance(value, IonPyNull) else getattr(value, "ion_type", None)
    match kind:
        case IonType.NULL:
            return {"NULL": True}
        case IonType.BOOL:
            return {"BOOL": bool(value)}
        case IonType.INT:
            return {"N": str(int(value))}
        case IonType.DECIMAL:
            return {"N": str(Decimal(value))}
        case IonType.FLOAT:
            if not math.isfinite(value):
                raise InvalidValueError(f"{float(value)} is no number")
            return {"N": repr(float(value))}
        case IonType.STRING:
            return {"S": str(value)}
        case IonType.SYMBOL:
            return {"S": str(value.text)}
        case IonType.TIMESTAMP:
            return {"S": value.isoformat()}
        case IonType.BLOB | IonType.CLOB:
            return {"B": base64.b64encode(bytes(value)).decode("ascii")}
        case IonType.LIST | IonType.SEXP:
            return _list(value, level)
        case IonType.STRUCT:
            return {"M": {str(name): _value(member, level + 1) for name, member in _structure(value).items()}}
        case _:
            raise InvalidValueError(f"{kind} is no kind of value that DynamoDB has")


def _list(value: Any, level: int) -> AttributeValue:
    members = [_value(member, level + 1) for member in value]
    for annotation in value.ion_annotations:
        kind = _SETS.get(str(getattr(annotation, "text", annotation)))
        if kind is not None:
            return {kind: [next(iter(member.values())) for member in members]}
    return {"L": members}
