"""Problems of plans, as text with the line they stand on, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ddbplan.views.output import Output, Span, harmless
from ddbplan.views.source import SourceLines
from planner.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}


def write_diagnostics(out: Output, diagnostics: Sequence[Diagnostic]) -> None:
    """Each problem: where, what, the line itself with a caret, why it matters, what to do."""
    sources = SourceLines()
    for diagnostic in diagnostics:
        _write_one(out, diagnostic, sources)
        out.line("")


def _write_one(out: Output, diagnostic: Diagnostic, sources: SourceLines) -> None:
    place = f"{diagnostic.position}: " if diagnostic.position else ""
    address = f" {diagnostic.address}" if diagnostic.address else ""
    out.line(
        Span(place, "bold"),
        diagnostic.code,
        " ",
        Span(str(diagnostic.severity), _STYLES[diagnostic.severity]),
        Span(address, "bold"),
    )
    out.prose(diagnostic.what, indent=2)
    _write_excerpt(out, diagnostic, sources)
    if diagnostic.why:
        out.prose(diagnostic.why, indent=2, first="Why: ", style="dim", first_style="bold dim")
    if diagnostic.fix:
        _write_fix(out, diagnostic.fix)


def _write_fix(out: Output, fix: str) -> None:
    """Sentences, and commands to paste: those stand alone on an indented line, and are never wrapped."""
    first, *rest = fix.split("\n")
    out.prose(first, indent=2, first="Fix: ", first_style="bold")
    for line in rest:
        if line.startswith(" ") or not line:
            out.line(f"  {line}" if line else "")
        else:
            out.prose(line, indent=2)


def _write_excerpt(out: Output, diagnostic: Diagnostic, sources: SourceLines) -> None:
    if diagnostic.position is None:
        return
    found = sources.excerpt(diagnostic.position)
    if found is None:
        return
    line, offset = found
    number = str(diagnostic.position.line)
    out.line("  ", Span(f"{number} | ", "dim"), line)
    # What was made visible is wider than it was: the caret stands under what is seen.
    seen = len(harmless(line[:offset]))
    out.line("  ", Span(" " * len(number) + " | ", "dim"), " " * seen, Span("^", "bold red"))


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """One problem as JSON values."""
    position = diagnostic.position
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "title": diagnostic.title,
        "file": position.file if position else None,
        "line": position.line if position else None,
        "column": position.column if position else None,
        "address": diagnostic.address,
        "what": diagnostic.what,
        "why": diagnostic.why,
        "fix": diagnostic.fix,
    }


def counts(diagnostics: Sequence[Diagnostic]) -> str:
    """Such as ``2 errors, 1 warning``; empty when there is nothing."""
    parts = []
    for severity in Severity:
        number = sum(1 for diagnostic in diagnostics if diagnostic.severity is severity)
        if number:
            name = "note" if severity is Severity.INFO else str(severity)
            parts.append(f"{number} {name}" + ("s" if number > 1 else ""))
    return ", ".join(parts)
