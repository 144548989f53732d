"""The table of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tests.evals.asking import Score
from tests.evals.judging import CHECKS

NOTHING_CLAIMED = "Recorded replies were judged, which says nothing about Claude: no pass rate is claimed."


def table(scores: Sequence[Score], *, recorded: bool) -> str:
    """One line for each purpose, then what it comes to, then what did not hold."""
    heads = ("purpose", "asked", "result", "repairs", *CHECKS, "sent", "received", "cost", "time")
    rows = [heads, *(_row(score, recorded=recorded) for score in scores)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", *_totals(scores, recorded=recorded), *_problems(scores)])


def _row(score: Score, *, recorded: bool) -> tuple[str, ...]:
    held = {check.name: "ok" if check.passed else "NO" for check in score.checks}
    return (
        score.purpose,
        "recorded" if recorded else "live",
        "passed" if score.passed else "failed",
        str(score.repairs),
        *(held.get(name, "-") for name in CHECKS),
        # A fake counts tokens by characters: what it counted is nobody's bill.
        "-" if recorded else f"{score.usage.sent:,}",
        "-" if recorded else f"{score.usage.output:,}",
        "-" if score.cost is None else f"${score.cost:.2f}",
        f"{score.seconds:.0f} s",
    )


def _totals(scores: Sequence[Score], *, recorded: bool) -> list[str]:
    if recorded:
        return [NOTHING_CLAIMED]
    passed = [score for score in scores if score.passed]
    first = sum(1 for score in passed if score.repairs == 0)
    paid = sum((score.cost for score in scores if score.cost is not None), Decimal(0))
    count = len(scores)
    return [
        f"pass@1: {first}/{count} ({first / count:.0%})",
        f"pass after repair: {len(passed)}/{count} ({len(passed) / count:.0%})",
        f"tokens: {sum(s.usage.sent for s in scores):,} sent, {sum(s.usage.output for s in scores):,} received",
        f"cost: ${paid:.2f}",
    ]


def _problems(scores: Sequence[Score]) -> list[str]:
    lines = []
    for score in scores:
        lines += [f"{score.purpose}: {score.message}"] if score.message else []
        lines += [f"{score.purpose}: {check.name}: {check.message}" for check in score.checks if not check.passed]
    return ["", *lines] if lines else []
