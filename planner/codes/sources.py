"""Diagnostics of where seed rows come from: DDB420 to DDB439."""

from __future__ import annotations

from planner.diagnostics import Code, Severity

ROW_LEFT_OUT = Code(
    code="DDB420",
    severity=Severity.WARNING,
    title="Row that is left out",
    why="It cannot be loaded, and `--max-errors` says that so many bad rows are put up with; the others are loaded.",
)
GUESSED_TYPES = Code(
    code="DDB421",
    severity=Severity.WARNING,
    title="Types of columns that were guessed",
    why="A CSV file says nothing about types; a column that only looks like numbers would be stored as numbers.",
)
NEEDS_EXTRA = Code(
    code="DDB422",
    severity=Severity.ERROR,
    title="Part of ddbplan that is not installed",
    why="Some formats need a library that most users do without, so it is installed on request.",
)
BAD_GENERATOR = Code(
    code="DDB423",
    severity=Severity.ERROR,
    title="Generator that cannot make rows",
    why="A generated seed has to come out the same on every machine, so every part of it must have one meaning.",
)
BAD_ATTRIBUTES = Code(
    code="DDB424",
    severity=Severity.ERROR,
    title="Seed of some attributes",
    why="Such a seed changes the attributes that it names in items that exist; anything else would be another promise.",
)
BAD_BULK_SOURCE = Code(
    code="DDB425",
    severity=Severity.ERROR,
    title="Rows in S3 that the importers cannot load",
    why="Rows in S3 are read by DynamoDB's own importers, which know fewer ways than files in the plan's folder.",
)
BULK_IMPOSSIBLE = Code(
    code="DDB426",
    severity=Severity.ERROR,
    title="Rows in S3 for a table that exists",
    why="ImportTable makes a new table; into one that exists StartBulkPutItems writes, under conditions of its own.",
)
SOURCE_CHANGED = Code(
    code="DDB427",
    severity=Severity.INFO,
    title="Rows in S3 that are loaded besides",
    why="What an earlier apply loaded stays; the ledger tells sources in S3 apart by their names, not their content.",
)
