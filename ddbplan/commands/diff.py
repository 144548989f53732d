"""``ddbplan diff``, also called ``plan``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan import approvals
from ddbplan import plans as reading
from ddbplan.choices import Choices, choice_options
from ddbplan.exits import Exit
from ddbplan.next_steps import Typed, adopting, command_again, command_to_look
from ddbplan.options import (
    TargetOptions,
    data_options,
    environment_option,
    format_option,
    next_command,
    plans_argument,
    target_options,
)
from ddbplan.target import connected
from ddbplan.views.comment import Commands, comment
from ddbplan.views.diff import Shown, needed_flags, shown, write_diff, write_diffs_json
from ddbplan.views.hints import write_idle, write_next, write_note, write_unlooked, write_warnings
from ddbplan.views.output import stdout
from ddbplan.views.prompts import reads_and_answers
from ddbplan.views.summary import write_diff_summary

if TYPE_CHECKING:
    from executor.clients import Clients
    from executor.loader.counting import SeedCount
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
@click.option(
    "--seed-sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Look about N rows of each seed up, and count those that are live.",
)
@environment_option
@choice_options
@data_options
@target_options
@format_option("text", "json", "markdown", "html")
def command(
    *,
    plans: tuple[str, ...],
    out: Path | None,
    expires: str,
    seed_sample: int | None,
    environment: str | None,
    choices: Choices,
    target: TargetOptions,
    form: str,
    look_at: int | None,
    detailed_exitcode: bool,
) -> int:
    """Show what apply would do (alias: plan).

    Compares plans with live DynamoDB and prints the steps, their hazards, and the flag that each hazard needs. Nothing
    is changed. With --out the steps are saved as an approval that apply takes in place of PLAN.
    """
    lifetime = approvals.lifetime(expires)
    loaded = reading.load(reading.find(plans), environment, choices.row_policy)
    checked = loaded.plans
    if out is not None and len(checked) != 1:
        raise click.UsageError("--out saves the steps of one plan. Name the plan.")
    if form == "html" and len(checked) != 1:
        raise click.UsageError("--format html is a page about one plan. Name the plan.")
    with connected(target, writes=False) as clients:
        from executor.prepare import prepare  # noqa: PLC0415 - loaded by the commands that talk to AWS
        from planner.data_checks import checks_of  # noqa: PLC0415 - as above

        prepared = [prepare(plan, clients, choices.as_options(look_at=look_at)) for plan in checked]
        counts = [_counted(clients, one, seed_sample) for one in prepared]
    from planner.rules import lint_change  # noqa: PLC0415 - with the checks, after everything that may refuse

    for one in prepared:
        choices.check_place(one.caller)
    # Where apply will ask; about saved steps nobody is asked.
    interactive = out is None and form == "text" and reads_and_answers()
    results = [
        replace(
            shown(
                plan,
                one,
                choices.as_options().allow,
                kinds=choices.kinds,
                interactive=interactive,
                findings=lint_change(plan.plan, one.live.tables, loaded.settings),
            ),
            seeds=seeds,
        )
        for plan, one, seeds in zip(checked, prepared, counts, strict=True)
    ]
    typed = Typed(plans=plans, environment=environment, words=choices.words(), ledger=choices.ledger, target=target)
    _write(loaded, results, form, typed)
    diffs = [one.diff for one in prepared]
    refused = any(found.refusals for found in diffs)
    if out is not None and refused:
        write_note(f"{out} was not written: what is refused can't be approved.")
    elif out is not None:
        approvals.write(out, approvals.of(checked[0], prepared[0], choices, lifetime))
    write_idle(choices.idle(hazard for found in diffs for hazard in found.hazards))
    if look_at is None:
        write_unlooked(sum(len(checks_of(found, now=0)) for found in diffs))
    if form == "text":
        write_warnings(loaded.warnings)
        write_next(_next(checked, diffs, typed, out, choices))
    return _exit_code(diffs, detailed=detailed_exitcode)


def _counted(clients: Clients, prepared: Prepared, sample: int | None) -> dict[str, SeedCount]:
    """What is live of each seed that apply would load, by address; nothing is read without a sample."""
    if sample is None:
        return {}
    from executor.loader.counting import count_seed  # noqa: PLC0415 - loaded by the commands that talk to AWS

    desired = prepared.desired
    loading = {step.address for step in prepared.diff.steps}
    return {
        seed.address: count_seed(clients, seed, desired.tables[key].name, sample)
        for key, seed in desired.seeds.items()
        if seed.address in loading
    }


def _write(loaded: reading.Loaded, results: list[Shown], form: str, typed: Typed) -> None:
    match form:
        case "html":
            from ddbplan.picturing import picture_of  # noqa: PLC0415 - only this form needs it
            from ddbplan.views.diff_page import diff_page  # noqa: PLC0415 - likewise

            stdout().raw(diff_page(picture_of(loaded), results[0]))
        case "json":
            write_diffs_json(stdout(), results)
        case "markdown":
            commands = Commands(diff=command_again("diff", typed), apply=command_again("apply", typed))
            stdout().raw(comment(results, commands=commands, findings=loaded.warnings))
        case _:
            for result in results:
                write_diff(stdout(), result)
            write_diff_summary(stdout(), results)


def _next(checked: tuple[CheckedPlan, ...], diffs: list[Diff], typed: Typed, out: Path | None, choices: Choices) -> str:
    refusals = [refusal for found in diffs for refusal in found.refusals]
    if refusals:
        adopted = adopting(refusals)
        saved = ("--out", str(out)) if out is not None else ()
        return command_again("apply" if adopted and not saved else "diff", typed, *adopted, *saved)
    if all(found.is_empty for found in diffs):
        return command_to_look(checked, typed.ledger, typed.target)
    permitted = frozenset(choices.permissions)
    steps = [step for found in diffs for step in found.steps]
    flags = [flag for flag in needed_flags(steps, permitted) if flag.partition(":")[0] not in choices.kinds]
    permissions = [word for flag in flags for word in ("--allow", flag)]
    if out is None:
        return command_again("apply", typed, *permissions)
    # The file says itself for which ledger, environment and addresses it is.
    given = [word for flag in choices.allow for word in ("--allow", flag)]
    given += ["--policy", choices.policy.path] if choices.policy else []
    given += choices.row_words
    return next_command("apply", str(out), *given, *permissions, target=typed.target)


def _exit_code(diffs: list[Diff], *, detailed: bool) -> Exit:
    if any(found.refusals for found in diffs):
        return Exit.REFUSED
    if detailed and not all(found.is_empty for found in diffs):
        return Exit.CHANGES
    return Exit.DONE
