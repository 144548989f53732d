"""Judges the SQL of reports without running it: offline, by DuckDB's own parser, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from executor.reports.errors import DuckDBMissingError, ReportError, where_in
from executor.reports.process import CHECK_SECONDS, LIMITS, SqlProcess
from planner.codes import reports as codes
from planner.diagnostics import Report

if TYPE_CHECKING:
    from types import TracebackType

    from planner.reports import SqlReport


class SqlChecker:
    """Checks the SQL of reports once; made early, its process starts while plans are still being read."""

    def __init__(self) -> None:
        try:
            self._process: SqlProcess | None = SqlProcess()
        except DuckDBMissingError:
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.end()

    def check(self, reports: Iterable[tuple[SqlReport, Report]]) -> None:
        """Judge all reports of all plans; may be called once.

        Args:
            reports: Each with what takes its problems.

        Raises:
            ReportError: There is no answer.
        """
        wanted = {str(number): pair for number, pair in enumerate(reports)}
        if not wanted:
            return
        if self._process is None:
            self._say_unchecked(wanted.values())
            return
        request = [
            {"name": number, "sql": report.sql.text, "sources": list(report.sources)}
            for number, (report, _) in wanted.items()
        ]
        answer = self._process.ask({"mode": "check", "reports": request}, replace(LIMITS, seconds=CHECK_SECONDS))
        if not answer["ok"]:
            raise ReportError(f"The SQL could not be checked: {answer['message']}.")
        for number, (report, found) in wanted.items():
            _tell(report, answer["reports"][number], found)

    @staticmethod
    def _say_unchecked(wanted: Iterable[tuple[SqlReport, Report]]) -> None:
        for report, found in wanted:
            found.add(
                codes.SQL_UNCHECKED,
                report.sql.position,
                address=report.address,
                what="The SQL was not checked.",
                fix="Install it with the extra `reports`: pip install 'ddbplan[reports]'.",
            )


def _tell(report: SqlReport, judged: dict[str, Any], found: Report) -> None:
    if "error" in judged:
        said = str(judged["error"]).split("\n")[0].rstrip(".")
        found.add(
            codes.BAD_SQL,
            report.sql.position,
            address=report.address,
            what=f"{said[:1].upper()}{said[1:]}{where_in(report.sql.text, judged.get('position'))}.",
            fix="Write one SELECT over the report's sources.",
        )
        return
    for name, source in report.sources.items():
        if name not in judged["tables"]:
            found.add(
                codes.UNUSED_SOURCE,
                source.position,
                address=report.address,
                what=f"The SQL does not read the source '{name}'.",
                fix="Remove it, or select from it.",
            )
