"""What happens while a plan is written, and what came of it."""

from __future__ import annotations

import difflib
import threading
import time
from typing import TYPE_CHECKING, Any, Self, assert_never

from ddbplan.views.diagnostics import write_diagnostics
from ddbplan.views.diff import duration
from ddbplan.views.output import Output, Span, as_text, stderr, stdout
from planner.author.events import (
    Answered,
    Checking,
    Continuing,
    Event,
    Found,
    Proving,
    Repairing,
    Thinking,
    Waiting,
    Writing,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.live import Live

    from planner.author.outcome import Outcome
    from planner.checked import CheckedPlan
    from planner.diagnostics import Diagnostic

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN_SPINNER = "|/-\\"
_SPINS_A_SECOND = 8
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


class Progress:
    """One line that says what is happening now, with a clock of its own; piped, one line for each phase.

    Attributes:
        text: All that was written so far.
    """

    def __init__(self, out: Output, *, verbose: bool) -> None:
        self.text = ""
        self._out = out
        self._verbose = verbose
        self._shown = 0
        self._lock = threading.RLock()
        self._phase = "starting"
        self._since = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""
        self.pause()

    def pause(self) -> None:
        """Stop drawing, so that a question can be asked."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _begin(self) -> None:
        # Text that streams by and a line that is redrawn would disturb each other.
        if self._out.console is not None and not self._verbose and self._live is None:
            from rich.live import Live  # noqa: PLC0415 - only a terminal needs it

            self._live = Live(self, console=self._out.console, refresh_per_second=_SPINS_A_SECOND, transient=True)
            self._live.start()

    def __call__(self, event: Event) -> None:
        """Take in what happened."""
        if isinstance(event, Writing):
            self._write(event.text)
            return
        self._end_text()
        self._begin()
        words = _words(event)
        if words:
            self._enter(words)
        if isinstance(event, Found) and event.findings:
            count = len(event.findings)
            self._say(f"{count} finding{'s' if count != 1 else ''}, such as: {event.findings[0].what}")

    def _write(self, text: str) -> None:
        with self._lock:
            if len(text) < len(self.text):  # another answer
                self._shown = 0
            self.text = text
            self._phase_is("writing")
        if self._verbose:
            self._stream()

    def _stream(self) -> None:
        end = self.text.rfind("\n") + 1
        if end > self._shown:
            self._out.lines(self.text[self._shown : end - 1])
            self._shown = end

    def _end_text(self) -> None:
        if self._verbose and self._shown < len(self.text):
            self._out.lines(self.text[self._shown :].rstrip("\n"))
            self._shown = len(self.text)

    def _enter(self, words: str) -> None:
        with self._lock:
            self._phase, self._since = words, time.monotonic()
        if self._live is None:
            self._out.line(Span(words, "dim"))

    def _phase_is(self, words: str) -> None:
        if self._phase != words:
            self._enter(words)

    def _say(self, words: str) -> None:
        self._out.line(Span(words, "yellow"))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The line, cut to the terminal's width."""
        with self._lock:
            phase, since, text = self._phase, self._since, self.text
        now = time.monotonic()
        frames = _PLAIN_SPINNER if options.ascii_only else _SPINNER
        spans: list[Span | str] = [
            Span(f"{frames[int(now * _SPINS_A_SECOND) % len(frames)]} ", "cyan"),
            phase,
            Span(f"  {duration(now - since)}{_so_far(text) if phase == 'writing' else ''}", "dim"),
        ]
        line = as_text(spans)
        line.truncate(console.width, overflow="ellipsis")
        yield line


def _words(event: Event) -> str:
    found = ""
    match event:
        case Thinking():
            found = "thinking"
        case Waiting():
            found = f"waiting {event.seconds:.0f} s: {event.reason}"
        case Continuing():
            found = f"continuing {event.number}/{event.most}"
        case Checking():
            found = "checking"
        case Proving():
            found = "proving"
        case Repairing():
            found = f"repairing {event.number}/{event.most}"
        case Writing() | Answered() | Found():
            pass
        case _:
            assert_never(event)
    return found


def _so_far(text: str) -> str:
    """Such as ``, 212 lines, 7 tables``."""
    lines = text.count("\n")
    _, _, tables = text.partition("\ntables:")
    section = []
    for line in tables.splitlines()[1:]:
        if line[:1] not in {" ", "#", ""}:
            break
        section.append(line)
    count = sum(1 for line in section if line[:2] == "  " and line[2:3] not in {" ", "#", ""})
    return f", {lines} lines" + (f", {count} table{'s' if count != 1 else ''}" if count else "")


def write_summary(path: str, checked: CheckedPlan) -> None:
    """What was written, in one line."""
    plan = checked.plan
    indexes = sum(len(table.indexes) for table in plan.tables.values())
    counts = (
        (len(plan.tables), "table", "tables"),
        (indexes, "index", "indexes"),
        (len(plan.queries), "query", "queries"),
        (len(plan.transactions), "transaction", "transactions"),
    )
    words = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts)
    stderr().line(Span(path, "bold"), f": {words}. All checks and the proof passed.")


def write_usage(outcome: Outcome, seconds: float) -> None:
    """Model, answers, tokens, cost and time."""
    usage = outcome.usage
    least = "at least " if usage.at_least else ""
    answers = len(outcome.turns)
    parts = [
        f"{answers} answer{'s' if answers != 1 else ''}, {outcome.repairs} repair{'s' if outcome.repairs != 1 else ''}",
        f"{least}{usage.sent:,} tokens sent ({usage.cache_read:,} from the cache)",
        f"{usage.output:,} received ({usage.thinking:,} thinking)",
        "price not known" if outcome.cost is None else f"{least}${outcome.cost:.2f}",
        duration(seconds),
    ]
    stderr().line(Span(f"{outcome.model}: {'; '.join(parts)}.", "dim"))


def write_findings(findings: Sequence[Diagnostic]) -> None:
    """What is wrong with a text that did not become a plan."""
    write_diagnostics(stderr(), findings)


def write_plan(text: str) -> None:
    """The plan itself: byte for byte when piped, made harmless on a terminal."""
    out = stdout()
    if out.terminal:
        out.lines(text.rstrip("\n"))
    else:
        out.raw(text)


def write_request(body: Any) -> None:
    """The exact request, as JSON."""
    stdout().json(body)


def write_change(before: str, after: str, path: Path) -> None:
    """A unified diff of the file."""
    out = stdout()
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), str(path), str(path), lineterm="")
    for line in lines:
        out.line(Span(line, _STYLES.get(line[:1], "")))


def ask_questions(questions: Sequence[str], read: Any) -> tuple[str, ...] | None:
    """Put Claude's questions to the person; None when every answer is empty.

    Args:
        questions: Claude's, made harmless here.
        read: Reads a line after a prompt.
    """
    out = stderr()
    out.line(Span("Claude asks (an empty line leaves it to Claude):", "bold"))
    given = []
    for number, question in enumerate(questions, start=1):
        out.prose(question, first=f"{number}. ")
        given.append(read("   > ").strip() or "Decide yourself and state the assumption.")
    return tuple(given)
