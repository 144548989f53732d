"""``ddbplan status``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ddbplan.exits import Exit
from ddbplan.ledgers import lock_of, opened
from ddbplan.next_steps import ledger_words
from ddbplan.options import TargetOptions, format_option, ledger_option, next_command, target_options
from ddbplan.target import connected
from ddbplan.views.hints import write_next
from ddbplan.views.status import Standing, write_standings

if TYPE_CHECKING:
    from executor.ledger.reader import LedgerReader


@click.command("status")
@click.argument("database", required=False)
@ledger_option
@target_options
@format_option("text", "json")
def command(database: str | None, ledger: str, target: TargetOptions, form: str) -> int:
    """Show who holds the lock and what is in progress.

    For every database of the ledger, or for one.
    """
    with connected(target, writes=False) as clients, opened(clients, ledger) as reader:
        databases = reader.databases() if database is None else (database,)
        standings = [_standing(reader, name) for name in databases]
    write_standings(standings, form)
    if form == "text":
        write_next(next_command("history", *([database] if database else []), *ledger_words(ledger), target=target))
    return Exit.DONE


def _standing(reader: LedgerReader, name: str) -> Standing:
    lock = lock_of(reader, name)
    last = next(iter(reader.runs(name, limit=1)), None)
    if last is not None and last.outcome != "done":
        last = reader.run(name, last.id)
    return Standing(database=name, lock=lock, last=last)
