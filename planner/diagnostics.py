"""Problems found in a plan, as values: gathered all at once, never thrown one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a diagnostic is; only an error keeps a plan from being used."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Position(NamedTuple):
    """A place in a text file.

    Attributes:
        file: The path as the user gave it, or relative to the working directory.
        line: Counted from 1.
        column: Counted from 1, in characters.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What is constant about one kind of diagnostic.

    Attributes:
        code: The stable name, such as ``DDB012``.
        severity: The severity that it has unless a setting changes it.
        title: A few words without names or values of the user's.
        why: Why it matters, in full sentences; the same for every finding of this kind.
    """

    code: str
    severity: Severity
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem.

    Attributes:
        code: The stable name of its kind.
        severity: Error, warning or info.
        title: The kind in a few words.
        position: Where it stands, or None when it concerns no line (an unreadable file, say).
        address: What it concerns, such as ``table.accounts.index.by_status``; empty when the whole file.
        what: What is wrong here, in one sentence with the user's own names.
        why: Why it matters.
        fix: What to do.
    """

    code: str
    severity: Severity
    title: str
    position: Position | None
    address: str
    what: str
    why: str
    fix: str


@dataclass(slots=True)
class Report:
    """Collects the diagnostics of one pass over a plan.

    The same code at the same place is kept once: a base plan is read again for every environment.
    """

    _found: dict[tuple[str, Position | None, str, str], Diagnostic] = field(default_factory=dict)
    _errors: int = 0

    def add(
        self,
        code: Code,
        position: Position | None,
        *,
        address: str = "",
        what: str,
        fix: str,
    ) -> None:
        """Record a problem."""
        found = Diagnostic(
            code=code.code,
            severity=code.severity,
            title=code.title,
            position=position,
            address=address,
            what=what,
            why=code.why,
            fix=fix,
        )
        self._keep(found)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Take over diagnostics that another pass found."""
        for found in diagnostics:
            self._keep(found)

    def _keep(self, found: Diagnostic) -> None:
        key = (found.code, found.position, found.address, found.what)
        if key not in self._found:
            self._found[key] = found
            self._errors += found.severity is Severity.ERROR

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.sorted())

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All diagnostics in the order of the text; those without a place first."""
        return tuple(
            sorted(self._found.values(), key=lambda d: (d.position or Position("", 0, 0), d.code, d.what)),
        )

    @property
    def error_count(self) -> int:
        """How many errors were found so far; a growing count says that a pass found some."""
        return self._errors

    @property
    def count(self) -> int:
        """How many diagnostics there are."""
        return len(self._found)

    @property
    def has_errors(self) -> bool:
        """Whether anything found keeps the plan from being used."""
        return self._errors > 0
