"""What happens during an apply, as JSON values."""

from __future__ import annotations

from typing import Any, assert_never

from executor.events import (
    Event,
    LockWaiting,
    RunFinished,
    RunStarted,
    RunStopping,
    StepFailed,
    StepFinished,
    StepProgress,
    StepSkipped,
    StepStarted,
)


def event_json(event: Event) -> dict[str, Any]:
    """An event as JSON values; the closed list of ``event`` names is part of the interface."""
    return {"version": 1, **_members(event)}


def _members(event: Event) -> dict[str, Any]:
    found: dict[str, Any]
    match event:
        case RunStarted():
            found = {"event": "run_started", "run": event.run, "steps": [step.id for step in event.steps]}
        case LockWaiting():
            found = {"event": "lock_waiting", "owner": event.owner, "host": event.host, "since": event.since}
            found["seconds_left"] = event.seconds_left
        case StepStarted():
            found = {"event": "step_started", "step": event.step.id, "function": event.step.call.function}
        case StepProgress():
            found = _progress(event)
        case StepFinished():
            found = {"event": "step_finished", "step": event.step.id, "already": event.already}
            found["seconds"] = event.result.seconds
        case StepFailed():
            found = {"event": "step_failed", "step": event.step.id, "error_code": event.result.error_code}
            found |= {"message": event.result.message, "seconds": event.result.seconds}
        case StepSkipped():
            found = {"event": "step_skipped", "step": event.step.id, "reason": event.reason}
        case RunStopping():
            found = {"event": "run_stopping", "reason": event.reason}
        case RunFinished():
            found = {"event": "run_finished", "run": event.run, "outcome": event.outcome, "seconds": event.seconds}
        case _:
            assert_never(event)
    return found


def _progress(event: StepProgress) -> dict[str, Any]:
    found: dict[str, Any] = {"event": "step_progress", "step": event.step.id, "message": event.message}
    found |= {"done": event.done, "total": event.total}
    if event.rate is not None:
        found |= {"rate": event.rate, "units": event.units, "seconds_left": event.seconds_left}
    return found
