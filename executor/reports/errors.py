"""How a report can fail; every message is for its user."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NO_COLUMN = re.compile(r'(?:Referenced column|does not have a column named) "([^"]+)"')


class ReportError(Exception):
    """A report cannot be run, or its SQL failed; the message says why and what to do."""


class DuckDBMissingError(ReportError):
    """DuckDB is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "DuckDB runs the SQL of reports, and it is not installed. Install it beside ddbplan with the extra "
            "`reports`: uv tool install 'ddbplan[reports]', or pip install 'ddbplan[reports]'."
        )


def where_in(sql: str, offset: int | None) -> str:
    """Where an offset of the SQL is, in words; nothing where DuckDB does not say."""
    if offset is None or not 0 <= offset <= len(sql):
        return ""
    line = sql.count("\n", 0, offset) + 1
    column = offset - sql.rfind("\n", 0, offset)
    return f" (line {line}, column {column} of the SQL)"


def about_columns(message: str, columns: Iterable[str]) -> str:
    """What to do where the SQL names a column that no item made; nothing where DuckDB complains of another thing.

    Args:
        message: What DuckDB says.
        columns: Those that there are, of all sources.
    """
    found = _NO_COLUMN.search(message)
    if found is None or found[1].casefold() in {name.casefold() for name in columns}:
        return ""
    return (
        f". No item that was read has an attribute {found[1]!r}: if items may lack it, give the source its type, such "
        f"as columns: {{{found[1]}: BIGINT}}"
    )
