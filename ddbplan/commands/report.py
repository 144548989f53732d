"""``ddbplan report``."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.asked import Asked, missing_table
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import (
    TargetOptions,
    environment_option,
    format_option,
    names_completer,
    next_command,
    plan_argument,
    target_options,
)
from ddbplan.placeholders import report_values
from ddbplan.target import connected
from ddbplan.views.hints import write_next
from ddbplan.views.report import write_came_to, write_notes, write_report, write_reports

if TYPE_CHECKING:
    from executor.reports.running import ReportResult
    from planner.checked import CheckedPlan
    from planner.reports import CompiledReport

MOST_SECONDS = 3600.0
DEFAULT_SECONDS = 300.0


@click.command("report")
@plan_argument
@click.argument("name", required=False, shell_complete=names_completer("reports"))
@click.option(
    "--value", "values", multiple=True, metavar="[SOURCE.]NAME=VALUE", help="Read with this value; repeatable."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it here.")
@click.option(
    "--timeout",
    type=click.FloatRange(1, MOST_SECONDS),
    default=DEFAULT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long the SQL may run.",
)
@environment_option
@target_options
@format_option("table", "csv", "json", "parquet")
def command(
    plan: str,
    name: str | None,
    values: tuple[str, ...],
    output: Path | None,
    timeout: float,
    environment: str | None,
    target: TargetOptions,
    form: str,
) -> int:
    """Run a report of a plan: SQL over what its queries find.

    Without NAME, the plan's reports are listed. The queries read live data; DuckDB runs the SQL in a process that can
    reach nothing else. A --value goes to every source whose query has it, or to the one that is named.
    """
    checked = reading.one(plan, environment, command="report")
    if form == "parquet" and (output is None or name is None):
        raise click.UsageError("Parquet is a file of its own: name the report, and the file with -o FILE.")
    if name is None:
        write_reports(checked.plan.reports.values(), form)
        return Exit.DONE
    compiled = _compiled(checked, name, values)
    asked = Asked(plan=plan, environment=environment, target=target)
    _run(checked, compiled, asked, form, output, timeout)
    if form == "table" and output is None:
        write_next(next_command("report", plan, target=target, environment=environment))
    return Exit.DONE


def _run(
    checked: CheckedPlan, report: CompiledReport, asked: Asked, form: str, output: Path | None, seconds: float
) -> None:
    from executor.reports.errors import ReportError  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from executor.reports.process import LIMITS  # noqa: PLC0415 - likewise
    from executor.reports.running import run_report  # noqa: PLC0415 - likewise

    queries = [source.query for source in checked.plan.reports[report.name].sources.values()]
    limits = replace(LIMITS, seconds=seconds)
    try:
        with (
            connected(asked.target, writes=False) as clients,
            missing_table(checked.plan, queries, clients, asked),
            run_report(report, clients, parquet=form == "parquet", limits=limits) as result,
        ):
            _write(result, form, output)
    except ReportError as problem:
        raise Failure(f"{report.address}: {str(problem).rstrip('.')}.") from None


def _write(result: ReportResult, form: str, output: Path | None) -> None:
    if output is not None:
        _write_file(result, form, output)
    else:
        write_report(result, form)
    if output is not None or form != "table":
        write_came_to(result)
    write_notes(result)


def _write_file(result: ReportResult, form: str, output: Path) -> None:
    """The file appears when it is whole.

    Raises:
        Failure: It cannot be written.
    """
    beside = None
    try:
        descriptor, beside = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
        with open(descriptor, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - it is open already
            if result.parquet is None:
                write_report(result, form, file)
        if result.parquet is not None:
            shutil.copyfile(result.parquet, beside)
        os.chmod(beside, 0o666 & ~_umask())  # noqa: PTH101 - a plain path is at hand
        os.replace(beside, output)  # noqa: PTH105 - likewise
    except OSError as problem:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        raise Failure(f"{output} cannot be written: {problem.strerror}.") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _compiled(checked: CheckedPlan, name: str, values: tuple[str, ...]) -> CompiledReport:
    compiled = checked.reports.get(name)
    if compiled is None:
        known = ", ".join(checked.reports) or "none"
        raise Failure(f"{checked.plan.file} has no report {name!r}. Its reports: {known}.")
    if not values:
        return compiled
    from planner.checks.reports import with_values  # noqa: PLC0415 - only --value needs it

    declared = checked.plan.reports[name]
    try:
        return with_values(checked.plan, declared, compiled, report_values(values, declared, checked.plan.queries))
    except ValueError as problem:
        raise Failure(f"{compiled.address} cannot be run with these values: {problem}.") from None
