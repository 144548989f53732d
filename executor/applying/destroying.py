"""How destroy works inside: only what the ledger owns, only where nothing is protected, table by table until gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from executor.applying.deleting import delete_table
from executor.applying.locked_run import LockedRun
from executor.applying.preparing import check_pins, who_am_i
from executor.data_checks import holds_items
from executor.destroy import DestroyOutcome, Destruction, DoomedTable
from executor.failure import CallError
from executor.identity import git_commit, now_text
from executor.ledger import forgetting
from executor.ledger.errors import LedgerError, LedgerMissingError, LockHeldError, StopRequestedError
from executor.ledger.guard import check_place
from executor.ledger.lock import LockTerms
from executor.ledger.reader import LedgerReader
from executor.live import read_table
from planner.canonical import table_state
from planner.changes.announced import is_as_announced

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.apply import Stop
    from executor.clients import Clients
    from executor.destroy import DestroyOptions
    from executor.events import Listener
    from executor.ledger.lock import HeldLock
    from executor.ledger.values import RunOutcome, RunRecord, StepOutcome
    from executor.ledger.writer import LedgerWriter
    from planner.plan import Plan
    from planner.state import LedgerState, OwnedTable
    from planner.values import Json

FUNCTION = "DeleteTable"
"""What the history calls it: none of the eleven functions deletes."""


def planned(plan: Plan, clients: Clients, options: DestroyOptions) -> Destruction:
    """What ``executor.destroy.plan_destruction`` does."""
    caller = who_am_i(clients)
    check_pins(plan, caller)
    reader = LedgerReader(clients.dynamodb, options.ledger)
    identity, records = reader.records(plan.database)
    if identity is None:
        raise LedgerMissingError(
            f"The ledger {options.ledger!r} does not exist or is empty, so nothing says which tables are the plan's. "
            "Nothing was deleted. Name the right one with --ledger.",
        )
    check_place(identity, account=caller.account, region=caller.region)
    owned = _chosen(records, options)
    with ThreadPoolExecutor(max(1, min(options.parallelism, len(owned)))) as pool:
        infos = list(pool.map(lambda record: read_table(clients, record.name, _aspects(record)), owned))
        holding = list(pool.map(lambda info: _holds_items(clients, info), infos))
    pairs = [
        (record, info, _is_replaced(record, info, plan.database, records))
        for record, info in zip(owned, infos, strict=True)
    ]
    holds = {record.key: held for record, held in zip(owned, holding, strict=True)}
    names = reader.entry_names(plan.database)
    whole = not options.table
    forgotten = _forgotten(names, owned, whole=whole)
    return Destruction(
        caller=caller,
        database=plan.database,
        tables=tuple(
            _doomed(record, info, holds_items=holds[record.key]) for record, info, replaced in pairs if not replaced
        ),
        protected=tuple(
            record.name
            for record, info, replaced in pairs
            if info is not None and not replaced and info["Table"].get("DeletionProtectionEnabled")
        ),
        replaced=tuple(record.name for record, _, replaced in pairs if replaced),
        entries=len(forgotten),
        transactions=tuple(sorted(records.transactions)) if whole else (),
    )


def destroy_plan(
    plan: Plan,
    clients: Clients,
    options: DestroyOptions,
    confirm: Callable[[Destruction], bool],
    listen: Listener,
    stop: Stop,
) -> DestroyOutcome:
    """What ``executor.destroy.destroy`` does."""
    destruction = planned(plan, clients, options)
    if destruction.is_empty:
        return DestroyOutcome(kind="nothing", message=_nothing(plan, options), destruction=destruction)
    if refused := _refused(destruction, options):
        return DestroyOutcome(kind="refused", message=refused, destruction=destruction)
    if not confirm(destruction):
        return DestroyOutcome(kind="declined", message="Nothing was deleted.", destruction=destruction)
    run = _Destroy(plan, clients, options, listen, stop)
    try:
        return run.go(destruction)
    except LockHeldError as held:
        return DestroyOutcome(kind="locked", message=str(held), destruction=destruction)
    except StopRequestedError as stopped:
        return DestroyOutcome(kind="interrupted", message=str(stopped), destruction=destruction)


class _Destroy:
    """What is done once a person said yes."""

    def __init__(self, plan: Plan, clients: Clients, options: DestroyOptions, listen: Listener, stop: Stop) -> None:
        self._plan = plan
        self._clients = clients
        self._options = options
        self._listen = listen
        self._stop = stop
        self._run = LockedRun(
            clients,
            options.ledger,
            plan.database,
            terms=LockTerms(lease_seconds=options.lease_seconds, timeout=options.lock_timeout),
            listen=listen,
            stop=stop,
        )
        self._reader = self._run.reader
        self._gone: set[str] = set()

    def go(self, confirmed: Destruction) -> DestroyOutcome:
        """Take the lock, make sure that nothing moved, delete, and forget.

        Raises:
            LockHeldError: Another run holds the lock and lives.
            StopRequestedError: A person stopped the waiting.
            LedgerError: The run could not be recorded; nothing was deleted.
        """
        with self._run.locked() as held:
            outcome = self._under_lock(confirmed, held)
        problem = self._run.problem
        return replace(outcome, message=f"{outcome.message} {problem}".strip()) if problem else outcome

    def _under_lock(self, confirmed: Destruction, held: HeldLock) -> DestroyOutcome:
        destruction = planned(self._plan, self._clients, self._options)
        if _essence(destruction) != _essence(confirmed):
            message = "What is live changed after it was shown. Nothing was deleted. Run the same command again."
            return DestroyOutcome(kind="refused", message=message, destruction=destruction)
        if refused := _refused(destruction, self._options):
            return DestroyOutcome(kind="refused", message=refused, destruction=destruction)
        return self._delete_all(destruction, held)

    def _delete_all(self, destruction: Destruction, held: HeldLock) -> DestroyOutcome:
        writer = self._run.writer(held)
        record = self._record(held, destruction)
        writer.write([writer.run(record)])
        with ThreadPoolExecutor(self._options.parallelism, thread_name_prefix="ddbplan-destroy") as pool:
            numbered = list(enumerate(destruction.tables, start=1))
            problems = list(pool.map(lambda item: self._delete_one(writer, held, *item), numbered))
        deleted = tuple(table.name for table in destruction.tables if table.name in self._gone)
        found = [problem for problem in problems if problem is not None]
        outcome = DestroyOutcome(kind="done", deleted=deleted, destruction=destruction)
        try:
            if found:
                kind: RunOutcome = "interrupted" if self._stop.asked.is_set() else "failed"
                outcome = replace(outcome, kind=kind, message=found[0])
                self._end(writer, record, kind)
            else:
                outcome = replace(outcome, forgotten=self._forget(writer))
                self._end(writer, record, "done")
        except LedgerError as error:
            return outcome if found else replace(outcome, kind="failed", message=str(error))
        return outcome

    def _delete_one(self, writer: LedgerWriter, held: HeldLock, number: int, table: DoomedTable) -> str | None:
        """Delete one table; why it could not be, if it could not."""
        if self._stop.asked.is_set():
            return "Stopped before every table was deleted; the same command continues."
        step = self._run.started(number, table.key, FUNCTION, table.table_id)
        try:
            writer.write([writer.step(self._run.id, step)])
            problem = self._try_delete(held, table)
            if problem is None:
                self._gone.add(table.name)
            outcome: StepOutcome = "failed" if problem else "done"
            ended = replace(step, outcome=outcome, finished_at=now_text(), message=problem or "")
            writer.write([writer.step(self._run.id, ended)])
        except LedgerError as error:
            return str(error)
        return problem

    def _try_delete(self, held: HeldLock, table: DoomedTable) -> str | None:
        if not table.exists:
            return None
        try:
            delete_table(self._clients, table, held, self._stop.now)
        except CallError as error:
            return f"{table.name}: {error.message}"
        return None

    def _forget(self, writer: LedgerWriter) -> int:
        names = self._reader.entry_names(self._plan.database)
        _, records = self._reader.records(self._plan.database)
        gone = _forgotten(names, _chosen(records, self._options), whole=not self._options.table)
        writer.forget(gone)
        return len(gone)

    def _end(self, writer: LedgerWriter, record: RunRecord, outcome: RunOutcome) -> None:
        if not self._stop.now.is_set():
            writer.write([writer.run(replace(record, outcome=outcome, finished_at=now_text()))])

    def _record(self, held: HeldLock, destruction: Destruction) -> RunRecord:
        return replace(
            self._run.record("destroy", held, destruction.caller, self._options.tool_version),
            git_commit=git_commit(self._plan.folder),
            plan_file=self._plan.file,
            plan_hash=self._plan.text_hash,
            environment=self._plan.environment or "",
            planned=len(destruction.tables),
        )


def _chosen(records: LedgerState, options: DestroyOptions) -> tuple[OwnedTable, ...]:
    owned = tuple(records.tables.values())
    if not options.table:
        return owned
    found = tuple(record for record in owned if options.table in (record.name, record.key, f"table.{record.key}"))
    if not found:
        names = ", ".join(sorted(record.name for record in owned)) or "none"
        raise CallError("TableMissing", f"{options.table} is no table that this database owns. It owns: {names}.")
    return found


def _forgotten(names: tuple[str, ...], owned: tuple[OwnedTable, ...], *, whole: bool) -> tuple[str, ...]:
    if whole:
        return forgetting.of_database(names)
    return tuple(name for record in owned for name in forgetting.of_table(names, record.key))


def _aspects(record: OwnedTable) -> list[str]:
    return ["table"] if record.table_id else ["table", "tags"]


def _is_replaced(record: OwnedTable, info: Json, database: str, ledger: LedgerState) -> bool:
    """Whether another table has the name now. One that was only announced has to be the one that a run made."""
    if info is None:
        return False
    if record.table_id:
        return bool(info["Table"].get("TableId", "") != record.table_id)
    return not is_as_announced(record, table_state(info), ledger, database, tags="Tags" in info)


def _holds_items(clients: Clients, info: Json) -> bool | None:
    return None if info is None else holds_items(clients, info["Table"]["TableName"])


def _doomed(record: OwnedTable, info: Json, *, holds_items: bool | None) -> DoomedTable:
    table = info["Table"] if info is not None else {}
    return DoomedTable(
        key=record.key,
        name=record.name,
        table_id=table.get("TableId", record.table_id),
        items=int(table.get("ItemCount", 0)),
        exists=info is not None,
        holds_items=holds_items,
    )


def _essence(destruction: Destruction) -> tuple[object, ...]:
    tables = tuple((table.name, table.table_id, table.exists) for table in destruction.tables)
    return (tables, destruction.protected, destruction.replaced)


def _nothing(plan: Plan, options: DestroyOptions) -> str:
    return f"The ledger {options.ledger!r} records no table of database {plan.database!r}."


def _refused(destruction: Destruction, options: DestroyOptions) -> str:
    """Why nothing may be deleted: protection, or items where only empty tables are meant; empty where it may."""
    if destruction.protected:
        return _protected(destruction)
    names = [table.name for table in destruction.tables if table.exists and table.holds_items is not False]
    if not options.if_empty or not names:
        return ""
    return (
        f"{', '.join(names)} {'holds' if len(names) == 1 else 'hold'} items, or could not be looked at; nothing was "
        "deleted. Without --if-empty the items are deleted with the tables."
    )


def _protected(destruction: Destruction) -> str:
    names = ", ".join(destruction.protected)
    return (
        f"Deletion protection keeps {names}; nothing was deleted. Write `deletion_protection: false` there in the "
        "plan, apply that, and run the same command again."
    )
