"""The numbers, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tests.corpus.running import Result


def report(results: Mapping[str, Sequence[Result]], *, applied: bool) -> str:
    """One line a folder, the sums, why files were refused, and what went wrong.

    Args:
        results: By folder.
        applied: Whether plans were applied at all.
    """
    lines = [_line("folder", "files", "imported", "tables", "valid", "applied", "empty", "same again", "refused")]
    lines.append(_line(*("---",) * 9))
    everything = [result for own in results.values() for result in own]
    for folder, own in [*results.items(), ("all", everything)]:
        taken = [result for result in own if not result.refused]
        lines.append(
            _line(
                folder,
                len(own),
                len(taken),
                sum(result.tables for result in taken),
                sum(bool(result.held) for result in taken),
                sum(result.applied for result in taken) if applied else "-",
                sum(result.empty for result in taken) if applied else "-",
                sum(all(result.held.values()) and bool(result.held) for result in taken),
                len(own) - len(taken),
            )
        )
    reasons = Counter(result.reason for result in everything if result.refused)
    lines += ["", "Refused, each with a sentence that says what cannot be known:"]
    lines += [f"- {count} {reason}" for reason, count in reasons.most_common()]
    wrong = [(result.name, problem) for result in everything for problem in result.problems]
    lines += ["", f"{len(wrong)} problems" + (":" if wrong else ".")]
    lines += [f"- {name}: {problem}" for name, problem in wrong]
    return "\n".join(lines)


def _line(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
