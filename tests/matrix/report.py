"""The tables that a run ends with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.matrix.running import Outcome, Verdict
from tests.matrix.sequences import Walked

HEAD = ("where", "pairs", "alone", "two at a time", "converged", "refused", "not there", "wrong", "steps")


def pairs_table(outcomes: Iterable[Outcome]) -> str:
    """A row for each place; then the reasons of what was refused, and everything that is wrong."""
    by_place: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_place.setdefault(outcome.place, []).append(outcome)
    rows = [HEAD, *(_row(place, found) for place, found in by_place.items())]
    lines = [*_columns(rows)]
    for place, found in by_place.items():
        for verdict in (Verdict.REFUSED, Verdict.WRONG):
            reasons = Counter(f"{' and '.join(o.parts)}: {o.why}" for o in found if o.verdict is verdict)
            lines += [f"{place}, {verdict}: {count} x {reason}" for reason, count in sorted(reasons.items())]
    return "\n".join(lines)


def _row(place: str, found: Sequence[Outcome]) -> tuple[str, ...]:
    counts = Counter(outcome.verdict for outcome in found)
    alone = sum(1 for outcome in found if len(outcome.parts) == 1)
    figures = (
        len(found),
        alone,
        len(found) - alone,
        *(counts[verdict] for verdict in (Verdict.CONVERGED, Verdict.REFUSED, Verdict.LACKING, Verdict.WRONG)),
        sum(outcome.steps for outcome in found),
    )
    return (place, *(f"{figure:,}" for figure in figures))


def sequences_table(where: str, walked: Sequence[Walked]) -> str:
    """A line for each test, and the totals."""
    rows = [("test", "changes", "converged", "verdict")]
    rows += [(w.name, str(w.changes), str(w.converged), _verdict(w)) for w in walked]
    counts = Counter(w.verdict for w in walked)
    changes, converged = sum(w.changes for w in walked), sum(w.converged for w in walked)
    totals = ", ".join(f"{counts[verdict]} {_WORDS[verdict]}" for verdict in Verdict if counts[verdict])
    return "\n".join(
        [*_columns(rows), f"{where}: {len(walked)} tests: {totals}; {converged} of {changes} changes converged."]
    )


_WORDS = {
    Verdict.CONVERGED: "went there and back",
    Verdict.REFUSED: "with a change that is refused",
    Verdict.LACKING: "not there",
    Verdict.WRONG: "wrong",
}


def _verdict(walked: Walked) -> str:
    more = walked.why or ", ".join(dict.fromkeys(walked.refused))
    return f"{walked.verdict}: {more}" if more else str(walked.verdict)


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
