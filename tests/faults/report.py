"""The table that a campaign ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.campaign import RUNNERS, Figures, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COLUMNS = ("scenario", "engine", "runs", "faults", "survived", "lost", "doubled", "overwritten", "late", "wrong")


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one scenario on one engine, or of all.

    Attributes:
        runs: How many runs had their fault.
        faults: How many faults were injected.
        survived: Runs after which nothing was wrong.
        lost: Runs that lost something.
        doubled: Runs in which something happened twice.
        overwritten: Runs in which an item of the application was written over.
        late: Runs in which a former holder's write took effect.
        wrong: Runs with anything else that is wrong.
    """

    runs: int = 0
    faults: int = 0
    survived: int = 0
    lost: int = 0
    doubled: int = 0
    overwritten: int = 0
    late: int = 0
    wrong: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count a run."""
        verdict = outcome.verdict
        self.runs += outcome.reached
        self.faults += outcome.faults
        self.survived += outcome.reached and verdict.good
        self.lost += bool(verdict.lost)
        self.doubled += bool(verdict.doubled)
        self.overwritten += bool(verdict.overwritten)
        self.late += bool(verdict.late)
        self.wrong += bool(verdict.wrong)

    def cells(self) -> tuple[str, ...]:
        """As the table shows them."""
        counts = (self.runs, self.faults, self.survived, self.lost, self.doubled)
        return tuple(str(count) for count in (*counts, self.overwritten, self.late, self.wrong))


def kill_points(outcomes: Iterable[Outcome], engine: str) -> tuple[set[int], set[int]]:
    """The numbers of the calls before which a client was killed, and of those after which one was."""
    return _killed(outcomes, engine, "killed before a call"), _killed(outcomes, engine, "killed after a call")


def _killed(outcomes: Iterable[Outcome], engine: str, scenario: str) -> set[int]:
    return {
        outcome.task.arguments[0]
        for outcome in outcomes
        if outcome.task.engine == engine and outcome.task.scenario == scenario and outcome.reached
    }


def render(outcomes: Sequence[Outcome], figures: Mapping[str, Figures], seconds: float) -> str:
    """The whole report as text.

    Args:
        outcomes: Of every run.
        figures: How many calls an uninterrupted apply makes, by engine.
        seconds: Wall time of the campaign.
    """
    tallies = {(scenario, engine): Tally() for scenario in RUNNERS for engine in figures}
    total = Tally()
    for outcome in outcomes:
        tallies[outcome.task.scenario, outcome.task.engine].add(outcome)
        total.add(outcome)
    rows = [COLUMNS, *((*name, *tally.cells()) for name, tally in tallies.items() if tally.runs or tally.faults)]
    rows.append(("total", "", *total.cells()))
    lines = _aligned(rows)
    lines += [_points(engine, counted, outcomes) for engine, counted in figures.items()]
    started = sum(outcome.started for outcome in outcomes)
    lines.append(f"{started} runs of the command line in {seconds:.0f} s")
    if broken := sum(outcome.broken for outcome in outcomes):
        lines.append(f"engines that failed by themselves: {broken}; those runs were begun again on fresh ones")
    if unreached := sum(not outcome.reached for outcome in outcomes):
        lines.append(f"runs that ended before their fault, or had no engine that held: {unreached}")
    return "\n".join(lines)


def _points(engine: str, counted: Figures, outcomes: Sequence[Outcome]) -> str:
    before, after = kill_points(outcomes, engine)
    calls = f"{counted.most}" if counted.fewest == counted.most else f"{counted.fewest} to {counted.most}"
    return (
        f"{engine}: an uninterrupted apply makes {calls} calls; killed before {len(before)} of them and after "
        f"{len(after)}: {len(before) + len(after)} kill points, and twice the calls is {2 * counted.fewest}"
    )


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = []
    for row in rows:
        words = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        figures = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join((*words, *figures)).rstrip())
    return [lines[0], "-" * len(lines[0]), *lines[1:-1], "-" * len(lines[0]), lines[-1]]
