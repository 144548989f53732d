"""What a shell offers after TAB: plan files, and the names that a plan holds. Whatever goes wrong, it offers less."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_FOLDER = "plans"
_SUFFIXES = (".yaml", ".yml")


def plan_files(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The plans of plans/, and whatever else the shell finds."""
    found: list[CompletionItem] = []
    with contextlib.suppress(OSError):
        paths = sorted(path for path in Path(_FOLDER).iterdir() if path.suffix in _SUFFIXES)
        found = [CompletionItem(str(path)) for path in paths if str(path).startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


def names_of(section: str) -> Completer:
    """Completes names of a section of the plan that was typed before: its queries, its tables, its environments."""

    def complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        typed = ctx.params.get("plan") or next(iter(ctx.params.get("plans") or ()), "")
        return [CompletionItem(name) for name in _names(typed, section) if name.startswith(incomplete)]

    return complete


def _names(plan: str, section: str) -> tuple[str, ...]:
    from planner.diagnostics import Report  # noqa: PLC0415 - only TAB after a plan needs it
    from planner.reading import find_plans  # noqa: PLC0415 - likewise
    from planner.reading.document import read_document  # noqa: PLC0415 - likewise
    from planner.reading.nodes import MappingNode  # noqa: PLC0415 - likewise

    sources, _ = find_plans((plan,) if plan else (), Path.cwd())
    found: dict[str, None] = {}
    for source in sources:
        document = read_document(source, Report())
        entry = document.root.entries.get(section) if document else None
        if entry is not None and isinstance(entry.value, MappingNode):
            found |= dict.fromkeys(entry.value.entries)
    return tuple(found)
