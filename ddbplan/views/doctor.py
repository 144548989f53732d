"""What was looked at, how it is, and what to do."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ddbplan.views.output import Span, stdout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from executor.health import Check

_STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red", "unknown": "dim"}


def write_checks(checks: Sequence[Check], versions: Mapping[str, str], form: str) -> None:
    """One line for each check, and below it what to do where there is anything."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "checks": [asdict(check) for check in checks], "versions": dict(versions)})
        return
    width = max(len(check.name) for check in checks)
    for check in checks:
        out.line(Span(f"{check.state:<8}", _STYLES[check.state]), f"{check.name.ljust(width)}  {check.what}")
        if check.fix:
            for line in check.fix.split("\n"):
                out.prose(line, indent=8 + width + 2)
    out.line(Span(", ".join(f"{name} {value}" for name, value in versions.items()), "dim"))
