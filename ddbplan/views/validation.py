"""What ``validate`` found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.annotations import annotation
from ddbplan.views.diagnostics import counts, diagnostic_json, write_diagnostics
from ddbplan.views.output import Output, Span, stdout
from ddbplan.views.summary import validation_summary, write_validation_summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ddbplan.plans import Validated


def write_validation(results: Sequence[Validated], form: str) -> None:
    """Every problem, then one line for each plan; or what a machine reads: json, github annotations, sarif."""
    out = stdout()
    if form == "json":
        out.json(validation_json(results))
        return
    if form == "sarif":
        from ddbplan.views.sarif import sarif  # noqa: PLC0415 - it lists every code, which takes a moment

        out.json(sarif([found for result in results for found in result.diagnostics]))
        return
    if form == "github":
        for line in (annotation(found) for result in results for found in result.diagnostics):
            out.raw(line)
        return
    for result in results:
        write_diagnostics(out, result.diagnostics)
    for result in results:
        _write_verdict(out, result)
    write_validation_summary(out, results)


def validation_json(results: Sequence[Validated]) -> dict[str, object]:
    """Every plan with its diagnostics, as JSON values."""
    plans = [_as_json(result) for result in results]
    return {"version": 1, "plans": plans, "summary": validation_summary(results)}


def _write_verdict(out: Output, result: Validated) -> None:
    verdict = Span("invalid", "bold red") if result.has_errors else Span("valid", "green")
    found = counts(result.diagnostics)
    environments = f" (environments: {', '.join(result.environments)})" if result.environments else ""
    out.line(Span(result.name, "bold"), ": ", verdict, f", {found}" if found else "", environments)


def _as_json(result: Validated) -> dict[str, object]:
    return {
        "plan": result.name,
        "valid": not result.has_errors,
        "environments": list(result.environments),
        "diagnostics": [diagnostic_json(found) for found in result.diagnostics],
    }
