"""``python -m tests.faults``: the whole campaign and the table of what came of it; ends with 1 if anything is wrong."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engines import EngineMissingError
from tests.faults import saving
from tests.faults.campaign import RUNNERS, Figures, Outcome, Task, every_task, measure, run_all, sample
from tests.faults.report import kill_points, render
from tests.faults.room import STARTERS, Room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.client import How

NAMES = {name.lower().replace(" ", "-"): name for name in STARTERS}
PROGRESS_EVERY = 15.0


def main() -> int:
    """Run the campaign.

    Returns:
        The exit code.
    """
    options = _parse()
    begun = time.monotonic()
    figures = _measure([NAMES[name] for name in options.engine or NAMES], options.how)
    if not figures:
        return 1
    tasks = [task for engine in figures for task in every_task(engine, figures[engine], options.how)]
    tasks = [task for task in tasks if not options.only or task.scenario in options.only]
    if options.sample:
        tasks = list(sample(tasks, options.seed, options.sample))
    outcomes = _perform(tasks, options, begun)
    print(render(outcomes, figures, time.monotonic() - begun))
    whole = not options.sample and not options.only and not options.limit
    missed = any(
        not set(range(1, counted.fewest + 1)) <= killed
        for name, counted in figures.items()
        for killed in kill_points(outcomes, name)
    )
    return int((whole and missed) or any(not outcome.verdict.good for outcome in outcomes))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--engine", choices=NAMES, action="append", help="only this one; may be given again")
    parser.add_argument("--only", choices=RUNNERS, action="append", help="only this scenario; may be given again")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N runs of each scenario")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--jobs", type=int, default=4, help="runs at the same time")
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="keep what came of each run; what is there is not run"
    )
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="end after N runs")
    parser.add_argument("--how", choices=("fork", "exec"), default="fork", help="how the command line is started")
    return parser.parse_args()


def _measure(names: Sequence[str], how: How) -> dict[str, Figures]:
    """How many calls there are to strike at, on each engine that is installed."""
    figures = {}
    with Room() as room:
        for name in names:
            try:
                figures[name] = measure(name, room, how)
            except EngineMissingError as missing:
                print(f"skipped: {missing}", file=sys.stderr)
    return figures


def _perform(tasks: Sequence[Task], options: argparse.Namespace, begun: float) -> list[Outcome]:
    kept: Path | None = options.save
    saved = saving.load(kept) if kept is not None and kept.exists() else ()
    outcomes = [outcome for outcome in saved if outcome.reached]
    done = {outcome.task for outcome in outcomes}
    left = [task for task in tasks if task not in done][: options.limit or None]
    said = time.monotonic()
    for outcome in run_all(left, options.jobs):
        outcomes.append(outcome)
        if kept is not None:
            saving.add(kept, outcome)
        if not outcome.verdict.good:
            print(f"{outcome.task.scenario} {outcome.task.arguments} on {outcome.task.engine}:", file=sys.stderr)
            print(outcome.verdict, file=sys.stderr, flush=True)
        if time.monotonic() - said > PROGRESS_EVERY:
            said = time.monotonic()
            print(f"{len(outcomes)} of {len(done) + len(left)} runs, {said - begun:.0f} s", file=sys.stderr, flush=True)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
