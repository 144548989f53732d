"""Values as cells of tables and CSV files.

CSV is for spreadsheets, so a text that one would take for a formula gets an apostrophe in front; numbers stay as they
are. Whoever wants every text as it is takes JSON.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from ddbplan.views.output import harmless
from planner.values import AttributeValue, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMULA = ("=", "+", "-", "@")


def cell(value: AttributeValue | None) -> str:
    """A value in one line; empty for none."""
    if value is None:
        return ""
    shown = plain(value)
    match shown:
        case None:
            return "null"
        case bool():
            return "true" if shown else "false"
        case dict() | list():
            return json.dumps(shown, ensure_ascii=False, default=str)
        case _:
            return str(shown)


def csv_cell(text: str, *, number: bool = False) -> str:
    """A field: control characters made visible, and no formula unless it is a number."""
    shown = "\n".join(harmless(line) for line in text.split("\n"))
    return f"'{shown}" if not number and shown.startswith(FORMULA) else shown


def csv_row(fields: Sequence[str]) -> str:
    """A line of CSV, with quotes where they are needed."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue()


def csv_value(value: AttributeValue | None) -> str:
    """A value as a field of CSV."""
    return csv_cell(cell(value), number=value is not None and "N" in value)
