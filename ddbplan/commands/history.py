"""``ddbplan history``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ddbplan.exits import Exit
from ddbplan.ledgers import opened, unknown
from ddbplan.options import TargetOptions, format_option, ledger_option, next_command, target_options
from ddbplan.target import connected
from ddbplan.views.hints import write_next
from ddbplan.views.history import write_run, write_runs

if TYPE_CHECKING:
    from executor.ledger.reader import LedgerReader
    from executor.ledger.values import RunRecord


@click.command("history")
@click.argument("name", metavar="[DATABASE|RUN]", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most this many runs.")
@ledger_option
@target_options
@format_option("text", "json")
def command(name: str | None, limit: int, ledger: str, target: TargetOptions, form: str) -> int:
    """Show the runs that the ledger records.

    Without an argument, the latest runs of every database; with a database, its own; with a run's id, its steps.
    """
    with connected(target, writes=False) as clients:
        reader, databases = opened(clients, ledger)
        if name is None or name in databases:
            runs = [run for database in databases if name in (None, database) for run in reader.runs(database)]
            latest = sorted(runs, key=lambda run: run.id, reverse=True)[:limit]
            write_runs(latest, form)
            if form == "text" and latest:
                write_next(next_command("history", latest[0].id, target=target))
            return Exit.DONE
        write_run(_run(reader, databases, name), form)
    return Exit.DONE


def _run(reader: LedgerReader, databases: tuple[str, ...], name: str) -> RunRecord:
    for database in databases:
        found = reader.run(database, name)
        if found is not None:
            return found
    raise unknown(reader, databases, f"database and no run {name!r}")
