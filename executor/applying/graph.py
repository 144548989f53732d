"""Runs the graph of steps: independent ones side by side, each after those that it depends on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from executor.apply import StepReport, StepState

if TYPE_CHECKING:
    import threading

    from planner.steps import Step

_GOOD = (StepState.DONE, StepState.ALREADY)
_LOOK_SECONDS = 0.2

Execute = Callable[["Step"], StepReport]
Hold = Callable[[], str]
"""Why nothing new may be started; empty while it may."""
Watch = Callable[[tuple["Step", ...]], None]
"""Told which steps run, whenever nothing more can be started beside them."""


def run_graph(
    steps: Sequence[Step],
    execute: Execute,
    hold: Hold,
    watch: Watch,
    *,
    parallelism: int,
    abort: threading.Event,
) -> tuple[StepReport, ...]:
    """Run steps until all are done or nothing more may be started; what runs is always awaited.

    Args:
        steps: With what each depends on; ids outside these count as done.
        execute: Runs one step, in a thread of its own; returns its report.
        hold: Asked before each start.
        watch: See ``Watch``.
        parallelism: At most this many at once.
        abort: Set when the loop itself is broken off (a second interrupt, a bug), so that what runs ends soon.

    Returns:
        A report for every step, in the order given.
    """
    scheduler = _Scheduler(steps, hold, parallelism)
    with ThreadPoolExecutor(parallelism, thread_name_prefix="ddbplan-step") as pool:
        try:
            return _loop(scheduler, pool, execute, watch)
        except BaseException:
            abort.set()
            raise


def _loop(scheduler: _Scheduler, pool: ThreadPoolExecutor, execute: Execute, watch: Watch) -> tuple[StepReport, ...]:
    while True:
        for step in scheduler.startable():
            scheduler.running[pool.submit(execute, step)] = step
        if not scheduler.running:
            return scheduler.reports()
        if scheduler.is_waiting():
            watch(tuple(scheduler.running.values()))
        done, _ = wait(scheduler.running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
        for future in done:
            scheduler.finish(future)


class _Scheduler:
    """Which steps are done, which run, which may be started."""

    def __init__(self, steps: Sequence[Step], hold: Hold, parallelism: int) -> None:
        self._steps = {step.id: step for step in steps}
        self._hold = hold
        self._parallelism = parallelism
        self._done: dict[str, StepReport] = {}
        self._reason = ""
        self.running: dict[Future[StepReport], Step] = {}

    def startable(self) -> list[Step]:
        self._reason = self._reason or self._hold()
        return [] if self._reason else self._ready()[: self._parallelism - len(self.running)]

    def is_waiting(self) -> bool:
        return bool(self._reason) or not self._ready()

    def finish(self, future: Future[StepReport]) -> None:
        step = self.running.pop(future)
        report = future.result()
        self._done[step.id] = report
        if report.state in (StepState.FAILED, StepState.INTERRUPTED):
            self._reason = self._reason or f"{step.id} did not come to its end"

    def reports(self) -> tuple[StepReport, ...]:
        return tuple(self._done.get(step.id) or self._not_run(step) for step in self._steps.values())

    def _ready(self) -> list[Step]:
        busy = {step.id for step in self.running.values()}
        return [
            step
            for step in self._steps.values()
            if step.id not in self._done and step.id not in busy and all(map(self._is_done, step.depends_on))
        ]

    def _is_done(self, name: str) -> bool:
        return name not in self._steps or (name in self._done and self._done[name].state in _GOOD)

    def _not_run(self, step: Step) -> StepReport:
        missing = [name for name in step.depends_on if not self._is_done(name)]
        reason = f"it needs {missing[0]}" if missing else self._reason
        return StepReport(step=step, state=StepState.NOT_RUN, reason=reason)
