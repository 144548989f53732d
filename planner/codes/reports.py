"""Diagnostics of reports: DDB300 to DDB319."""

from __future__ import annotations

from planner.diagnostics import Code, Severity

UNKNOWN_QUERY = Code(
    code="DDB300",
    severity=Severity.ERROR,
    title="A report's source is no query",
    why="A report's SQL reads what queries of the plan find, so that the data model serves each of its reads.",
)
BAD_VALUES = Code(
    code="DDB301",
    severity=Severity.ERROR,
    title="A report's source cannot be read with these values",
    why="The query has to be one that DynamoDB takes with the values that the report gives it.",
)
SAME_SOURCE = Code(
    code="DDB302",
    severity=Severity.ERROR,
    title="Two sources with one name",
    why="SQL does not tell upper case from lower case in the names of tables and columns.",
)
BAD_SQL = Code(
    code="DDB303",
    severity=Severity.ERROR,
    title="SQL that a report cannot run",
    why="A report is one SELECT over its sources. Files, databases, extensions and settings are out of its reach.",
)
UNUSED_SOURCE = Code(
    code="DDB304",
    severity=Severity.WARNING,
    title="A source that the SQL does not read",
    why="Each source is read from DynamoDB, which costs time and read units.",
)
SQL_UNCHECKED = Code(
    code="DDB305",
    severity=Severity.INFO,
    title="SQL of reports was not checked",
    why="DuckDB checks and runs the SQL of reports, and it is not installed.",
)
