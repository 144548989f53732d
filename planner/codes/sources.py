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
