"""``ddbplan outputs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import (
    TargetOptions,
    environment_option,
    format_option,
    next_command,
    plan_argument,
    target_options,
)
from ddbplan.target import connected
from ddbplan.views.outputs import write_outputs

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.outputs import Outputs


@click.command("outputs")
@plan_argument
@click.option("--offline", is_flag=True, help="Ask nobody: names and requests, no ARNs.")
@click.option("--prefix", default="", metavar="TEXT", help="Stands in front of every name, with --format env.")
@environment_option
@target_options
@format_option("json", "env", "tfvars")
def command(
    plan: str,
    prefix: str,
    environment: str | None,
    target: TargetOptions,
    form: str,
    *,
    offline: bool,
) -> int:
    """Print names, ARNs and compiled requests, for applications.

    As JSON everything: tables, queries as an SDK takes them, and the application's transactions. As env or tfvars the
    names and ARNs. Values of queries are the plan's own: they show the types, and the application gives its own.
    """
    if prefix and form != "env":
        raise click.UsageError("--prefix is for --format env.")
    checked = reading.one(plan, environment, command="outputs")
    write_outputs(_offline(checked) if offline else _live(checked, plan, target), form, prefix)
    return Exit.DONE


def _offline(checked: CheckedPlan) -> Outputs:
    from planner.outputs import outputs  # noqa: PLC0415 - loaded when it is used

    return outputs(checked, {}, account=checked.plan.account or "", region=checked.plan.region or "")


def _live(checked: CheckedPlan, typed: str, target: TargetOptions) -> Outputs:
    """The outputs with what only the live tables know.

    Raises:
        Failure: A table is not there.
    """
    from executor.outputs import read_outputs  # noqa: PLC0415 - loaded by the commands that talk to AWS

    with connected(target, writes=False) as clients:
        found, missing = read_outputs(checked, clients)
        where = f"on {clients.engine}, {clients.region}"
    if missing:
        raise Failure(
            f"{', '.join(missing)} do not exist {where}, so they have no ARN. Apply the plan there first, or give "
            "--offline for the names alone.",
            command=next_command("apply", typed, target=target, environment=checked.plan.environment),
        )
    return found
