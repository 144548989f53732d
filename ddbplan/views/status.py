"""Locks, and what the last run of each database left."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ddbplan.views.output import Output, Span, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.ledger.values import LockInfo, RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one database stands.

    Attributes:
        database: Its name.
        lock: Its lock; None where it was never locked.
        last: Its last run, with its steps unless it is done; None where none is recorded.
    """

    database: str
    lock: LockInfo | None
    last: RunRecord | None


def write_standings(standings: Sequence[Standing], form: str) -> None:
    """Each database: its lock, its last run, the steps of that run that have not come to their end."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "databases": [_as_json(standing) for standing in standings]})
        return
    if not standings:
        out.line("Nothing is recorded yet.")
    for standing in standings:
        _write_one(out, standing)


def lock_words(lock: LockInfo | None) -> str:
    """Who holds a lock."""
    if lock is None or not lock.held:
        return "free"
    return f"held by {lock.owner} on {lock.host} (process {lock.pid}, run {lock.run}) since {lock.since}"


def _write_one(out: Output, standing: Standing) -> None:
    held = standing.lock is not None and standing.lock.held
    out.line(Span(standing.database, "bold"))
    out.line("  lock      ", Span(lock_words(standing.lock), "yellow" if held else "green"))
    last = standing.last
    if last is None:
        out.line("  last run  none")
        return
    out.line(f"  last run  {last.id}: {last.command} {_outcome(last, held=held)}, started {last.started_at}")
    for step in last.steps:
        if step.outcome != "done":
            out.line(f"            {step.id}: {step.outcome}")


def _outcome(last: RunRecord, *, held: bool) -> str:
    if last.outcome == "running" and not held:
        return "ended without a record (the next apply resumes it)"
    return last.outcome


def _as_json(standing: Standing) -> dict[str, object]:
    return {
        "database": standing.database,
        "lock": asdict(standing.lock) if standing.lock else None,
        "last_run": asdict(standing.last) if standing.last else None,
    }
