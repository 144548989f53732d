"""What a plan costs on AWS, in units and in money, from the rates, sizes and volumes that it states."""

from __future__ import annotations

from planner.cost.changing import CostChange, TableCost, cost_change
from planner.cost.estimating import Sensitivity, estimate, sensitivity
from planner.cost.prices import DEFAULT_REGION, PRICES, PRICES_OF, SOURCE, Prices
from planner.cost.values import Estimate, Kind, Part, Unknown

__all__ = [
    "DEFAULT_REGION",
    "PRICES",
    "PRICES_OF",
    "SOURCE",
    "CostChange",
    "Estimate",
    "Kind",
    "Part",
    "Prices",
    "Sensitivity",
    "TableCost",
    "Unknown",
    "cost_change",
    "estimate",
    "sensitivity",
]
