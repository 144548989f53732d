"""A plan read, checked and judged by the design rules: the one way by which commands and the library see a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.diagnostics import Report
from planner.rule_settings import DEFAULT
from planner.waivers import waive

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.diagnostics import Diagnostic
    from planner.plan import Plan
    from planner.reading import PlanSource
    from planner.reading.row_problems import RowPolicy
    from planner.rule_settings import RuleSettings
    from planner.waivers import Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one plan in one environment.

    Attributes:
        checked: The plan; None when the report holds an error.
        report: Every finding that no waiver lets pass, with the severity that the project gives it.
        waivers: The plan's waivers.
        used: Those that let a finding pass.
    """

    checked: CheckedPlan | None
    report: Report
    waivers: tuple[Waiver, ...] = ()
    used: frozenset[Waiver] = frozenset()


def judge(
    source: PlanSource,
    environment: str | None,
    settings: RuleSettings = DEFAULT,
    policy: RowPolicy | None = None,
) -> Judged:
    """Read, check and judge one plan.

    Args:
        source: Its files.
        environment: The environment's name; None for the plan as it stands.
        settings: What the project sets.
        policy: What happens to bad rows of seeds.
    """
    from planner.checks import check  # noqa: PLC0415 - importing values should not bring the checks with it
    from planner.reading import read_plan  # noqa: PLC0415 - nor the YAML parser

    plan, found = read_plan(source, environment)
    checked = None if plan is None else check(plan, found, quotas=settings.quotas, policy=policy)
    findings: list[Diagnostic] = list(found)
    if plan is not None and checked is not None:
        findings += _linted(source, plan, checked, settings, policy)
    settled = [one for one in map(settings.apply, findings) if one is not None]
    report = Report()
    if plan is None:
        report.extend(settled)
        return Judged(checked=None, report=report)
    used = waive(settled, plan.waivers, report)
    return Judged(
        checked=None if report.has_errors else checked,
        report=report,
        waivers=plan.waivers,
        used=used,
    )


def _linted(
    source: PlanSource,
    plan: Plan,
    checked: CheckedPlan,
    settings: RuleSettings,
    policy: RowPolicy | None,
) -> tuple[Diagnostic, ...]:
    """The rules' findings; an environment without seeds or transactions is judged with the plan's own."""
    from planner.checks import check  # noqa: PLC0415 - as above
    from planner.reading import read_plan  # noqa: PLC0415 - as above
    from planner.rules import lint  # noqa: PLC0415 - the rules are many, and wanted only where a plan has no error

    if plan.environment is not None:
        whole, _ = read_plan(source, plan.environment, own_data=True)
        differs = whole is not None and (set(whole.seeds), set(whole.transactions)) != (
            set(plan.seeds),
            set(plan.transactions),
        )
        if whole is not None and differs:
            own = check(whole, Report(), quotas=settings.quotas, policy=policy)
            checked = checked if own is None else own
    return lint(checked, settings)
