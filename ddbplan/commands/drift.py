"""``ddbplan drift``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.next_steps import ledger_words
from ddbplan.options import (
    TargetOptions,
    environment_option,
    format_option,
    ledger_option,
    next_command,
    plans_argument,
    target_options,
)
from ddbplan.target import connected
from ddbplan.views.drift import write_drifts
from ddbplan.views.hints import write_next

if TYPE_CHECKING:
    from executor.drift import FoundDrift


@click.command("drift")
@plans_argument
@click.option("--ignore-unmanaged", is_flag=True, help="End with 0 where nobody changed what was applied.")
@environment_option
@ledger_option
@target_options
@format_option("text", "json")
def command(
    plans: tuple[str, ...],
    environment: str | None,
    ledger: str,
    target: TargetOptions,
    form: str,
    *,
    ignore_unmanaged: bool,
) -> int:
    """Show what changed since the last apply.

    Compares every setting of the plans' tables with what was last applied, and shows what somebody else changed, which
    tables are gone, and what is on that no plan declares. Ends with 2 where there is any. Nothing is changed.
    """
    checked = reading.load(reading.find(plans), environment).plans
    with connected(target, writes=False) as clients:
        from executor.drift import find_drift  # noqa: PLC0415 - loaded by the commands that talk to AWS

        found = [find_drift(plan, clients, ledger) for plan in checked]
    write_drifts(found, form, ignore_unmanaged=ignore_unmanaged)
    if form == "text":
        words = (*plans, *ledger_words(ledger))
        write_next(next_command("diff", *words, target=target, environment=environment))
    return Exit.CHANGES if any(_counts(one, ignore_unmanaged=ignore_unmanaged) for one in found) else Exit.DONE


def _counts(found: FoundDrift, *, ignore_unmanaged: bool) -> bool:
    return found.drift.has_drifted or (found.drift.has_unmanaged and not ignore_unmanaged)
