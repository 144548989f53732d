"""``ddbplan fmt``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan import drafts
from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import next_command, plans_argument
from ddbplan.views.formatting import Formatted, write_formatted
from ddbplan.views.hints import write_next

if TYPE_CHECKING:
    from planner.reading import PlanSource


@click.command("fmt")
@plans_argument
@click.option("--check", is_flag=True, help="Change nothing; end with 1 where a file is not formatted.")
@click.option("--diff", "differences", is_flag=True, help="Show what changes.")
def command(plans: tuple[str, ...], *, check: bool, differences: bool) -> int:
    """Put plans into canonical order and style.

    Keys stand in the grammar's order, indents are two columns; what a plan says stays, and so does every comment.
    Rows, lists and your own names keep their order.
    """
    sources = reading.find(plans)
    files = [found for source in sources for found in _formatted(source)]
    for found in files:
        if found.changed and not check:
            drafts.replace(found.path.resolve(), found.after, before=found.data)
    write_formatted(files, check=check, differences=differences)
    if check and any(found.changed for found in files):
        return Exit.ERROR
    write_next(next_command("validate", *plans))
    return Exit.DONE


def _formatted(source: PlanSource) -> list[Formatted]:
    """The files of a plan, as they are and as they are to be.

    Raises:
        InvalidPlansError: One is no YAML.
        Failure: One cannot be formatted.
    """
    from planner.diagnostics import Report  # noqa: PLC0415 - reading brings YAML
    from planner.formatting import UnformattableError, formatted  # noqa: PLC0415 - likewise
    from planner.reading.document import read_document  # noqa: PLC0415 - likewise

    report = Report()
    if read_document(source, report) is None:
        raise reading.InvalidPlansError(report.sorted(), "A file cannot be read as YAML, so nothing was changed.")
    found = []
    for path in source.files:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
        try:
            found.append(Formatted(path=path, shown=_shown(path), data=data, before=text, after=formatted(text)))
        except UnformattableError as problem:
            raise Failure(
                f"{path} cannot be formatted: {problem}. Nothing was changed. This is a bug in ddbplan."
            ) from None
    return found


def _shown(path: Path) -> str:
    """As every other command names it: from the working folder, where it lies in it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)
