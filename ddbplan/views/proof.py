"""What ``test`` proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddbplan.views.diff import duration
from ddbplan.views.output import Output, Span, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.proof import CaseResult

_STYLES = {"passed": "green", "failed": "bold red", "skipped": "yellow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """One plan in one environment, proved or not.

    Attributes:
        plan: Its path as shown to people.
        environment: The environment; None where the plan has none.
        cases: What was tried.
    """

    plan: str
    environment: str | None
    cases: tuple[CaseResult, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(case.outcome != "failed" for case in self.cases)


def write_proofs(proofs: Sequence[Proved], form: str) -> None:
    """Every case, then a line of totals."""
    out = stdout()
    if form == "json":
        out.json(proofs_json(proofs))
        return
    for proof in proofs:
        _write_one(out, proof)
    _write_totals(out, proofs)


def proofs_json(proofs: Sequence[Proved]) -> dict[str, object]:
    """Every plan with its cases, as JSON values."""
    return {"version": 1, "plans": [_as_json(proof) for proof in proofs]}


def _write_one(out: Output, proof: Proved) -> None:
    environment = f", environment {proof.environment}" if proof.environment else ""
    out.line(Span(f"{proof.plan}{environment}", "bold"))
    for case in proof.cases:
        word = str(case.outcome)
        seconds = Span(f"  {duration(case.seconds)}", "dim")
        out.line("  ", Span(f"{word:<7}", _STYLES[word]), f"  {case.address}  {case.name}", seconds)
        if case.message:
            out.prose(case.message, indent=11)
    out.line("")


def _write_totals(out: Output, proofs: Sequence[Proved]) -> None:
    outcomes = [str(case.outcome) for proof in proofs for case in proof.cases]
    parts = [f"{outcomes.count(word)} {word}" for word in _STYLES if outcomes.count(word)]
    style = "bold red" if "failed" in outcomes else "bold green"
    out.line(Span(", ".join(parts) + ".", style))


def _as_json(proof: Proved) -> dict[str, object]:
    return {
        "plan": proof.plan,
        "environment": proof.environment,
        "passed": proof.passed,
        "cases": [
            {
                "address": case.address,
                "name": case.name,
                "outcome": str(case.outcome),
                "seconds": round(case.seconds, 3),
                "message": case.message,
            }
            for case in proof.cases
        ],
    }
