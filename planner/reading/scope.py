"""Where a reader stands: which part of the plan it reads, and the report that takes its problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.codes import reading as codes
from planner.diagnostics import Code, Position, Report
from planner.suggest import nearest

_TOO_MANY = "There are more problems than are shown."

MAX_SUGGESTIONS = 50
MAX_PROBLEMS = 1000


@dataclass(frozen=True, slots=True)
class Scope:
    """Carried from reader to reader, so that every problem says its address.

    Attributes:
        report: Takes the problems.
        address: What is being read, such as ``table.accounts``; empty for the plan as a whole.
    """

    report: Report
    address: str = ""

    def error(self, code: Code, position: Position | None, what: str, fix: str) -> None:
        """Report a problem of what is being read; ``what`` becomes a sentence.

        After ``MAX_PROBLEMS`` one last error stands for all others, so that no text can fill the memory with them.
        """
        if self.report.count >= MAX_PROBLEMS:
            self.report.add(codes.TOO_MANY_PROBLEMS, None, what=_TOO_MANY, fix="Correct the first ones and look again.")
            return
        sentence = f"{what[:1].upper()}{what[1:].rstrip('.')}."
        self.report.add(code, position, address=self.address, what=sentence, fix=fix)

    def did_you_mean(self, word: str, known: Iterable[str]) -> str:
        """``Did you mean `x`? `` when a known word is close, else nothing.

        Comparing words is slow; in a text with very many mistakes the later ones go without.
        """
        found = self.meant(word, known)
        return "" if found is None else f"Did you mean `{found}`? "

    def meant(self, word: str, known: Iterable[str]) -> str | None:
        """The known word that is close, if any is; likewise."""
        return nearest(word, known) if self.report.count < MAX_SUGGESTIONS else None

    def at(self, address: str) -> Scope:
        """The same report with another address."""
        return Scope(self.report, address)


def listed(words: Iterable[str]) -> str:
    """The words in backquotes, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)
