"""An estimate as values: disjoint parts that add up, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Kind(StrEnum):
    """What is counted; the unit of ``Part.quantity``."""

    READ = "read units"
    WRITE = "write units"
    CAPACITY_READ = "read unit-hours"
    CAPACITY_WRITE = "write unit-hours"
    STORAGE = "GB stored"
    RECOVERY = "GB recoverable"
    STREAM = "changes sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that is billed.

    Attributes:
        cause: The address of what makes it: a query, transaction or seed, or the table or index itself.
        resource: The address of the table or index that it is billed for.
        kind: What is counted.
        quantity: How much of it, in a month or once.
        money: US dollars; None where the price is not known, or nothing is billed for it.
        billed: False where provisioned capacity pays for it.
        how: The reckoning, in few words.
        region: The Region of a replica; empty for the table's own.
    """

    cause: str
    resource: str
    kind: Kind
    quantity: Decimal
    money: Decimal | None
    billed: bool = True
    how: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What an estimate lacks.

    Attributes:
        address: What it is about.
        missing: What lacks, such as ``rate``.
        fix: What would make it known.
    """

    address: str
    missing: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a plan costs.

    Attributes:
        region: Whose prices these are.
        monthly: What is billed every month.
        once: What is billed once: loading the seeds.
        fills: What filling each global index would cost, were it added to the table when it is full.
        unknown: What lacks an input or a price; none of it is in a sum.
        notes: What a reader should know, such as capacity that is too small.
    """

    region: str
    monthly: tuple[Part, ...]
    once: tuple[Part, ...]
    fills: tuple[Part, ...]
    unknown: tuple[Unknown, ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> Decimal:
        """US dollars a month, as far as it is known."""
        return total(self.monthly)

    def by_cause(self) -> tuple[tuple[str, Decimal], ...]:
        """US dollars a month by what makes them, the dearest first."""
        return _ranked((part.cause, part) for part in self.monthly)

    def by_resource(self) -> tuple[tuple[str, Decimal], ...]:
        """US dollars a month by the table or index that they are billed for, the dearest first."""
        return _ranked((part.resource, part) for part in self.monthly)


def total(parts: Iterable[Part]) -> Decimal:
    """US dollars, as far as they are known."""
    return sum((part.money for part in parts if part.money is not None), ZERO)


def _ranked(named: Iterable[tuple[str, Part]]) -> tuple[tuple[str, Decimal], ...]:
    sums: dict[str, Decimal] = {}
    for name, part in named:
        sums[name] = sums.get(name, ZERO) + (part.money or ZERO)
    return tuple(sorted(sums.items(), key=lambda entry: (-entry[1], entry[0])))
