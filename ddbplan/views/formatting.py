"""Which files were formatted, or would be."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddbplan.views.output import Output, Span, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A file before and after.

    Attributes:
        path: Where it is.
        shown: The path as shown to people.
        data: What it holds, to the byte.
        before: Its text.
        after: Its text in canonical form.
    """

    path: Path
    shown: str
    data: bytes
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether it is not in canonical form."""
        return self.data != self.after.encode()


def write_formatted(files: Sequence[Formatted], *, check: bool, differences: bool) -> None:
    """One line for each file that changed, or would; on request what changes."""
    out = stdout()
    changed = [found for found in files if found.changed]
    for found in changed:
        out.line(Span(found.shown, "bold"), ": is not formatted" if check else ": formatted")
        if differences:
            _write_difference(out, found)
    if not changed:
        out.line(Span("Everything is formatted.", "green"))


def _write_difference(out: Output, found: Formatted) -> None:
    lines = difflib.unified_diff(
        found.before.splitlines(), found.after.splitlines(), found.shown, "formatted", lineterm=""
    )
    for line in lines:
        out.line(Span(line, _STYLES.get(line[:1], "")))
