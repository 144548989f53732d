"""From a loaded plan to its picture, with findings and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.cost import DEFAULT_REGION, estimate
from planner.picture import draw
from planner.picture.costs import costs_of

if TYPE_CHECKING:
    from ddbplan.plans import Loaded
    from planner.picture import Picture


def picture_of(loaded: Loaded) -> Picture:
    """The picture of the one plan that was loaded; prices are those of its Region, else of the default one."""
    (checked,) = loaded.plans
    return draw(checked, loaded.warnings, costs_of(estimate(checked, checked.plan.region or DEFAULT_REGION)))
