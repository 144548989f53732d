"""What several plans of one run came to, in one line and as JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.output import Output, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ddbplan.next_steps import Ended
    from ddbplan.plans import Validated
    from ddbplan.views.diff import Shown
    from ddbplan.views.proof import Proved

_BAD = frozenset({"declined", "refused", "stale", "locked", "failed", "interrupted", "invalid"})
_CAME_TO = {
    "done": "applied",
    "nothing": "with nothing to do",
    "detached": "left in progress",
    "failed": "stopped part-way",
}
"""Outcomes of an apply in words, where their own is not one."""


def validation_summary(results: Sequence[Validated]) -> dict[str, int]:
    """How many plans are valid and how many are not."""
    invalid = sum(result.has_errors for result in results)
    return {"plans": len(results), "valid": len(results) - invalid, "invalid": invalid}


def proof_summary(proofs: Sequence[Proved]) -> dict[str, object]:
    """How many plans, with each of their environments, passed, and what the cases came to."""
    passed = sum(proof.passed for proof in proofs)
    outcomes = sorted(str(case.outcome) for proof in proofs for case in proof.cases)
    cases = {word: outcomes.count(word) for word in outcomes}
    return {"proofs": len(proofs), "passed": passed, "failed": len(proofs) - passed, "cases": cases}


def diff_summary(results: Sequence[Shown]) -> dict[str, int]:
    """How many plans have changes, have none, and are refused (which may have changes as well); steps in all."""
    return {
        "plans": len(results),
        "changed": sum(not result.diff.is_empty for result in results),
        "unchanged": sum(result.diff.is_empty and not result.diff.refusals for result in results),
        "refused": sum(bool(result.diff.refusals) for result in results),
        "steps": sum(len(result.diff.steps) for result in results),
    }


def apply_summary(ended: Sequence[Ended], plans: Sequence[str]) -> dict[str, object]:
    """What each plan came to, and those whose turn did not come.

    Args:
        ended: The plans whose turn came.
        plans: All plans, in order.
    """
    outcomes = {one.plan.plan.file: str(one.outcome.kind) for one in ended}
    begun = sorted(outcomes.values())
    return {
        "plans": len(plans),
        "outcomes": {word: begun.count(word) for word in begun},
        "by_plan": outcomes,
        "not_begun": [name for name in plans if name not in outcomes],
    }


def write_validation_summary(out: Output, results: Sequence[Validated]) -> None:
    """One line, where there are several plans."""
    found = validation_summary(results)
    parts = {f"{found[word]} {word}": word for word in ("valid", "invalid") if found[word]}
    _write(out, len(results), parts)


def write_diff_summary(out: Output, results: Sequence[Shown]) -> None:
    """The same of diffs."""
    found = diff_summary(results)
    steps = f"{found['steps']} step{'' if found['steps'] == 1 else 's'}"
    parts = {f"{found['changed']} with changes ({steps})": "changed", f"{found['unchanged']} without": "unchanged"}
    parts[f"{found['refused']} refused"] = "refused"
    _write(out, len(results), {text: word for text, word in parts.items() if found[word]})


def write_apply_summary(out: Output, ended: Sequence[Ended], plans: Sequence[str]) -> None:
    """The same of an apply, with the plans whose turn did not come."""
    outcomes = [str(one.outcome.kind) for one in ended]
    parts = {f"{outcomes.count(word)} {_CAME_TO.get(word, word)}": word for word in dict.fromkeys(outcomes)}
    left = plans[len(ended) :]
    _write(out, len(plans), parts | ({f"not begun: {', '.join(left)}": "failed"} if left else {}))


def _write(out: Output, count: int, parts: Mapping[str, str]) -> None:
    if count > 1:
        style = "bold red" if any(word in _BAD for word in parts.values()) else "bold green"
        out.line(Span(f"{count} plans: {', '.join(parts)}.", style))
