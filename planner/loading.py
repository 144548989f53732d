"""One call from a plan's path to a checked plan, for those who use ddbplan as a library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.diagnostics import Diagnostic
from planner.judging import judge
from planner.reading import find_plans

if TYPE_CHECKING:
    from planner.checked import CheckedPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of loading a plan.

    Attributes:
        plan: The checked plan; None when the diagnostics hold an error.
        diagnostics: Every problem that was found, in the order of the text.
    """

    plan: CheckedPlan | None
    diagnostics: tuple[Diagnostic, ...]


def load_plan(path: str | Path, *, environment: str | None = None) -> Loaded:
    """Read and check one plan, and judge it by the design rules at their own severities.

    Args:
        path: A plan's file, or a folder that is one plan; relative to the working directory.
        environment: The environment's name; None for the plan as it stands.

    Returns:
        The checked plan and every diagnostic. Nothing is raised for a bad plan.

    Raises:
        ValueError: The folder holds several plans; name one of them.
    """
    sources, report = find_plans([str(path)], Path.cwd())
    if len(sources) > 1:
        raise ValueError(f"{path} holds {len(sources)} plans; load each by its file")
    checked = None
    if sources:
        judged = judge(sources[0], environment)
        report.extend(judged.report)
        checked = judged.checked
    return Loaded(plan=None if report.has_errors else checked, diagnostics=report.sorted())
