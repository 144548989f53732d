"""``ddbplan forget``."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

import click

from ddbplan.exits import Exit
from ddbplan.next_steps import ledger_words
from ddbplan.options import (
    TargetOptions,
    format_option,
    ledger_option,
    lock_timeout_option,
    next_command,
    target_options,
)
from ddbplan.signals import Signals
from ddbplan.target import connected
from ddbplan.views.forget import write_forgetting, write_outcome
from ddbplan.views.hints import write_next
from ddbplan.views.output import stderr, stdout
from ddbplan.views.progress import progress
from ddbplan.views.prompts import Answer, confirm

if TYPE_CHECKING:
    from executor.forget import ForgetOutcome, Forgetting

_EXITS = {"done": Exit.DONE, "declined": Exit.ERROR, "refused": Exit.STALE, "locked": Exit.STALE}


@click.command("forget")
@click.argument("table")
@click.option(
    "--database", default="", metavar="NAME", help="Whose table; without it all of the ledger is looked through."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@lock_timeout_option
@ledger_option
@target_options
@format_option("text", "json")
def command(
    table: str,
    database: str,
    lock_timeout: float,
    ledger: str,
    target: TargetOptions,
    form: str,
    *,
    yes: bool,
) -> int:
    """Take a table out of the ledger, and leave the table as it is.

    TABLE is its physical name or its name in the plan. The ledger forgets that its database owns it, and which seed
    rows were loaded into it; nothing of the table changes. It may be adopted again, by this plan or by another.
    """
    if form == "json" and not yes:
        raise click.UsageError("--format json cannot ask. Give --yes.")
    outcome, exit_code = _run(table, database, target, ledger, lock_timeout, form, yes=yes)
    write_outcome(stdout(), stderr(), outcome, form)
    if form == "text" and outcome.forgetting is not None:
        words = (outcome.forgetting.database, *ledger_words(ledger))
        write_next(next_command("history", *words, target=target))
    return _EXITS.get(outcome.kind, exit_code)


def _run(
    table: str, database: str, target: TargetOptions, ledger: str, lock_timeout: float, form: str, *, yes: bool
) -> tuple[ForgetOutcome, Exit]:
    from executor.apply import Stop  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from executor.forget import ForgetOptions, forget  # noqa: PLC0415 - likewise

    stop = Stop()
    signals = Signals(stop)
    options = ForgetOptions(
        ledger=ledger, database=database, lock_timeout=lock_timeout, tool_version=metadata.version("ddbplan")
    )

    def agree(forgetting: Forgetting) -> bool:
        if form == "text":
            write_forgetting(stdout(), forgetting)
        agreed = yes or confirm("Forget it?", without_terminal="--yes") is Answer.YES
        if agreed:
            signals.begin()
        return agreed

    with (
        signals.handled(),
        connected(target, writes=True) as clients,
        progress(form, stdout(), stderr(), stop.asked.is_set) as listen,
    ):
        outcome = forget(table, clients, options, confirm=agree, listen=listen, stop=stop)
        signals.rest()
        return outcome, signals.exit_code
