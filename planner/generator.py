"""Generated rows: what a plan says of them, and the chance that they are made by.

Chance is no sequence but a function: a draw depends on the generator's ``random_seed``, the table, the place of the
value in the item and the number of the row, and on nothing else. So rows are the same on every machine and in every
version of Python, any row can be made without those before it, and an attribute that is added changes no other one. A
draw is BLAKE2b of 16 bytes over ``ddbplan-generate/1``, the seed, the table, the place and the row's number, each
followed by a line feed, read as one big-endian number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from planner.diagnostics import Position
from planner.values import AttributeValue, Json

_FORMAT = "ddbplan-generate/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """The same value in every row."""

    value: AttributeValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a template: text as it stands, or what stands in braces.

    Attributes:
        text: The text, or the name in braces: ``row`` or an attribute that stands before it.
        is_name: It stood in braces.
        width: Zeros are put before a number up to so many digits.
    """

    text: str
    is_name: bool = False
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text with the row's number or earlier attributes in it."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNumber:
    """A number that grows by one from row to row."""

    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of some values, by weight."""

    makers: tuple[Maker, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A number from ``low`` to ``high``, both among them, in steps of ten to the minus ``digits``; both are scaled."""

    low: int
    high: int
    digits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date as text, ``2026-01-31``."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A second in UTC: as text, ``2026-01-31T09:00:00Z``, or as seconds since 1970."""

    first: datetime
    last: datetime
    epoch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Small letters and the digits 2 to 7, or bytes."""

    least: int
    most: int
    binary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Uuid:
    """A version 4 UUID as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A key attribute of a row of another seed.

    Attributes:
        table: The other table's name in the plan.
        attribute: One of its key attributes.
        order: ``random``, or ``in_turn``: the first row for the first row, and from the beginning again.
        position: Where it stands.
    """

    table: str
    attribute: str
    order: Literal["random", "in_turn"]
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a method of Faker makes."""

    method: str
    arguments: Mapping[str, Json]
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """A map."""

    members: Mapping[str, Maker]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """A list: of these elements, or of one maker so many times."""

    makers: tuple[Maker, ...]
    least: int = 0
    most: int = 0
    repeated: bool = False


Maker = (
    Constant
    | Template
    | RowNumber
    | Choice
    | Whole
    | Day
    | Moment
    | Letters
    | Uuid
    | Reference
    | Made
    | Members
    | Elements
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """What makes a seed's rows.

    Attributes:
        table: The table's name in the plan: part of every draw.
        count: How many rows.
        random_seed: Where chance begins.
        item: What makes each attribute, in order.
        locale: Faker's language.
        position: Where it stands.
    """

    table: str
    count: int
    random_seed: int
    item: Mapping[str, Maker]
    locale: str
    position: Position = field(compare=False)

    def draw(self, place: str, row: int) -> int:
        """A number of 128 bits for one value of one row.

        Args:
            place: The attribute and, inside it, the path to the value.
            row: Counted from 1.
        """
        text = f"{_FORMAT}\n{self.random_seed}\n{self.table}\n{place}\n{row}\n"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")

    def draw_bytes(self, place: str, row: int, size: int) -> bytes:
        """As many bytes by chance, from SHAKE128 over the same text."""
        text = f"{_FORMAT}\n{self.random_seed}\n{self.table}\n{place}\n{row}\n"
        return hashlib.shake_128(text.encode()).digest(size)
