"""How forget works inside: found in the ledger, confirmed, and removed under the lock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from executor.applying.locked_run import LockedRun
from executor.applying.preparing import who_am_i
from executor.failure import CallError
from executor.forget import ForgetOutcome, Forgetting
from executor.identity import now_text
from executor.ledger import forgetting as entries
from executor.ledger.errors import LedgerMissingError, LockHeldError, StopRequestedError
from executor.ledger.guard import check_place
from executor.ledger.lock import LockTerms
from executor.ledger.reader import LedgerReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.apply import Stop
    from executor.clients import Clients
    from executor.events import Listener
    from executor.forget import ForgetOptions
    from executor.ledger.lock import HeldLock
    from planner.state import LedgerState, OwnedTable

FUNCTION = "forget"
"""What the history calls it: none of the eleven functions forgets."""


def planned(table: str, clients: Clients, options: ForgetOptions) -> Forgetting:
    """What ``executor.forget.plan_forgetting`` does."""
    caller = who_am_i(clients)
    reader = LedgerReader(clients.dynamodb, options.ledger)
    identity = reader.identity()
    if identity is None:
        raise LedgerMissingError(f"The ledger {options.ledger!r} is empty, so it knows no table. Nothing was changed.")
    check_place(identity, account=caller.account, region=caller.region)
    databases = (options.database,) if options.database else reader.databases()
    states = {name: reader.records(name)[1] for name in databases}
    database, record = _only_one(table, states, options)
    records = states[database]
    return Forgetting(
        caller=caller,
        database=database,
        key=record.key,
        name=record.name,
        table_id=record.table_id,
        seeded=record.key in records.seeds,
        transactions=tuple(
            sorted(name for name, marker in records.transactions.items() if record.name in marker.table_ids)
        ),
    )


def _only_one(table: str, states: dict[str, LedgerState], options: ForgetOptions) -> tuple[str, OwnedTable]:
    owned = [(database, record) for database, state in states.items() for record in state.tables.values()]
    found = [
        (database, record) for database, record in owned if table in (record.name, record.key, f"table.{record.key}")
    ]
    # A physical name is one table's; a name in a plan may be several databases'.
    exact = [(database, record) for database, record in found if table == record.name]
    match exact or found:
        case [only]:
            return only
        case []:
            names = ", ".join(sorted(record.name for _, record in owned)) or "none"
            whose = f"database {options.database!r}" if options.database else f"the ledger {options.ledger!r}"
            raise CallError("TableMissing", f"{whose} records no table {table}. It records: {names}.")
        case several:
            names = ", ".join(f"{record.name} of {database}" for database, record in several)
            raise CallError(
                "TableAmbiguous", f"{table} is the name of several tables: {names}. Say which with --database NAME."
            )


def forget_table(
    table: str,
    clients: Clients,
    options: ForgetOptions,
    confirm: Callable[[Forgetting], bool],
    listen: Listener,
    stop: Stop,
) -> ForgetOutcome:
    """What ``executor.forget.forget`` does."""
    shown = planned(table, clients, options)
    if not confirm(shown):
        return ForgetOutcome(kind="declined", message="Nothing was changed.", forgetting=shown)
    run = LockedRun(
        clients,
        options.ledger,
        shown.database,
        terms=LockTerms(lease_seconds=options.lease_seconds, timeout=options.lock_timeout),
        listen=listen,
        stop=stop,
    )
    try:
        with run.locked() as held:
            outcome = _under_lock(shown, run, held, clients, options)
    except LockHeldError as holder:
        return ForgetOutcome(kind="locked", message=str(holder), forgetting=shown)
    except StopRequestedError as stopped:
        return ForgetOutcome(kind="interrupted", message=str(stopped), forgetting=shown)
    return replace(outcome, message=f"{outcome.message} {run.problem}".strip())


def _under_lock(
    shown: Forgetting, run: LockedRun, held: HeldLock, clients: Clients, options: ForgetOptions
) -> ForgetOutcome:
    now = planned(shown.name, clients, replace(options, database=shown.database))
    if now != shown:
        message = "What the ledger records changed after it was shown. Nothing was changed. Run the same command again."
        return ForgetOutcome(kind="refused", message=message, forgetting=now)
    writer = run.writer(held)
    record = replace(run.record("forget", held, shown.caller, options.tool_version), planned=1)
    step = run.started(1, shown.key, FUNCTION, shown.table_id)
    writer.write([writer.run(record), writer.step(run.id, step)])
    gone = entries.of_table(run.reader.entry_names(shown.database), shown.key)
    writer.forget(gone)
    ended = now_text()
    writer.write(
        [
            writer.step(run.id, replace(step, outcome="done", finished_at=ended)),
            writer.run(replace(record, outcome="done", finished_at=ended)),
        ]
    )
    return ForgetOutcome(kind="done", forgotten=len(gone), forgetting=shown)
