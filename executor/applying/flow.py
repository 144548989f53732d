"""The flow of an apply: read, compare, ask, lock, read and compare again, run, record."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from executor.apply import Outcome, OutcomeKind, StepReport, StepState
from executor.applying.gate import gate, what_moved
from executor.applying.preparing import prepare_plan
from executor.applying.recording import begun, ended, has_unsettled
from executor.applying.running import run_steps
from executor.applying.session import Session
from executor.events import LockWaiting, StepFailed, StepFinished, StepStarted
from executor.failure import CallError
from executor.identity import now_text, this_process
from executor.ledger.creation import ensure_ledger
from executor.ledger.errors import LockHeldError, StopRequestedError
from executor.ledger.lock import LockTaker, LockTerms
from executor.ledger.reader import LedgerReader
from executor.ledger.writer import LedgerWriter
from executor.registry import call_function

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.apply import ApplyOptions, Stop
    from executor.clients import Clients
    from executor.events import Listener
    from executor.ledger.lock import HeldLock
    from executor.ledger.values import LockInfo, StepRecord
    from executor.prepare import Prepared
    from planner.checked import CheckedPlan
    from planner.steps import Step


def apply_plan(
    checked: CheckedPlan,
    clients: Clients,
    options: ApplyOptions,
    confirm: Callable[[Prepared], bool],
    listen: Listener,
    stop: Stop,
    examine: Callable[[Prepared], None],
) -> Outcome:
    """What ``executor.apply.apply`` does."""
    prepared = prepare_plan(checked, clients, options)
    examine(prepared)
    stopped = gate(prepared, options)
    if stopped is not None:
        return stopped
    unsettled = has_unsettled(prepared.live.ledger.tables)
    if prepared.diff.is_empty and not unsettled:
        return Outcome(kind=OutcomeKind.NOTHING, prepared=prepared)
    if not prepared.diff.is_empty and not confirm(prepared):
        return Outcome(kind=OutcomeKind.DECLINED, message="Nothing was changed.", prepared=prepared)
    run = _Apply(checked, clients, options, listen, stop)
    try:
        return run.go(prepared)
    except LockHeldError as held:
        return Outcome(kind=OutcomeKind.LOCKED, message=str(held), prepared=prepared)
    except StopRequestedError as stopped_by:
        return Outcome(kind=OutcomeKind.INTERRUPTED, message=str(stopped_by), prepared=prepared)


def new_run_id() -> str:
    """Sorts by time, to the millisecond, and is like no other."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03d}Z-{secrets.token_hex(4)}"


class _Apply:
    """What is done once a person said yes."""

    def __init__(
        self,
        checked: CheckedPlan,
        clients: Clients,
        options: ApplyOptions,
        listen: Listener,
        stop: Stop,
    ) -> None:
        self._checked = checked
        self._clients = clients
        self._options = options
        self._listen = listen
        self._stop = stop
        self._run = new_run_id()
        self._made: list[StepRecord] = []

    def go(self, confirmed: Prepared) -> Outcome:
        """Make the ledger, take the lock, make sure that nothing moved, and run.

        Raises:
            LockHeldError: Another run holds the lock and lives.
            StopRequestedError: A person stopped the waiting.
            CallError: Nothing could be read or the ledger not be made.
            LedgerError: The ledger is not the right one or cannot be used.
        """
        started = time.monotonic()
        made = self._make_ledger(confirmed)
        held = self._take_lock()
        try:
            outcome = self._under_lock(confirmed, held)
        finally:
            problem = held.release()
        return replace(
            outcome,
            steps=(*made, *outcome.steps),
            warnings=(*outcome.warnings, problem) if problem else outcome.warnings,
            seconds=time.monotonic() - started,
        )

    def _under_lock(self, confirmed: Prepared, held: HeldLock) -> Outcome:
        # Items were looked at before anybody was asked; that costs read units, and once is enough.
        prepared = prepare_plan(self._checked, self._clients, replace(self._options, look_at=None))
        moved = what_moved(confirmed.diff, prepared.diff)
        if moved:
            return Outcome(kind=OutcomeKind.STALE, message=_stale(moved), prepared=prepared)
        refused = gate(prepared, replace(self._options, approve=""))
        if refused is not None:
            return refused
        outcome = run_steps(self._session(prepared, held, confirmed.diff.hash))
        if outcome.kind is OutcomeKind.DONE and prepared.diff.is_empty:
            return replace(outcome, kind=OutcomeKind.NOTHING)
        return outcome

    def _session(self, prepared: Prepared, held: HeldLock, steps_hash: str) -> Session:
        return Session(
            checked=self._checked,
            clients=self._clients,
            options=self._options,
            prepared=prepared,
            held=held,
            writer=LedgerWriter(self._clients.dynamodb, self._options.ledger, held),
            ledger_id=prepared.live.ledger.ledger_id,
            run=self._run,
            steps_hash=steps_hash,
            stop=self._stop,
            listen=self._listen,
            made=tuple(self._made),
        )

    def _make_ledger(self, confirmed: Prepared) -> tuple[StepReport, ...]:
        """The ledger precedes the lock, and making it twice at once is harmless."""
        if confirmed.live.ledger.ledger_id:
            return ()
        if self._stop.asked.is_set():
            raise StopRequestedError("Stopped before anything was written.")
        reports = tuple(self._call_ledger_step(step) for step in confirmed.diff.steps if step.address == "ledger")
        caller = confirmed.caller
        ensure_ledger(self._clients.dynamodb, self._options.ledger, account=caller.account, region=caller.region)
        return reports

    def _call_ledger_step(self, step: Step) -> StepReport:
        self._listen(StepStarted(step=step))
        started_at = now_text()
        result = call_function(step.call.function, self._clients, stop=self._stop.now, **step.call.arguments)
        if not result.ok and result.error_code != "TableExists":
            self._listen(StepFailed(step=step, result=result))
            raise CallError(result.error_code, f"The ledger could not be made. {result.message}")
        self._listen(StepFinished(step=step, result=result, already=not result.ok))
        state = StepState.DONE if result.ok else StepState.ALREADY
        intent = begun(step, len(self._made) + 1, started_at)
        self._made.append(ended(intent, result if result.ok else replace(result, error_code="", message=""), state))
        return StepReport(step=step, state=state, result=result)

    def _take_lock(self) -> HeldLock:
        taker = LockTaker(
            self._clients.dynamodb,
            LedgerReader(self._clients.dynamodb, self._options.ledger),
            database=self._checked.plan.database,
            run=self._run,
            process=this_process(),
            terms=LockTerms(lease_seconds=self._options.lease_seconds, timeout=self._options.lock_timeout),
        )
        return taker.take(self._tell_waiting, self._stop.asked)

    def _tell_waiting(self, holder: LockInfo, seconds_left: float) -> None:
        self._listen(
            LockWaiting(owner=holder.owner, host=holder.host, since=holder.since, seconds_left=seconds_left),
        )


def _stale(moved: str) -> str:
    return (
        f"What is live changed after it was compared, so the steps are not those that were confirmed: {moved}. "
        "Nothing was changed. Run the same command again and look at its diff."
    )
