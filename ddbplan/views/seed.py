"""What ``seed`` has written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddbplan.views.output import stdout

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The rows of one table.

    Attributes:
        table: Its name in the plan.
        files: The files that hold them.
        rows: How many there are.
    """

    table: str
    files: tuple[str, ...]
    rows: int


def write_pulled(written: Sequence[Written], form: str) -> None:
    """A line for each table, and how its file becomes a seed."""
    out = stdout()
    if form == "json":
        out.json(_as_json(written))
        return
    for one in written:
        out.line(f"{one.table}: {_rows(one.rows)} in {', '.join(one.files)}")
    out.prose("A file inside the plan's folder is a seed as `file:` with its path from there.")


def write_exported(written: Sequence[Written], form: str, left_out: Sequence[str] = ()) -> None:
    """A line for each table, and for each whose seed sets attributes of items that are elsewhere."""
    out = stdout()
    if form == "json":
        out.json({**_as_json(written), **({"left_out": list(left_out)} if left_out else {})})
        return
    if not written and not left_out:
        out.line("The plan has no seeds, so nothing was written.")
    for one in written:
        match one.files:
            case (only,):
                where = f"1 part, {only}"
            case files:
                where = f"{len(files)} parts" + (f", {files[0]} and on" if files else "")
        out.line(f"{one.table}: {_rows(one.rows)} in {where}")
    for table in left_out:
        out.line(f"{table}: nothing, since its seed owns only some attributes of items that exist")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _as_json(written: Sequence[Written]) -> dict[str, object]:
    return {
        "version": 1,
        "tables": [{"table": one.table, "rows": one.rows, "files": list(one.files)} for one in written],
    }
