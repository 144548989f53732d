"""``ddbplan apply``."""

from __future__ import annotations

from typing import Any

import click

from ddbplan.applying import Request, run
from ddbplan.choices import Choices, choice_options
from ddbplan.failures import Failure
from ddbplan.options import (
    TargetOptions,
    data_options,
    environment_option,
    format_option,
    lock_timeout_option,
    plans_argument,
    target_options,
)
from ddbplan.views.prompts import at_terminal

_TUNING = (
    click.option("--yes", is_flag=True, help="Do not ask."),
    click.option(
        "--approve", default="", metavar="HASH", help="Run exactly the steps of this hash, as diff prints it."
    ),
    click.option("--detach", is_flag=True, help="Leave indexes to fill by themselves, and end with 5."),
    click.option(
        "--parallelism",
        type=click.IntRange(1, 64),
        default=10,
        show_default=True,
        help="At most this many steps at once.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help="Processes that write each seed, where one core is the limit.",
    ),
    click.option(
        "--max-write-units",
        type=click.FloatRange(min=1),
        metavar="UNITS",
        help="Write units a second for each seed, at most.",
    ),
    lock_timeout_option,
    click.option("--show-values", is_flag=True, help="Where a condition does not hold, show the item that it found."),
    click.option("--lease", type=click.FloatRange(0.5, 3600), default=15.0, metavar="SECONDS", hidden=True),
)


def _tuning(command: Any) -> Any:
    for option in reversed(_TUNING):
        command = option(command)
    return command


@click.command("apply")
@plans_argument
@_tuning
@environment_option
@choice_options
@data_options
@target_options
@format_option("text", "json")
def command(
    *,
    plans: tuple[str, ...],
    environment: str | None,
    choices: Choices,
    target: TargetOptions,
    form: str,
    approve: str,
    parallelism: int,
    workers: int,
    max_write_units: float | None,
    lock_timeout: float,
    lease: float,
    yes: bool,
    detach: bool,
    show_values: bool,
    look_at: int | None,
) -> int:
    """Make live DynamoDB what the plans say.

    Shows the steps, asks, and runs them. PLAN may also be a file that diff --out wrote; then only those steps are run.
    After a failure, an interrupt or a crash the same command continues; nothing is done twice.
    """
    request = Request(
        plans=plans,
        environment=environment,
        choices=choices,
        target=target,
        form=form,
        ask=not (yes or approve),
        approve=approve,
        show_values=show_values,
        tuning={
            "parallelism": parallelism,
            "workers": workers,
            "max_write_units": max_write_units,
            "lock_timeout": lock_timeout,
            "lease_seconds": lease,
            "detach": detach,
            "look_at": look_at,
        },
    )
    _check(request)
    return run(request)


def _check(request: Request) -> None:
    """Refuse what cannot work before anything is read.

    Raises:
        click.UsageError: Options that exclude each other.
        Failure: Nobody can be asked.
    """
    saved = request.saved_steps
    if request.approve and len(request.plans) != 1:
        raise click.UsageError("--approve is the hash of one plan's steps. Name the plan.")
    if saved is not None and (request.environment or any(request.choices.addresses.values()) or request.approve):
        raise click.UsageError("Saved steps say themselves for which environment and addresses they are.")
    if not request.ask or saved is not None:
        return
    if request.form == "json":
        raise click.UsageError("--format json cannot ask. Give --yes, or --approve with the hash that diff printed.")
    if not at_terminal():
        raise Failure(
            "There is no terminal to ask on, so nothing was changed. Read the diff, then give --yes, or --approve with "
            "the hash that it prints.",
        )
    return
