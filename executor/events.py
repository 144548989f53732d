"""What happens during an apply, as a closed list of values. Views draw them; the apply loop never prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from executor.result import Result
    from planner.steps import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The lock is held and the steps are final."""

    run: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockWaiting:
    """Another run holds the lock."""

    owner: str
    host: str
    since: str
    seconds_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A step's call is about to be sent."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """A long step goes on.

    Attributes:
        step: Which.
        message: What is waited for or how far it got.
        done: How much is done, where that is known.
        total: Out of how much.
        rate: Rows a second, of a load.
        units: Write units that a load has taken so far.
        seconds_left: Until a load is done, at that rate.
    """

    step: Step
    message: str
    done: int | None = None
    total: int | None = None
    rate: float | None = None
    units: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """A step is done; ``already`` when live state said so before anything was sent."""

    step: Step
    result: Result
    already: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed:
    """A step's call failed for good."""

    step: Step
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSkipped:
    """A step was not started, because one that it depends on failed or the run is stopping; or it is left to itself."""

    step: Step
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStopping:
    """Nothing new is started any more; what runs is awaited.

    Attributes:
        reason: Why.
    """

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The end of a run.

    Attributes:
        run: Its id.
        outcome: ``done``, ``failed``, ``interrupted`` or ``detached``.
        seconds: Wall time.
    """

    run: str
    outcome: str
    seconds: float


Event = (
    RunStarted
    | LockWaiting
    | StepStarted
    | StepProgress
    | StepFinished
    | StepFailed
    | StepSkipped
    | RunStopping
    | RunFinished
)
Listener = Callable[[Event], None]
