"""``ddbplan cost``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.next_steps import command_to_compare
from ddbplan.options import environment_option, format_option, plans_argument
from ddbplan.views.cost import Costed, write_costs
from ddbplan.views.hints import write_next

if TYPE_CHECKING:
    from planner.checked import CheckedPlan

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")


@click.command("cost")
@plans_argument
@click.option("--region", metavar="NAME", help="Take the prices of this AWS region.")
@environment_option
@format_option("text", "json")
def command(plans: tuple[str, ...], region: str | None, environment: str | None, form: str) -> int:
    """Estimate what plans cost, and what drives it.

    From the rates, sizes and volumes that a plan states, per month: each query and transaction, indexes, storage,
    provisioned units; and once: loading the seeds, filling an index. What lacks an input is listed, and in no sum.
    """
    from planner.cost import estimate, sensitivity  # noqa: PLC0415 - loaded by the command that uses it

    if region is not None and not _REGION.fullmatch(region):
        raise click.UsageError(f"--region takes a name, such as eu-west-1, not {region!r}.")
    results = []
    for checked in reading.load(reading.find(plans), environment).plans:
        where, assumed = _region(checked, region)
        results.append(
            Costed(
                plan=checked.plan.file,
                environment=checked.plan.environment,
                assumed=assumed,
                estimate=estimate(checked, where),
                sensitivity=sensitivity(checked, where),
            )
        )
    write_costs(results, form)
    if form == "text":
        write_next(command_to_compare(plans, environment=environment))
    return Exit.DONE


def _region(checked: CheckedPlan, typed: str | None) -> tuple[str, bool]:
    """Whose prices to take, and whether nobody said so.

    Raises:
        Failure: The plan pins another Region than was typed.
    """
    from planner.cost import DEFAULT_REGION  # noqa: PLC0415 - as above

    pinned = checked.plan.region
    if pinned is not None and typed is not None and pinned != typed:
        raise Failure(
            f"{checked.plan.file} is for {pinned}, and --region says {typed}. Leave the option out, or choose another "
            "environment with -e."
        )
    return pinned or typed or DEFAULT_REGION, pinned is None and typed is None
