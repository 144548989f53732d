"""What ``test`` proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddbplan.views.diff import duration
from ddbplan.views.output import Output, Span, stdout
from ddbplan.views.summary import proof_summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.proof import CaseResult
    from planner.coverage import Coverage

_STYLES = {"passed": "green", "failed": "bold red", "skipped": "yellow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """One plan in one environment, proved or not.

    Attributes:
        plan: Its path as shown to people.
        environment: The environment; None where the plan has none.
        cases: What was tried.
        engine: What it ran on.
        seconds: Wall time, the engine's start included.
        coverage: What the plan's queries read.
    """

    plan: str
    environment: str | None
    cases: tuple[CaseResult, ...]
    engine: str
    seconds: float
    coverage: Coverage

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(case.outcome != "failed" for case in self.cases)

    @property
    def title(self) -> str:
        """The plan, with its environment where it has any."""
        return f"{self.plan}, environment {self.environment}" if self.environment else self.plan


def proofs_json(proofs: Sequence[Proved]) -> dict[str, object]:
    """Every plan with its cases and its coverage, as JSON values."""
    return {"version": 1, "plans": [_as_json(proof) for proof in proofs], "summary": proof_summary(proofs)}


def write_proof(proof: Proved) -> None:
    """One plan: every case, and what no query reads."""
    out = stdout()
    out.line(Span(proof.title, "bold"), Span(f"  on {proof.engine}", "dim"))
    for case in proof.cases:
        word = str(case.outcome)
        seconds = Span(f"  {duration(case.seconds)}", "dim")
        out.line("  ", Span(f"{word:<7}", _STYLES[word]), f"  {case.address}  {case.name}", seconds)
        if case.message:
            out.prose(case.message, indent=11)
    _write_coverage(out, proof.coverage)
    out.line("")


def write_totals(proofs: Sequence[Proved], seconds: float) -> None:
    """How many cases came to what, and how long it all took."""
    outcomes = [str(case.outcome) for proof in proofs for case in proof.cases]
    parts = [f"{outcomes.count(word)} {word}" for word in _STYLES if outcomes.count(word)]
    style = "bold red" if "failed" in outcomes else "bold green"
    stdout().line(Span(", ".join(parts) or "nothing to prove", style), f" in {duration(seconds)}.")


def write_proofs_json(proofs: Sequence[Proved]) -> None:
    """All of it for machines."""
    stdout().json(proofs_json(proofs))


def _write_coverage(out: Output, found: Coverage) -> None:
    used, unused = len(found.indexes) - len(found.unused), found.unused
    if found.indexes:
        indexes = "1 index" if len(found.indexes) == 1 else f"{len(found.indexes)} indexes"
        out.line(Span(f"  queries use {used} of {indexes}", "dim"))
    for address in unused:
        out.line("  ", Span("unused ", "yellow"), f"  {address}  no query reads it")
    for address in found.unread:
        out.line("  ", Span("unread ", "yellow"), f"  {address}  no query reads it")


def _as_json(proof: Proved) -> dict[str, object]:
    return {
        "plan": proof.plan,
        "environment": proof.environment,
        "engine": proof.engine,
        "passed": proof.passed,
        "seconds": round(proof.seconds, 3),
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
        "coverage": {
            "tables": {address: list(queries) for address, queries in proof.coverage.tables.items()},
            "indexes": {address: list(queries) for address, queries in proof.coverage.indexes.items()},
            "unused_indexes": list(proof.coverage.unused),
            "unread_tables": list(proof.coverage.unread),
        },
    }
