"""Apply: makes live state what a plan says, under the ledger's lock, and can be run again after anything."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from executor.ledger.values import DEFAULT_LEASE_SECONDS, DEFAULT_LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.clients import Clients
    from executor.events import Event, Listener
    from executor.prepare import Prepared
    from executor.result import Result
    from planner.checked import CheckedPlan
    from planner.diagnostics import Diagnostic
    from planner.steps import Step

DEFAULT_PARALLELISM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """What a person decides beside the plan.

    Attributes:
        ledger: The ledger's physical name.
        only: Addresses to limit the run to; empty for all.
        adopt: Addresses of tables that exist and that the plan takes.
        rerun: Addresses of applied transactions that run again, because a table they touched was made again.
        skip: Addresses of transactions to record as skipped.
        allow: Permissions: ``KIND:ADDRESS``, or with ``interactive`` a bare ``KIND``.
        kinds: Hazards that are permitted at every address, whoever confirms.
        interactive: A person confirms at a terminal.
        approve: The hash of the steps that were approved; any other steps are refused as stale.
        approval: Id of the saved steps that the run is under; recorded with it. The caller has compared them.
        parallelism: At most this many steps at once.
        lease_seconds: How long a lock's holder may be silent.
        lock_timeout: Seconds of patience with another run that holds the lock and lives.
        workers: Processes that write each seed; 1 for this one alone.
        max_write_units: Write units a second for each seed, at most; None for what its table takes.
        detach: Leave indexes that only have to be filled to themselves.
        tool_version: Recorded with the run.
        look_at: How many live items of a table to look at before a change that they may not suit: 0 for all, None for
            none.
    """

    ledger: str = DEFAULT_LEDGER
    only: tuple[str, ...] = ()
    adopt: frozenset[str] = frozenset()
    rerun: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    allow: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    interactive: bool = False
    approve: str = ""
    approval: str = ""
    parallelism: int = DEFAULT_PARALLELISM
    lease_seconds: float = DEFAULT_LEASE_SECONDS
    lock_timeout: float = 0.0
    workers: int = 1
    max_write_units: float | None = None
    detach: bool = False
    tool_version: str = ""
    look_at: int | None = None


class OutcomeKind(StrEnum):
    """What an apply came to."""

    DONE = "done"
    """Every step is done."""
    NOTHING = "nothing"
    """Live state is what the plan says."""
    DECLINED = "declined"
    """The person said no."""
    REFUSED = "refused"
    """The diff holds a refusal, or a hazard is not allowed: nothing was started."""
    STALE = "stale"
    """The steps are not those that were approved: nothing was started."""
    LOCKED = "locked"
    """Another run holds the lock and lives: nothing was started."""
    FAILED = "failed"
    """Stopped part-way; the same apply continues."""
    INTERRUPTED = "interrupted"
    """A person stopped it; the same apply continues."""
    DETACHED = "detached"
    """What is left goes on by itself; the same apply picks it up."""


class StepState(StrEnum):
    """What became of a step."""

    DONE = "done"
    ALREADY = "already"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    DETACHED = "detached"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """One step's end.

    Attributes:
        step: Which.
        state: What became of it.
        result: The call's answer, without values of items; None when it was not made.
        reason: Why it failed or was not run; empty otherwise.
    """

    step: Step
    state: StepState
    result: Result | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an apply came to, and why.

    Attributes:
        kind: In one word.
        message: Why it did not come to its end; empty when it did.
        run: The run's id; empty when none was started.
        steps: Every step's end, in the diff's order; empty when no run was started.
        refusals: The diff's refusals, when those stopped it.
        flags: The permissions that are missing, as ``--allow`` takes them.
        warnings: What a person should know although it worked, one sentence each.
        prepared: What was confirmed, or would have been.
        seconds: Wall time of the run.
    """

    kind: OutcomeKind
    message: str = ""
    run: str = ""
    steps: tuple[StepReport, ...] = ()
    refusals: tuple[Diagnostic, ...] = ()
    flags: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    prepared: Prepared | None = None
    seconds: float = 0.0

    def of(self, *states: StepState) -> tuple[StepReport, ...]:
        """The steps that ended in one of some states."""
        return tuple(report for report in self.steps if report.state in states)


@dataclass(slots=True)
class Stop:
    """How a person stops a run: once, and it ends before its next step; twice, and it ends now.

    Attributes:
        asked: Set by the first press.
        now: Set by the second.
    """

    asked: threading.Event = field(default_factory=threading.Event)
    now: threading.Event = field(default_factory=threading.Event)

    def press(self) -> None:
        """Ask to stop; safe to call from a signal handler."""
        if self.asked.is_set():
            self.now.set()
        self.asked.set()


def yes(prepared: Prepared) -> bool:
    """Confirms everything: for programs that decided before they called."""
    return prepared is not None


def accept(prepared: Prepared) -> None:
    """Finds nothing wrong."""


def ignore(event: Event) -> None:
    """Listens to nothing."""


def apply(
    checked: CheckedPlan,
    clients: Clients,
    options: ApplyOptions | None = None,
    confirm: Callable[[Prepared], bool] = yes,
    listen: Listener = ignore,
    stop: Stop | None = None,
    examine: Callable[[Prepared], None] = accept,
) -> Outcome:
    """Make live state what the plan says.

    Reads and compares, asks, makes the ledger if it is not there, takes the lock, reads and compares again, and runs
    the steps if they are those that were confirmed. Safe to kill at any moment and to run twice at once: run it again.

    Args:
        checked: The plan, for one environment.
        clients: Where.
        options: What a person decides beside the plan.
        confirm: Shown what would be done; whether to go on. Not asked when there is nothing to do.
        listen: Told what happens. Called from several threads, one call at a time; it must not raise.
        stop: Stops the run.
        examine: Shown what was read and compared before anything is judged; raises to end it there.

    Returns:
        What it came to.

    Raises:
        CallError: Before anything was written: credentials, endpoint or permissions are unusable.
        LedgerError: Before anything was written: the ledger is not the right one (``WrongLedgerError``) or unusable.
    """
    from executor.applying.flow import apply_plan  # noqa: PLC0415 - importing this module loads no AWS client

    return apply_plan(checked, clients, options or ApplyOptions(), confirm, listen, stop or Stop(), examine)
