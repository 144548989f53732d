"""The steps of one run, from its first record in the ledger to its last."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from executor.apply import Outcome, OutcomeKind, StepState
from executor.applying import recording
from executor.applying.detaching import DetachWatch
from executor.applying.execution import Executor
from executor.applying.graph import run_graph
from executor.events import RunFinished, RunStarted, RunStopping, StepSkipped
from executor.identity import git_commit, now_text
from executor.ledger.errors import LedgerError
from executor.ledger.values import RunRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.apply import StepReport
    from executor.applying.session import Session
    from executor.ledger.values import RunOutcome
    from executor.ledger.writer import Change

INTERRUPTED = "the run is stopping"
_ENDS: Mapping[OutcomeKind, RunOutcome] = {
    OutcomeKind.FAILED: "failed",
    OutcomeKind.INTERRUPTED: "interrupted",
    OutcomeKind.DETACHED: "detached",
}


def run_steps(session: Session) -> Outcome:
    """Record the run, run its steps, record its end.

    Raises:
        LedgerError: The run could not be recorded; no step was started.
    """
    started = time.monotonic()
    steps = session.prepared.diff.steps
    record = _run_record(session)
    made = [session.writer.step(session.run, step) for step in session.made]
    session.writer.write([session.writer.run(record), *made, *_skips(session)])
    session.tell(RunStarted(run=session.run, steps=steps))
    executor = Executor(session)
    reports = run_graph(
        steps,
        executor.execute,
        _Hold(session),
        DetachWatch(session, executor),
        parallelism=session.options.parallelism,
        abort=session.stop.now,
    )
    outcome = _record_end(session, record, _outcome(session, reports))
    for report in outcome.of(StepState.NOT_RUN):
        session.tell(StepSkipped(step=report.step, reason=report.reason))
    session.tell(RunFinished(run=session.run, outcome=str(outcome.kind), seconds=time.monotonic() - started))
    return outcome


class _Hold:
    """Why nothing new may be started; empty while it may. Says so once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told = False

    def __call__(self) -> str:
        if not self._session.stop.asked.is_set():
            return "the lock was lost" if self._session.held.is_lost else ""
        if not self._told:
            self._told = True
            self._session.tell(RunStopping(reason=INTERRUPTED))
        return INTERRUPTED


def _run_record(session: Session) -> RunRecord:
    plan, lock = session.checked.plan, session.held.info
    return RunRecord(
        id=session.run,
        database=plan.database,
        command="apply",
        owner=lock.owner,
        arn=session.prepared.caller.arn,
        host=lock.host,
        git_commit=git_commit(plan.folder),
        plan_file=plan.file,
        plan_hash=plan.text_hash,
        environment=plan.environment or "",
        steps_hash=session.steps_hash,
        approval=session.options.approval or session.options.approve,
        tool_version=session.options.tool_version,
        fence=lock.fence,
        planned=len(session.made) + len(session.prepared.diff.steps),
        outcome="running",
        started_at=now_text(),
    )


def _skips(session: Session) -> list[Change]:
    return [session.writer.marker(record, session.run) for record in session.prepared.diff.skips]


def _outcome(session: Session, reports: tuple[StepReport, ...]) -> Outcome:
    kind, message = _kind(session, reports)
    return Outcome(
        kind=kind,
        message=message,
        run=session.run,
        steps=reports,
        warnings=tuple(session.warnings),
        prepared=session.prepared,
    )


def _kind(session: Session, reports: tuple[StepReport, ...]) -> tuple[OutcomeKind, str]:
    states = {report.state for report in reports}
    failed = [report for report in reports if report.state is StepState.FAILED]
    if failed:
        return OutcomeKind.FAILED, f"{failed[0].step.id}: {failed[0].reason}{_way_on(failed[0])}"
    if session.held.is_lost:
        return OutcomeKind.FAILED, "The run lost the lock and stopped before its next write."
    if StepState.INTERRUPTED in states or (StepState.NOT_RUN in states and session.stop.asked.is_set()):
        return OutcomeKind.INTERRUPTED, "Stopped; the same apply continues."
    if StepState.DETACHED in states:
        return OutcomeKind.DETACHED, "Indexes are still being filled; the same apply picks them up."
    return OutcomeKind.DONE, ""


def _way_on(report: StepReport) -> str:
    """What else there is to do than the same again, which a condition would refuse again."""
    if report.result is None or report.result.error_code != "ConditionFailed":
        return ""
    if report.step.address.startswith("seed."):
        return " An item that is not there has no attributes to set: leave its row out of the seed, or have it written."
    return (
        " Make the condition hold and run the same apply again, or leave the transaction out for good with "
        f"--skip {report.step.address}."
    )


def _record_end(session: Session, record: RunRecord, outcome: Outcome) -> Outcome:
    """The end in the ledger; what the ledger refuses to hear makes a run that did everything a failed one."""
    ended = _ENDS.get(outcome.kind, "done")
    whole = ended == "done" and not session.options.only
    changes = recording.settled(session) if whole else recording.finished(session, outcome.steps)
    changes.append(session.writer.run(replace(record, outcome=ended, finished_at=now_text())))
    try:
        session.writer.write(changes)
    except LedgerError as error:
        if outcome.kind is OutcomeKind.DONE:
            return replace(outcome, kind=OutcomeKind.FAILED, message=str(error))
    return outcome
