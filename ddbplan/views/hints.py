"""The next command to type, on stderr so that results stay clean."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ddbplan.views.diagnostics import counts
from ddbplan.views.output import Span, stderr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.diagnostics import Diagnostic


def write_next(command: str) -> None:
    """Such as ``Next: ddbplan apply plans/financial.yaml``."""
    # Where both streams go to one place, it comes last.
    sys.stdout.flush()
    stderr().line(Span("Next: ", "dim"), Span(command, "bold"))


def write_note(text: str) -> None:
    """A remark beside the result."""
    stderr().prose(text, first="Note: ", style="yellow")


def write_idle(flags: Iterable[str]) -> None:
    """That permissions were given for which there is nothing to permit: a slip of the address, or no longer needed."""
    for flag in flags:
        write_note(f"--allow {flag} concerns nothing in this diff.")


def write_unlooked(steps: int) -> None:
    """That steps depend on what live items hold, which is read on request only: it takes read units."""
    if steps:
        write_note(f"--check-data looks at live items first: {steps} of these steps may not suit them.")


def write_warnings(warnings: Sequence[Diagnostic]) -> None:
    """That plans are usable and yet have something to be said about them."""
    found = counts(warnings)
    if found:
        write_note(f"the plans have {found}; `ddbplan validate` shows them.")
