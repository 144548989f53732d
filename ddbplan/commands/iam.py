"""``ddbplan iam``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import environment_option, format_option, ledger_option, next_command, plans_argument
from ddbplan.views.hints import write_next
from ddbplan.views.permissions import Permitted, write_permissions

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.checked import CheckedPlan
    from planner.permissions import Place

PURPOSES = ("apply", "diff", "test", "app")
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")


@click.command("iam")
@plans_argument
@click.option(
    "--for",
    "purpose",
    type=click.Choice(PURPOSES),
    default=PURPOSES[0],
    show_default=True,
    help="What the policy lets do; app is the application itself.",
)
@click.option("--check-data", is_flag=True, help="Also look at live items, as diff --check-data does.")
@click.option("--seed-sample", is_flag=True, help="Also count seed rows that are live, as diff --seed-sample does.")
@click.option("--part", type=click.IntRange(min=1), metavar="N", help="Only this one of several documents.")
@click.option("--account", metavar="ID", help="The AWS account, where the plan pins none.")
@click.option("--region", metavar="NAME", help="The AWS region, where the plan pins none.")
@environment_option
@ledger_option
@format_option("policy", "json", "text")
def command(
    *,
    plans: tuple[str, ...],
    purpose: str,
    check_data: bool,
    seed_sample: bool,
    part: int | None,
    account: str | None,
    region: str | None,
    environment: str | None,
    ledger: str,
    form: str,
) -> int:
    """Print the least IAM policy that can do it.

    By table, index and action, from the plan alone: nothing is asked of AWS. With the default format stdout holds the
    policy document itself; where one document would be too long for IAM, a list of them, of which --part takes one.
    """
    from planner.permissions import NOT_GRANTED, Purpose, documents, grants_for  # noqa: PLC0415 - by this command only

    checked = reading.load(reading.find(plans), environment).plans
    wanted = Purpose(purpose)
    place = _place(checked, account, region)
    grants = grants_for(checked, wanted, place, ledger, live_data=check_data, seed_sample=seed_sample)
    found = documents(grants)
    if part is not None and part > len(found):
        raise Failure(f"There is no part {part}: the policy has {len(found)}.")
    permitted = Permitted(
        plans=tuple(one.plan.file for one in checked),
        purpose=purpose,
        documents=found if part is None else found[part - 1 : part],
        left_out=NOT_GRANTED[wanted],
    )
    write_permissions(permitted, form)
    write_next(next_command("diff" if wanted is not Purpose.DIFF else "apply", *plans, environment=environment))
    return Exit.DONE


def _place(checked: tuple[CheckedPlan, ...], account: str | None, region: str | None) -> Place:
    from planner.permissions import ACCOUNT_PLACEHOLDER, REGION_PLACEHOLDER, Place  # noqa: PLC0415 - as above

    accounts = [one.plan.account for one in checked]
    regions = [one.plan.region for one in checked]
    return Place(
        account=_one("account", accounts, account, _ACCOUNT.fullmatch) or ACCOUNT_PLACEHOLDER,
        region=_one("region", regions, region, _REGION.fullmatch) or REGION_PLACEHOLDER,
    )


def _one(what: str, pinned: list[str | None], typed: str | None, fits: Callable[[str], object]) -> str | None:
    """What the plans pin, or what was typed.

    Raises:
        UsageError: It cannot be one.
        Failure: The plans pin different ones, or another one than was typed.
    """
    if typed is not None and not fits(typed):
        example = "twelve digits, such as 111122223333" if what == "account" else "a name, such as eu-west-1"
        raise click.UsageError(f"--{what} takes {example}, not {typed!r}.")
    found = sorted({value for value in (*pinned, typed) if value is not None})
    if len(found) > 1:
        raise Failure(
            f"One policy is for one {what}, and here are {' and '.join(found)}, as the plans pin it or --{what} says. "
            "Name plans of one place, or leave the option out."
        )
    return found[0] if found else None
