"""``ddbplan destroy``."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import (
    TargetOptions,
    environment_option,
    format_option,
    ledger_option,
    lock_timeout_option,
    names_completer,
    next_command,
    plan_argument,
    target_options,
)
from ddbplan.signals import Signals
from ddbplan.target import connected
from ddbplan.views.destroy import write_destruction, write_outcome
from ddbplan.views.hints import write_next
from ddbplan.views.output import stderr, stdout
from ddbplan.views.progress import progress
from ddbplan.views.prompts import ask, at_terminal

if TYPE_CHECKING:
    from executor.destroy import DestroyOptions, DestroyOutcome, Destruction
    from planner.checked import CheckedPlan

_EXITS = {
    "done": Exit.DONE,
    "nothing": Exit.DONE,
    "declined": Exit.ERROR,
    "refused": Exit.REFUSED,
    "locked": Exit.STALE,
    "failed": Exit.STOPPED,
}


@click.command("destroy")
@plan_argument
@click.option("--if-empty", is_flag=True, help="Delete nothing while one of the tables holds an item.")
@click.option(
    "--table",
    default="",
    metavar="NAME",
    shell_complete=names_completer("tables"),
    help="Only this table, as the ledger knows it.",
)
@click.option(
    "--confirm", "confirmed", default="", metavar="DATABASE", help="The database's name, in place of typing it."
)
@lock_timeout_option
@environment_option
@ledger_option
@target_options
@format_option("text", "json")
def command(
    *,
    plan: str,
    table: str,
    confirmed: str,
    lock_timeout: float,
    environment: str | None,
    ledger: str,
    target: TargetOptions,
    form: str,
    if_empty: bool,
) -> int:
    """Delete a plan's tables, with everything in them.

    Deletes the tables that the ledger records as the plan's own, and forgets what was applied to them. A table with
    deletion protection stays, and so do all others then. Asks for the database's name.
    """
    doomed = reading.one(plan, environment, command="destroy")
    _check(doomed.plan.database, confirmed, form)
    version = metadata.version("ddbplan")
    options = _options(ledger=ledger, table=table, lock_timeout=lock_timeout, tool_version=version, if_empty=if_empty)
    outcome, exit_code = _run(doomed, target, options, confirmed, form)
    write_outcome(stdout(), stderr(), outcome, form)
    if form == "text":
        write_next(next_command("diff", plan, target=target, environment=environment))
    return _EXITS.get(outcome.kind, exit_code)


def _options(**chosen: Any) -> DestroyOptions:
    from executor.destroy import DestroyOptions  # noqa: PLC0415 - loaded by the commands that talk to AWS

    return DestroyOptions(**chosen)


def _run(
    checked: CheckedPlan, target: TargetOptions, options: DestroyOptions, confirmed: str, form: str
) -> tuple[DestroyOutcome, Exit]:
    from executor.apply import Stop  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from executor.destroy import destroy  # noqa: PLC0415 - likewise

    database = checked.plan.database
    stop = Stop()
    signals = Signals(stop)

    def agree(destruction: Destruction) -> bool:
        if form == "text":
            write_destruction(stdout(), destruction)
        typed = confirmed or ask(f"Type {database} to delete this: ", without_terminal="--confirm")
        agreed = typed.strip() == database
        if agreed:
            signals.begin()
        return agreed

    with (
        signals.handled(),
        connected(target, writes=True) as clients,
        progress(form, stdout(), stderr(), stop.asked.is_set) as listen,
    ):
        outcome = destroy(checked.plan, clients, options, confirm=agree, listen=listen, stop=stop)
        signals.rest()
        return outcome, signals.exit_code


def _check(database: str, confirmed: str, form: str) -> None:
    if confirmed and confirmed != database:
        raise Failure(f"The plan's database is {database}, not {confirmed}; nothing was deleted.")
    if confirmed:
        return
    if form == "json":
        raise click.UsageError(f"--format json cannot ask. Give --confirm {database}.")
    if not at_terminal():
        raise Failure(f"There is no terminal to ask on, so nothing was deleted. Give --confirm {database}.")
