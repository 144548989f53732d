"""From what was typed to checked plans: found, read, checked, with every problem at once."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ddbplan.failures import Failure
from ddbplan.options import variables_given
from planner.diagnostics import Diagnostic, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from executor.reports.checking import SqlChecker
    from planner.checked import CheckedPlan
    from planner.reading import PlanSource
    from planner.reading.row_problems import RowPolicy
    from planner.reports import SqlReport
    from planner.rule_settings import RuleSettings


class InvalidPlansError(Failure):
    """Plans have errors, so that nothing can be done with them.

    Attributes:
        diagnostics: All that was found.
    """

    def __init__(
        self, diagnostics: Sequence[Diagnostic], message: str = "The plan has errors, so nothing was done."
    ) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """One plan after every check in every environment.

    Attributes:
        name: Its path as shown to people.
        environments: Names of its environments.
        diagnostics: What was found.
    """

    name: str
    environments: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        """Whether it can be used."""
        return any(found.severity == "error" for found in self.diagnostics)


def find(arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> tuple[PlanSource, ...]:
    """The plans that the arguments name; without any, all of the folder.

    Args:
        arguments: As typed.
        variables: Values of the plans' variables; None for those that were typed with --set.

    Raises:
        InvalidPlansError: One of them cannot be found or read.
    """
    from planner.reading import find_plans  # noqa: PLC0415 - reading brings YAML

    sources, report = find_plans(arguments, Path.cwd())
    if report.has_errors:
        raise InvalidPlansError(report.sorted(), "No plan was read, so nothing was done.")
    given = variables_given() if variables is None else variables
    return tuple(replace(source, variables=given) for source in sources) if given else sources


def rule_settings() -> RuleSettings:
    """What ``ddbplan.toml`` of the working folder sets for the rules.

    Raises:
        InvalidPlansError: It holds a mistake.
    """
    from planner.codes import catalogue  # noqa: PLC0415 - as above
    from planner.reading.project import read_rule_settings  # noqa: PLC0415 - as above

    report = Report()
    settings = read_rule_settings(Path.cwd(), report, catalogue)
    if report.has_errors:
        raise InvalidPlansError(report.sorted(), "ddbplan.toml has errors, so nothing was done.")
    return settings


def validate(sources: Sequence[PlanSource], policy: RowPolicy | None = None) -> tuple[Validated, ...]:
    """Check each plan as it stands and in each of its environments, and the plans beside each other.

    Args:
        sources: The plans.
        policy: What happens to bad rows of seeds.

    Raises:
        InvalidPlansError: ``ddbplan.toml`` holds a mistake.
    """
    from planner.reading import check_together, environments  # noqa: PLC0415 - as above

    settings = rule_settings()
    with _sql_checker(sources) as checker:
        reports = [_check_everywhere(source, settings, policy) for source in sources]
        if checker is not None:
            checker.check(_reports_of(sources, reports))
    if len(sources) > 1:
        for found in check_together(sources):
            # It is told with the plan whose line it points to.
            at = next((i for i, source in enumerate(sources) if _is_in(found, source)), len(sources) - 1)
            reports[at].extend([found])
    return tuple(
        Validated(name=source.name, environments=environments(source), diagnostics=report.sorted())
        for source, report in zip(sources, reports, strict=True)
    )


def _sql_checker(sources: Sequence[PlanSource]) -> contextlib.AbstractContextManager[SqlChecker | None]:
    """What checks the SQL of reports, where there may be any; it starts while the plans are read."""
    if not any(_mentions_reports(file) for source in sources for file in source.files):
        return contextlib.nullcontext()
    from executor.reports.checking import SqlChecker  # noqa: PLC0415 - only plans with reports need it

    return SqlChecker()


def _mentions_reports(file: Path) -> bool:
    try:
        return b"reports" in file.read_bytes()
    except OSError:
        return False  # the reader says why


def _reports_of(sources: Sequence[PlanSource], found: Sequence[Report]) -> Iterator[tuple[SqlReport, Report]]:
    """The reports of each plan that can be read, with what takes their problems. No environment changes them."""
    from planner.reading import read_plan  # noqa: PLC0415 - as above

    for source, report in zip(sources, found, strict=True):
        plan, _ = read_plan(source, None)
        for one in () if plan is None else plan.reports.values():
            yield one, report


def warnings_of(sources: Sequence[PlanSource]) -> tuple[Diagnostic, ...]:
    """What is to be said about plans that can be used, in whatever environment.

    Raises:
        InvalidPlansError: Plans have errors; all of all plans.
    """
    found = [one for validated in validate(sources) for one in validated.diagnostics]
    if any(one.severity == "error" for one in found):
        raise InvalidPlansError(found)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Plans that can be used.

    Attributes:
        plans: Checked, in the order in which they were named.
        warnings: What is to be said about them all the same.
        settings: What the project sets for the rules.
    """

    plans: tuple[CheckedPlan, ...]
    warnings: tuple[Diagnostic, ...]
    settings: RuleSettings


def load(sources: Sequence[PlanSource], environment: str | None, policy: RowPolicy | None = None) -> Loaded:
    """The plans, checked for one environment.

    Args:
        sources: The plans.
        environment: Its name, if one was given.
        policy: What happens to bad rows of seeds.

    Raises:
        Failure: A plan has environments and none was named.
        InvalidPlansError: Plans have errors; all of all plans.
    """
    if environment is None:
        _require_environment(sources)
    report = Report()
    settings = rule_settings()
    checked = [_check(source, environment, settings, report, policy) for source in sources]
    if len(sources) > 1:
        from planner.reading import check_together  # noqa: PLC0415 - as above

        report.extend(check_together(sources))
    usable = tuple(plan for plan in checked if plan is not None)
    if report.has_errors or len(usable) < len(sources):
        raise InvalidPlansError(report.sorted())
    return Loaded(plans=usable, warnings=report.sorted(), settings=settings)


def one(
    argument: str,
    environment: str | None,
    *,
    command: str,
    policy: RowPolicy | None = None,
) -> CheckedPlan:
    """The one plan that a command takes, checked; as ``load_one``."""
    return load_one(argument, environment, command=command, policy=policy).plans[0]


def load_one(
    argument: str,
    environment: str | None,
    *,
    command: str,
    policy: RowPolicy | None = None,
) -> Loaded:
    """The one plan that a command takes, checked, with what is to be said about it.

    Args:
        argument: As typed.
        environment: The environment, if one was named.
        command: The command's name, for the message.
        policy: What happens to bad rows of seeds.

    Raises:
        Failure: The argument names no plan or several; or as ``load``.
    """
    sources = find((argument,))
    if len(sources) != 1:
        names = ", ".join(source.name for source in sources) or "none"
        raise Failure(f"{command} takes one plan; {argument!r} holds {names}.")
    return load(sources, environment, policy)


def _check_everywhere(source: PlanSource, settings: RuleSettings, policy: RowPolicy | None) -> Report:
    from planner.judging import judge  # noqa: PLC0415 - as above
    from planner.reading import environments  # noqa: PLC0415 - as above
    from planner.waivers import report_unused  # noqa: PLC0415 - as above

    report = Report()
    judged = [judge(source, environment, settings, policy) for environment in (None, *environments(source))]
    for one in judged:
        report.extend(one.report)
    if all(one.checked is not None for one in judged):
        report_unused(judged[0].waivers, [waiver for one in judged for waiver in one.used], report)
    return report


def _check(
    source: PlanSource,
    environment: str | None,
    settings: RuleSettings,
    report: Report,
    policy: RowPolicy | None,
) -> CheckedPlan | None:
    from planner.judging import judge  # noqa: PLC0415 - as above

    judged = judge(source, environment, settings, policy)
    report.extend(judged.report)
    return judged.checked


def _is_in(found: Diagnostic, source: PlanSource) -> bool:
    file = found.position.file if found.position else ""
    return file == source.name or file.startswith(f"{source.name.rstrip('/')}/")


def _require_environment(sources: Sequence[PlanSource]) -> None:
    from planner.reading import environments  # noqa: PLC0415 - as above

    for source in sources:
        names = environments(source)
        if names:
            raise Failure(
                f"{source.name} has the environments {', '.join(names)}; say which one is meant with -e NAME.",
            )
