"""What the parts of a plan cost, for its picture."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.picture.model import CostLine, Costs

if TYPE_CHECKING:
    from planner.cost import Estimate


def costs_of(estimate: Estimate) -> Costs:
    """The monthly costs by what is billed and what causes it, the dearest first; then what is not known."""
    sums: dict[tuple[str, str], Decimal] = {}
    for part in estimate.monthly:
        if part.money is not None and part.billed:
            key = (part.resource, part.cause)
            sums[key] = sums.get(key, Decimal(0)) + part.money
    known = sorted(sums.items(), key=lambda entry: -entry[1])
    lines = [CostLine(address=resource, cause=cause, money=money) for (resource, cause), money in known]
    lines += [CostLine(address=one.address, cause=one.address, missing=one.missing) for one in estimate.unknown]
    return Costs(region=estimate.region, total=estimate.total, lines=tuple(lines))
