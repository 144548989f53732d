"""A plan's reports as they are shown: what they read, their SQL, and the rows that the plan expects of them.

The SQL is not run here: DuckDB, which ``ddbplan test`` asks, is unknown to the planner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.values import Item

if TYPE_CHECKING:
    from planner.plan import Expect
    from planner.reports import ReportSource, SqlReport


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSource:
    """A table of a report's SQL.

    Attributes:
        name: The table's name in the SQL.
        query: The name of the query that fills it.
        runs: The values of each run of the query that replace its own; one empty mapping where none do.
        facts: What else is said of it, each with its text.
    """

    name: str
    query: str
    runs: tuple[Item, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRows:
    """Something that the plan says of a report's rows.

    Attributes:
        says: In words.
        rows: The rows that it is about, in DynamoDB JSON.
    """

    says: str
    rows: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReport:
    """A report.

    Attributes:
        name: As in the plan.
        description: For people.
        sources: In the plan's order.
        sql: One SELECT.
        expected: What the plan says of its rows.
    """

    name: str
    description: str
    sources: tuple[PictureSource, ...]
    sql: str
    expected: tuple[ExpectedRows, ...]

    @property
    def address(self) -> str:
        """``report.NAME``."""
        return f"report.{self.name}"


def shown(report: SqlReport) -> PictureReport:
    """A report as it is shown."""
    return PictureReport(
        name=report.name,
        description=report.description,
        sources=tuple(map(_source, report.sources.values())),
        sql=report.sql.text.rstrip(),
        expected=() if report.expect is None else tuple(_expected(report.expect)),
    )


def _source(source: ReportSource) -> PictureSource:
    limits: dict[str | int | None, str] = {"own": "", None: "off"}
    facts = {
        "limit": limits.get(source.limit, str(source.limit)),
        "columns": ", ".join(f"{name} {kind}" for name, kind in source.columns.items()),
    }
    return PictureSource(
        name=source.name,
        query=source.query,
        runs=source.values,
        facts=tuple((name, text) for name, text in facts.items() if text),
    )


def _expected(expect: Expect) -> list[ExpectedRows]:
    found: list[ExpectedRows] = []
    if expect.count is not None:
        found.append(ExpectedRows(says=_counted(expect.count)))
    if expect.minimum is not None:
        found.append(ExpectedRows(says=f"At least {_counted(expect.minimum)}"))
    if expect.ordered is not None:
        found.append(ExpectedRows(says=f"In order of {expect.ordered}"))
    if expect.items is not None:
        found.append(ExpectedRows(says="Exactly these rows" if expect.items else _counted(0), rows=expect.items))
    if expect.first is not None:
        found.append(ExpectedRows(says="This row first", rows=(expect.first,)))
    if expect.contains:
        found.append(ExpectedRows(says="These rows among them", rows=expect.contains))
    if expect.absent:
        found.append(ExpectedRows(says="None of these rows", rows=expect.absent))
    return found


def _counted(number: int) -> str:
    return f"{number:,} {'row' if number == 1 else 'rows'}" if number else "No rows"
