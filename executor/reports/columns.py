"""What columns a source's items make: DynamoDB's types become SQL's, and no number loses a digit.

| the attribute holds | the column |
|---|---|
| S | VARCHAR |
| N, whole numbers only | BIGINT up to 18 digits, else HUGEINT |
| N | DECIMAL(38, s), s the most digits after the point that any number of the report has |
| N that 38 digits do not hold | VARCHAR |
| BOOL | BOOLEAN |
| B | BLOB |
| L, M, SS, NS, BS | JSON, numbers with all their digits |
| several of these | VARCHAR |

One scale for all, and no DECIMAL without digits after the point, since DuckDB rounds where UNION, CASE or COALESCE put
DECIMAL(38, 2) and DECIMAL(38, 0) together: it keeps the smaller scale. Whole numbers as integers it widens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from executor.reports.errors import ReportError
from planner.values import MAX_DIGITS, AttributeValue, Item, canonical_number, plain

MAX_COLUMNS = 1000
MAX_BIGINT_DIGITS = 18
_NESTED = frozenset({"L", "M", "SS", "NS", "BS"})
_TYPES = {"S": "VARCHAR", "BOOL": "BOOLEAN", "B": "BLOB"}


@dataclass(slots=True)
class _Seen:
    """What items showed of one attribute."""

    column: str
    kinds: set[str] = field(default_factory=set)
    whole_digits: int = 0
    places: int = 0

    def note(self, kind: str, text: str) -> None:
        self.kinds.add(kind)
        if kind == "N":
            number = Decimal(text)
            exponent = number.as_tuple().exponent
            self.places = max(self.places, -exponent if isinstance(exponent, int) else 0)
            self.whole_digits = max(self.whole_digits, number.adjusted() + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a source.

    Attributes:
        field: Its name in the file of rows.
        name: Its name in SQL.
        type: In SQL's words.
    """

    field: str
    name: str
    type: str


class Columns:
    """The columns of one source, learnt while its items go by.

    Args:
        declared: Types by attribute, as the report says.
        known: Attributes that are columns in any case, with their DynamoDB types, or none.
    """

    def __init__(self, declared: Mapping[str, str], known: Mapping[str, str]) -> None:
        self._declared = declared
        self._seen: dict[str, _Seen] = {}
        for name, kind in known.items():
            seen = self._of(name)
            if kind:
                seen.kinds.add(kind)
        for name in declared:
            self._of(name)

    def row(self, item: Item) -> dict[str, str]:
        """An item as a row of texts; an attribute that is absent or null is no member.

        Raises:
            ReportError: There are more attributes than a table has columns.
        """
        row = {}
        for name, value in item.items():
            ((kind, _),) = value.items()
            seen = self._of(name)
            if kind == "NULL":
                continue
            text = _text(value)
            seen.note(kind, text)
            row[seen.column] = text
        return row

    def _of(self, name: str) -> _Seen:
        seen = self._seen.get(name)
        if seen is None:
            if len(self._seen) == MAX_COLUMNS:
                raise ReportError(
                    f"its items have more than {MAX_COLUMNS:,} different attributes. Give the query a `projection` "
                    "with those that the report needs."
                )
            seen = self._seen[name] = _Seen(f"c{len(self._seen)}")
        return seen

    @property
    def places(self) -> int:
        """The most digits after the point that any number has whose type is not declared and that a DECIMAL holds."""
        numbers = (seen for name, seen in self._seen.items() if name not in self._declared and seen.kinds == {"N"})
        return max((seen.places for seen in numbers if _digits(seen) <= MAX_DIGITS), default=0)

    def settled(self, places: int) -> tuple[tuple[Column, ...], tuple[str, ...]]:
        """The columns by name, and notes on what SQL cannot show as it is.

        Args:
            places: Digits after the point of every DECIMAL of the report.

        Raises:
            ReportError: A declared type would lose digits.
        """
        columns, notes = [], []
        taken: set[str] = set()
        for name in sorted(self._seen):
            seen = self._seen[name]
            kind, note = self._type(name, seen, places)
            column = _free(name, taken)
            taken.add(column.lower())
            columns.append(Column(field=seen.column, name=column, type=kind))
            notes += [note] if note else []
            if column != name:
                notes.append(f"the attribute {name} is the column {column}: SQL does not tell upper from lower case")
        return tuple(columns), tuple(notes)

    def _type(self, name: str, seen: _Seen, places: int) -> tuple[str, str]:
        declared = self._declared.get(name)
        if declared is not None:
            _check_digits(name, declared, seen)
            return declared, ""
        if seen.kinds == {"N"}:
            return _number(name, seen, places)
        if seen.kinds and seen.kinds <= _NESTED:
            return "JSON", ""
        if len(seen.kinds) > 1:
            return "VARCHAR", f"{name} is text: items have it as {', '.join(sorted(seen.kinds))}"
        return _TYPES[next(iter(seen.kinds))] if seen.kinds else "VARCHAR", ""


def _digits(seen: _Seen) -> int:
    return max(seen.whole_digits, 0) + seen.places


def _number(name: str, seen: _Seen, places: int) -> tuple[str, str]:
    if _digits(seen) > MAX_DIGITS:
        return "VARCHAR", (
            f"{name} is text: its numbers have up to {max(seen.whole_digits, 0)} digits before and {seen.places} after "
            f"the point, and a DECIMAL has {MAX_DIGITS} in all. CAST({name} AS DOUBLE) computes with 15 digits of them"
        )
    if not seen.places:
        return ("BIGINT" if seen.whole_digits <= MAX_BIGINT_DIGITS else "HUGEINT"), ""
    if max(seen.whole_digits, 0) + places <= MAX_DIGITS:
        return f"DECIMAL({MAX_DIGITS},{places})", ""
    return f"DECIMAL({MAX_DIGITS},{seen.places})", (
        f"{name} has {seen.places} digits after the point, and other numbers of the report {places}: CAST both to one "
        "type where UNION, CASE or COALESCE put them together, or DuckDB rounds"
    )


def _check_digits(name: str, declared: str, seen: _Seen) -> None:
    """A declared type may refuse a value, but never round it; DOUBLE says of itself that it does."""
    if declared == "BIGINT":
        whole, places = MAX_BIGINT_DIGITS, 0
    elif declared.startswith("DECIMAL"):
        width, places = (int(part) for part in declared[len("DECIMAL(") : -1].split(","))
        whole = width - places
    else:
        return
    if seen.places > places or seen.whole_digits > whole:
        raise ReportError(
            f"{name} is declared as {declared}, and its numbers have up to {max(seen.whole_digits, 0)} digits before "
            f"and {seen.places} after the point. Declare a type that holds them, or none."
        )


def _free(name: str, taken: set[str]) -> str:
    column, number = name, 1
    while column.lower() in taken:
        number += 1
        column = f"{name}_{number}"
    return column


def _text(value: AttributeValue) -> str:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "B":
            return str(content)
        case "N":
            return canonical_number(content)
        case "BOOL":
            return "true" if content else "false"
        case _:
            return exact_json(plain(value))


def exact_json(value: Any) -> str:
    """Plain JSON with every digit of every number."""
    return "".join(_pieces(value))


def _pieces(value: Any) -> Iterator[str]:
    match value:
        case Decimal():
            yield canonical_number(str(value))
        case dict():
            yield "{"
            for number, (name, member) in enumerate(value.items()):
                yield f"{', ' if number else ''}{json.dumps(name)}: "
                yield from _pieces(member)
            yield "}"
        case list():
            yield "["
            for number, member in enumerate(value):
                yield ", " if number else ""
                yield from _pieces(member)
            yield "]"
        case _:
            yield json.dumps(value)


def rows(items: Iterable[Item], columns: Columns) -> Iterator[str]:
    """Items as lines of the file of rows."""
    for item in items:
        yield json.dumps(columns.row(item)) + "\n"
