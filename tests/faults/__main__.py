"""``python -m tests.faults``: the whole campaign and the table of what came of it; ends with 1 if anything is wrong."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from typing import TYPE_CHECKING

from tests import engines
from tests.engines import Engine, EngineMissingError
from tests.faults.campaign import RUNNERS, Outcome, Task, every_task, measure, run_all, sample
from tests.faults.report import kill_points, render

if TYPE_CHECKING:
    from collections.abc import Sequence

STARTERS = {"ministack": engines.ministack, "dynamodb-local": engines.dynamodb_local}
PROGRESS_EVERY = 15.0


def main() -> int:
    """Run the campaign.

    Returns:
        The exit code.
    """
    options = _parse()
    begun = time.monotonic()
    outcomes: list[Outcome] = []
    with contextlib.ExitStack() as stack:
        running = _start_engines(options.engine, stack)
        if not running:
            return 1
        figures = {engine.name: measure(engine, options.how) for engine in running}
        tasks = [task for engine in running for task in every_task(engine, figures[engine.name], options.how)]
        tasks = [task for task in tasks if not options.only or task.scenario in options.only]
        if options.sample:
            tasks = list(sample(tasks, options.seed, options.sample))
        outcomes = _perform(tasks, options.jobs, begun)
    print(render(outcomes, figures, time.monotonic() - begun))
    whole = not options.sample and not options.only
    missed = any(
        not set(range(1, counted.fewest + 1)) <= killed
        for name, counted in figures.items()
        for killed in kill_points(outcomes, name)
    )
    return int((whole and missed) or any(not outcome.verdict.good for outcome in outcomes))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--engine", choices=STARTERS, action="append", help="only this one; may be given again")
    parser.add_argument("--only", choices=RUNNERS, action="append", help="only this scenario; may be given again")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N runs of each scenario")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--jobs", type=int, default=4, help="runs at the same time")
    parser.add_argument("--how", choices=("fork", "exec"), default="fork", help="how the command line is started")
    return parser.parse_args()


def _start_engines(names: Sequence[str] | None, stack: contextlib.ExitStack) -> list[Engine]:
    running = []
    for name in names or STARTERS:
        try:
            running.append(stack.enter_context(STARTERS[name]()))
        except EngineMissingError as missing:
            print(f"skipped: {missing}", file=sys.stderr)
    return running


def _perform(tasks: Sequence[Task], jobs: int, begun: float) -> list[Outcome]:
    outcomes: list[Outcome] = []
    said = time.monotonic()
    for outcome in run_all(tasks, jobs):
        outcomes.append(outcome)
        if not outcome.verdict.good:
            print(f"{outcome.task.scenario} {outcome.task.arguments} on {outcome.task.engine.name}:", file=sys.stderr)
            print(outcome.verdict, file=sys.stderr, flush=True)
        if time.monotonic() - said > PROGRESS_EVERY:
            said = time.monotonic()
            print(f"{len(outcomes)} of {len(tasks)} runs, {said - begun:.0f} s", file=sys.stderr, flush=True)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
