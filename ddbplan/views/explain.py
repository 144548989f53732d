"""What a code means: its page, or the list of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ddbplan.views.hints import write_next
from ddbplan.views.output import Output, Span, stdout
from planner.pages import page
from planner.waivers import is_rule, is_waivable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.diagnostics import Code

_FENCE = "```"


def write_codes(codes: Sequence[Code], form: str) -> None:
    """Every code with its severity and title."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "codes": [_as_json(code) for code in codes]})
        return
    out.table(("code", "severity", "what"), [(code.code, str(code.severity), code.title) for code in codes])
    write_next("ddbplan explain CODE")


def write_page(code: Code, form: str) -> None:
    """One code's page."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, **_as_json(code), "page": page(code.code)})
        return
    out.line(Span(code.code, "bold"), " ", str(code.severity), "  ", Span(code.title, "bold"))
    out.line("")
    out.prose(code.why, first="Why: ", first_style="bold")
    _write_markdown(out, page(code.code) or "")
    _write_settings(out, code)
    write_next("ddbplan validate")


def _write_markdown(out: Output, text: str) -> None:
    inside = False
    for line in text.splitlines():
        if line.startswith(_FENCE):
            inside = not inside
        elif inside:
            out.line(f"    {line}")
        elif line.startswith("## "):
            out.line("")
            out.line(Span(line.removeprefix("## "), "bold"))
        elif line:
            out.prose(line, indent=2)


def _write_settings(out: Output, code: Code) -> None:
    """How a project and a line can differ, for the codes of which that is so."""
    if not is_waivable(code.code, code.severity):
        return
    out.line("")
    out.line(Span("To set it otherwise", "bold"))
    out.prose("For a project, in ddbplan.toml (off, info, warning or error):", indent=2)
    out.line("    [rules]")
    out.line(f'    {code.code} = "off"')
    if is_rule(code.code):
        out.prose("For one line, with the reason:", indent=2)
        out.line(f"    # ddbplan: ignore {code.code} because ...")


def _as_json(code: Code) -> dict[str, Any]:
    return {"code": code.code, "severity": str(code.severity), "title": code.title, "why": code.why}
