"""Rows that cannot be loaded: a few shown, all counted, handed on whole to whoever keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from planner.codes import reading as codes
from planner.codes import sources
from planner.diagnostics import Code, Diagnostic, Position, Report, Severity
from planner.encoding import encoded
from planner.reading.scope import Scope
from planner.values import Item

MAX_SHOWN_ROWS = 20
"""Diagnostics of a seed's rows; more help nobody."""
MAX_BAD_ROWS = 10_000
"""With more bad rows than this (and than are put up with) a source is no source of rows and is not read on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A row that is not loaded.

    Attributes:
        address: The seed, such as ``seed.accounts``.
        position: Where it stands.
        reason: What is wrong with it, in one sentence.
        row: Its text; of a row that could be read its DynamoDB JSON, ``{"Item": {...}}``.
    """

    address: str
    position: Position
    reason: str
    row: str


class Rejects(Protocol):
    """Takes bad rows as they are found."""

    @property
    def shown(self) -> str:
        """Where they can be looked at, as shown to people; empty where they could not be kept."""

    def add(self, reject: Reject) -> None:
        """Keep a bad row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPolicy:
    """What happens to bad rows.

    Attributes:
        max_errors: So many bad rows of a seed are left out with a warning; one more, and none of the seed is loaded.
        rejects: Takes every bad row, if somebody keeps them.
    """

    max_errors: int = 0
    rejects: Rejects | None = field(default=None, compare=False)


STRICT = RowPolicy()


class RowsError(Exception):
    """The rows of a seed cannot be read, though they could when the plan was checked.

    Attributes:
        diagnostic: The first problem.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(f"{diagnostic.position}: {diagnostic.what}. {diagnostic.fix}")
        self.diagnostic = diagnostic


class TooManyBadRowsError(Exception):
    """Reading on makes no sense; what was found is in the report."""


class RowProblems:
    """Takes the bad rows of one reading of one seed."""

    def __init__(self, scope: Scope, policy: RowPolicy = STRICT) -> None:
        self._scope = scope
        self._policy = policy
        self._first: list[tuple[Code, Position, str, str]] = []
        self._places: set[Position] = set()
        self._count = 0

    @property
    def scope(self) -> Scope:
        """What the rows belong to."""
        return self._scope

    @property
    def count(self) -> int:
        """How many rows are bad so far."""
        return self._count

    @property
    def left_out(self) -> frozenset[Position]:
        """Where the rows stand that are put up with; empty where there are too many."""
        return frozenset(self._places) if self._count <= self._policy.max_errors else frozenset()

    def bad_text(self, position: Position, what: str, fix: str, row: str) -> None:
        """A row whose text cannot be read.

        Raises:
            TooManyBadRowsError: As ``bad_row``.
        """
        self.bad_row(position, [(codes.BAD_ROW, what, fix)], row)

    def bad_row(self, position: Position, problems: Sequence[tuple[Code, str, str]], row: str) -> None:
        """A row that is not loaded.

        Args:
            position: Where it stands.
            problems: All that is wrong with it: the kind, what, and what to do.
            row: Its text.

        Raises:
            TooManyBadRowsError: There are so many that the source is another thing than rows.
        """
        self._count += 1
        if self._count <= MAX_SHOWN_ROWS:
            self._first += [(code, position, what, fix) for code, what, fix in problems]
        if self._count <= self._policy.max_errors:
            self._places.add(position)
        if self._policy.rejects is not None:
            reason = " ".join(f"{what[:1].upper()}{what[1:].rstrip('.')}." for _, what, _ in problems)
            self._policy.rejects.add(Reject(address=self._scope.address, position=position, reason=reason, row=row))
        if self._count >= max(MAX_BAD_ROWS, self._policy.max_errors + 1):
            raise TooManyBadRowsError

    def of_file(self, code: Code, position: Position | None, what: str, fix: str) -> None:
        """A problem that keeps a whole file, or the rest of it, from being read; never put up with."""
        self._scope.error(code, position, what, fix)

    def take(self, report: Report) -> None:
        """Problems of whole files that another reader found."""
        self._scope.report.extend(report)

    def finish(self, *, whole: bool) -> None:
        """Report what was found; ``whole`` says whether everything was read."""
        if not self._count:
            return
        tolerated = whole and self._count <= self._policy.max_errors
        shown = "" if self._policy.rejects is None else self._policy.rejects.shown
        kept = f" Each of them is in {shown}." if shown else ""
        alone = f" It is in {shown}." if shown and self._count == 1 else ""
        for code, position, what, fix in self._first:
            if tolerated:
                self._scope.error(sources.ROW_LEFT_OUT, position, f"this row is left out: {what}", fix + alone)
            else:
                self._scope.error(code, position, what, fix + alone)
        if self._count > MAX_SHOWN_ROWS or (kept and not alone):
            self._sum_up(kept, whole=whole, tolerated=tolerated)

    def _sum_up(self, kept: str, *, whole: bool, tolerated: bool) -> None:
        rows = f"{self._count:,} rows"
        rest = "" if whole else ", and the rest was not looked at"
        if tolerated:
            what, code = f"{rows} of {self._scope.address} are left out", sources.ROW_LEFT_OUT
            fix = f"Correct them, or leave it at that: at most {self._policy.max_errors:,} are put up with."
        else:
            what, code = f"{rows} of {self._scope.address} cannot be loaded{rest}", codes.BAD_ROW
            more = f", or put up with them by `--max-errors {self._count}`" if whole else ""
            fix = f"Correct them{more}."
        self._scope.error(code, self._first[0][1], what, f"{fix}{kept}")


class KnownProblems(RowProblems):
    """A later reading of a source that was checked: only what was left out then may be bad now.

    Raises:
        RowsError: From every method, at the first other problem.
    """

    def __init__(self, scope: Scope, left_out: frozenset[Position] = frozenset()) -> None:
        super().__init__(scope)
        self._known = left_out

    def bad_row(self, position: Position, problems: Sequence[tuple[Code, str, str]], row: str) -> None:  # noqa: ARG002 - the row was kept when it was checked
        """A row that is bad now."""
        if position not in self._known:
            self.of_file(problems[0][0], position, *problems[0][1:])

    def of_file(self, code: Code, position: Position | None, what: str, fix: str) -> None:
        """A problem that keeps a file from being read."""
        report = Report()
        Scope(report, self._scope.address).error(code, position, what, fix)
        self.take(report)

    def take(self, report: Report) -> None:
        """Problems of whole files."""
        for problem in report:
            if problem.severity is Severity.ERROR:
                raise RowsError(problem)

    def finish(self, *, whole: bool) -> None:
        """Nothing is left to be said."""


def row_text(item: Item) -> str:
    """A row that could be read, as a line that can be corrected and loaded."""
    return '{"Item":' + encoded(item).decode() + "}"
