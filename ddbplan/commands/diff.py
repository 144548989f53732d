"""``ddbplan diff``, also called ``plan``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan import approvals
from ddbplan import plans as reading
from ddbplan.choices import Choices, choice_options
from ddbplan.exits import Exit
from ddbplan.options import (
    TargetOptions,
    environment_option,
    format_option,
    next_command,
    plans_argument,
    target_options,
)
from ddbplan.target import connected
from ddbplan.views.diff import needed_flags, shown, write_diff, write_diffs_json
from ddbplan.views.hints import write_next, write_warnings
from ddbplan.views.output import stdout

if TYPE_CHECKING:
    from executor.prepare import Prepared
    from planner.checked import CheckedPlan
    from planner.diff import Diff


@click.command("diff")
@plans_argument
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Save the steps, to apply."
)
@click.option("--expires", default="7d", show_default=True, metavar="TIME", help="How long saved steps hold: 12h, 7d.")
@click.option("--detailed-exitcode", is_flag=True, help="End with 2 when there are changes.")
@environment_option
@choice_options
@target_options
@format_option("text", "json")
def command(
    plans: tuple[str, ...],
    out: Path | None,
    expires: str,
    environment: str | None,
    choices: Choices,
    target: TargetOptions,
    form: str,
    *,
    detailed_exitcode: bool,
) -> int:
    """Show what apply would do (alias: plan).

    Compares plans with live DynamoDB and prints the steps, their hazards, and the flag that each hazard needs. Nothing
    is changed. With --out the steps are saved as an approval that apply takes in place of PLAN.
    """
    lifetime = approvals.lifetime(expires)
    loaded = reading.load(reading.find(plans), environment)
    checked = loaded.plans
    if out is not None and len(checked) != 1:
        raise click.UsageError("--out saves the steps of one plan. Name the plan.")
    with connected(target, writes=False) as clients:
        from executor.prepare import prepare  # noqa: PLC0415 - loaded by the commands that talk to AWS

        prepared = [prepare(plan, clients, choices.as_options()) for plan in checked]
    _write(checked, prepared, choices, form)
    if out is not None:
        approvals.write(out, approvals.of(checked[0], prepared[0], choices, lifetime))
    if form == "text":
        write_warnings(loaded.warnings)
        words = [str(out)] if out is not None else [*plans]
        write_next(_next([one.diff for one in prepared], words, choices, target, None if out else environment))
    return _exit_code([one.diff for one in prepared], detailed=detailed_exitcode)


def _write(checked: tuple[CheckedPlan, ...], prepared: list[Prepared], choices: Choices, form: str) -> None:
    results = [shown(plan, one, choices.allow) for plan, one in zip(checked, prepared, strict=True)]
    if form == "json":
        write_diffs_json(stdout(), results)
        return
    for result in results:
        write_diff(stdout(), result)


def _next(diffs: list[Diff], words: list[str], choices: Choices, target: TargetOptions, environment: str | None) -> str:
    if any(found.refusals for found in diffs):
        return next_command("validate", *words)
    if all(found.is_empty for found in diffs):
        return next_command("query", *words[:1], target=target, environment=environment)
    flags = needed_flags([step for found in diffs for step in found.steps], frozenset(choices.allow))
    permissions = [word for flag in flags for word in ("--allow", flag)]
    typed = choices.words()
    return next_command("apply", *words, *typed, *permissions, target=target, environment=environment)


def _exit_code(diffs: list[Diff], *, detailed: bool) -> Exit:
    if any(found.refusals for found in diffs):
        return Exit.REFUSED
    if detailed and not all(found.is_empty for found in diffs):
        return Exit.CHANGES
    return Exit.DONE
