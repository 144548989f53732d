"""The pure half of ddbplan: text -> plan -> checked plan -> desired state; (desired, live) -> diff -> steps.

The names below are loaded when they are first used, so that importing this package costs next to nothing. The diff
itself is ``planner.diff.diff``: its module bears its name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.checks import check
    from planner.desired import desired_state
    from planner.diagnostics import Diagnostic, Position, Report, Severity
    from planner.loading import Loaded, load_plan
    from planner.reading.discovery import find_plans
    from planner.reading.document import PlanSource
    from planner.reading.plan import check_together, environments, read_plan
    from planner.schema import plan_schema

_HOME = {
    "CheckedPlan": "planner.checked",
    "Diagnostic": "planner.diagnostics",
    "Loaded": "planner.loading",
    "PlanSource": "planner.reading",
    "Position": "planner.diagnostics",
    "Report": "planner.diagnostics",
    "Severity": "planner.diagnostics",
    "check": "planner.checks",
    "check_together": "planner.reading",
    "desired_state": "planner.desired",
    "environments": "planner.reading",
    "find_plans": "planner.reading",
    "load_plan": "planner.loading",
    "plan_schema": "planner.schema",
    "read_plan": "planner.reading",
}

__all__ = [
    "CheckedPlan",
    "Diagnostic",
    "Loaded",
    "PlanSource",
    "Position",
    "Report",
    "Severity",
    "check",
    "check_together",
    "desired_state",
    "environments",
    "find_plans",
    "load_plan",
    "plan_schema",
    "read_plan",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
