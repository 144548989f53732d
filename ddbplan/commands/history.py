"""``ddbplan history``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.ledgers import lock_of, opened
from ddbplan.next_steps import ledger_words
from ddbplan.options import TargetOptions, format_option, ledger_option, next_command, target_options
from ddbplan.target import connected
from ddbplan.views.hints import write_next
from ddbplan.views.history import write_run, write_runs

if TYPE_CHECKING:
    from executor.ledger.reader import LedgerReader
    from executor.ledger.values import RunRecord


_RUN = re.compile(r"\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{8}")


@click.command("history")
@click.argument("database", required=False)
@click.argument("run", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most this many runs.")
@ledger_option
@target_options
@format_option("text", "json")
def command(database: str | None, run: str | None, limit: int, ledger: str, target: TargetOptions, form: str) -> int:
    """Show the runs that the ledger records.

    Without an argument, the latest runs of every database; with a database, its own; with a run's id beside it, or
    alone, its steps. Only where no database is named is the whole ledger read.
    """
    if database is not None and run is None and _RUN.fullmatch(database):
        database, run = None, database
    with connected(target, writes=False) as clients, opened(clients, ledger) as reader:
        databases = reader.databases() if database is None else (database,)
        if database is not None:
            lock_of(reader, database)
        if run is not None:
            return _show_run(_run(reader, databases, run), form, ledger, target)
        runs = [one for name in databases for one in reader.runs(name, limit)]
    latest = sorted(runs, key=lambda one: one.id, reverse=True)[:limit]
    write_runs(latest, form)
    if form == "text" and latest:
        words = (latest[0].database, latest[0].id, *ledger_words(ledger))
        write_next(next_command("history", *words, target=target))
    return Exit.DONE


def _show_run(run: RunRecord, form: str, ledger: str, target: TargetOptions) -> int:
    write_run(run, form)
    if form == "text":
        write_next(next_command("history", run.database, *ledger_words(ledger), target=target))
    return Exit.DONE


def _run(reader: LedgerReader, databases: tuple[str, ...], name: str) -> RunRecord:
    for database in databases:
        found = reader.run(database, name)
        if found is not None:
            return found
    known = ", ".join(databases) or "none"
    raise Failure(f"The ledger {reader.table_name} knows no run {name!r}. Looked at, of its databases: {known}.")
