"""The files of a new project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.output import Span, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ddbplan.commands.init import Made

_WORDS = {"made": ("+ ", "green"), "added to": ("~ ", "yellow"), "kept": ("  ", "dim")}
_SAID = {"made": "", "added to": "  (added to)", "kept": "  (exists, left as it is)"}


def write_made(made: Sequence[Made]) -> None:
    """One line a file."""
    for one in made:
        sign, style = _WORDS[one.outcome]
        stdout().line(Span(sign, style), one.path, Span(_SAID[one.outcome], "dim"))
