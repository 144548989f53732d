"""Runs that the ledger records."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from ddbplan.views.diff import duration
from ddbplan.views.output import Output, Span, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.ledger.values import RunRecord, StepRecord

_SHORT_HASH = 12


def write_runs(runs: Sequence[RunRecord], form: str) -> None:
    """Several runs, latest first, a line each."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "runs": [asdict(run) for run in runs]})
        return
    if not runs:
        out.line("No runs are recorded.")
        return
    rows = [
        (
            run.id,
            run.database,
            run.command,
            run.outcome,
            run.owner,
            run.started_at,
            _took(run.started_at, run.finished_at),
        )
        for run in runs
    ]
    out.table(("run", "database", "command", "outcome", "who", "started", "took"), rows)


def write_run(run: RunRecord, form: str) -> None:
    """One run with its steps."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "run": asdict(run)})
        return
    for name, value in _facts(run):
        if value:
            out.line(Span(f"{name:<12}", "dim"), value)
    out.line("")
    rows = [
        (str(step.number), step.id, step.function, _outcome(step), _took(step.started_at, step.finished_at))
        for step in run.steps
    ]
    out.table(("no", "step", "function", "outcome", "took"), rows)
    _write_failures(out, run)


def _facts(run: RunRecord) -> tuple[tuple[str, str], ...]:
    return (
        ("run", run.id),
        ("database", run.database),
        ("command", run.command),
        ("outcome", run.outcome),
        ("who", f"{run.owner} on {run.host}"),
        ("started", run.started_at),
        ("finished", run.finished_at),
        ("took", _took(run.started_at, run.finished_at)),
        ("plan", run.plan_file),
        ("environment", run.environment),
        ("plan hash", run.plan_hash[:_SHORT_HASH]),
        ("steps hash", run.steps_hash[:_SHORT_HASH]),
        ("approval", run.approval[:_SHORT_HASH]),
        ("git commit", run.git_commit),
        ("ddbplan", run.tool_version),
        ("fence", str(run.fence)),
        ("steps", f"{len(run.steps)} started of {run.planned}"),
    )


def _outcome(step: StepRecord) -> str:
    if step.already:
        return "was so already"
    return "no outcome recorded" if step.outcome == "started" else step.outcome


def _write_failures(out: Output, run: RunRecord) -> None:
    for step in run.steps:
        if step.message:
            out.prose(step.message, first=f"{step.id}: {step.error_code}: ", style="red")


def _took(started: str, finished: str) -> str:
    if not started or not finished:
        return ""
    try:
        seconds = (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()
    except ValueError:
        return ""
    return duration(max(0.0, seconds))
