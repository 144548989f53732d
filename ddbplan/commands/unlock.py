"""``ddbplan unlock``."""

from __future__ import annotations

import click

from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.ledgers import lock_of, opened
from ddbplan.next_steps import ledger_words
from ddbplan.options import TargetOptions, ledger_option, next_command, target_options
from ddbplan.target import connected
from ddbplan.views.hints import write_next
from ddbplan.views.local import write_text
from ddbplan.views.prompts import Answer, confirm
from ddbplan.views.status import lock_words


@click.command("unlock")
@click.argument("database")
@click.option("--yes", is_flag=True, help="Do not ask.")
@ledger_option
@target_options
def command(database: str, ledger: str, target: TargetOptions, *, yes: bool) -> int:
    """Take the lock away from a run that is gone.

    A lock whose holder is dead or silent is taken over by the next apply anyway; this is for one that is not wanted to
    go on. The run that held it stops before its next write.
    """
    with connected(target, writes=True) as clients:
        from executor.ledger.lock import unlock  # noqa: PLC0415 - loaded by the commands that talk to AWS

        with opened(clients, ledger) as reader:
            seen = lock_of(reader, database)
        if not seen.held:
            write_text(f"The lock of {database} is free.")
            return Exit.DONE
        write_text(f"The lock of {database} is {lock_words(seen)}.")
        if not yes and confirm("Take it away?", without_terminal="--yes") is Answer.NO:
            raise Failure("The lock was left alone.")
        if not unlock(clients.dynamodb, ledger, seen):
            raise Failure("The lock changed hands in the meantime, so it was left alone.", exit_code=Exit.STALE)
    write_text(f"The lock of {database} is free.")
    write_next(next_command("status", database, *ledger_words(ledger), target=target))
    return Exit.DONE
