"""The grammar of reports: SQL over what queries find."""

from __future__ import annotations

from planner.reading.shapes import (
    Record,
    any_of,
    integer,
    item,
    key,
    list_of,
    map_of,
    name,
    off,
    ref,
    text,
)

MAX_REPORTS = 500
MAX_SOURCES = 20
MAX_RUNS = 100
MAX_LIMIT = 9_007_199_254_740_991
TYPE_PATTERN = (
    r"(VARCHAR|BIGINT|DOUBLE|BOOLEAN|DATE|TIME|TIMESTAMP|TIMESTAMPTZ|JSON|BLOB|"
    r"DECIMAL\(([1-9]|[12][0-9]|3[0-8]), ?([0-9]|[12][0-9]|3[0-8])\))"
)

REPORT_SOURCE = Record(
    id="report_source",
    label="a report's source",
    keys=(
        key("query", name(), "The query whose items are the table's rows.", required=True),
        key(
            "values",
            any_of(item(), list_of(item(), least=1)),
            "Other values than the query's own; a list runs it several times and puts the items together.",
        ),
        key("limit", any_of(integer(1, MAX_LIMIT), off()), "Another limit than the query's own, or off for none."),
        key(
            "columns",
            map_of({"type": "string", "pattern": f"^{TYPE_PATTERN}$"}),
            "Types of attributes, in SQL's words: VARCHAR, BIGINT, DECIMAL(38,2), TIMESTAMP, JSON, ...",
        ),
    ),
)
REPORT = Record(
    id="report",
    label="a report",
    keys=(
        key("description", text(), "What the figures say, for people."),
        key(
            "sources",
            map_of(any_of(ref("report_source"), name()), plan_names=True) | {"minProperties": 1},
            "The SQL's tables: a query's name, or {query, values, limit, columns}.",
            required=True,
        ),
        key("sql", name(), "One SELECT over the sources, in DuckDB's SQL.", required=True),
        key("expect", ref("expect"), "What it must come to in the plan's own data."),
    ),
)
REPORTS = (REPORT_SOURCE, REPORT)
