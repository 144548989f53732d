"""Where a page was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.output import stdout

if TYPE_CHECKING:
    from pathlib import Path


def write_made(path: Path) -> None:
    """One line with the file."""
    stdout().line(f"Wrote {path}")
