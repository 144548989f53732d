"""Reports: SQL over what queries find. As a plan says them, and as they are run.

The SQL itself is judged by DuckDB, which the planner does not know: see ``executor.reports``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.values import Item

if TYPE_CHECKING:
    from planner.diagnostics import Position
    from planner.plan import Expect, Expression
    from planner.steps import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSource:
    """A table of a report's SQL: the items that a query finds.

    Attributes:
        name: The table's name in the SQL.
        query: The query's name in the plan.
        values: Placeholder values that replace the query's own; several where the query is run several times and its
            results are put together. Never empty.
        limit: ``own`` for the query's, None for none, or another one.
        columns: Declared types by attribute, in SQL's words.
        position: Where it stands.
    """

    name: str
    query: str
    values: tuple[Item, ...]
    limit: str | int | None
    columns: Mapping[str, str]
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlReport:
    """Figures made from what queries find.

    Attributes:
        name: As in the plan.
        description: For people.
        sources: By the names that the SQL has for them.
        sql: One SELECT.
        expect: What it must come to in the plan's own data.
        position: Where it stands.
    """

    name: str
    description: str
    sources: Mapping[str, ReportSource]
    sql: Expression
    expect: Expect | None
    position: Position

    @property
    def address(self) -> str:
        """Such as ``report.balances``."""
        return f"report.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledSource:
    """A report's source as calls of ``query_table`` or ``scan_table``.

    Attributes:
        name: The table's name in the SQL.
        table: The name in the plan of the table that is read.
        calls: What is read, one after another.
        columns: Declared types by attribute.
        known: Attributes that are columns even where no item has them, with their DynamoDB types: the keys of what is
            read, and what the query's projection names (type empty: as the items have it).
    """

    name: str
    table: str
    calls: tuple[Call, ...]
    columns: Mapping[str, str]
    known: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledReport:
    """A report that can be run.

    Attributes:
        name: As in the plan.
        address: ``report.NAME``.
        sources: In the plan's order.
        sql: One SELECT.
        expect: What it must come to, if the plan says.
        position: Where the report stands.
        sql_position: Where its SQL stands.
    """

    name: str
    address: str
    sources: tuple[CompiledSource, ...]
    sql: str
    expect: Expect | None
    position: Position
    sql_position: Position
