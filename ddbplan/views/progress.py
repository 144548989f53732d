"""What happens during an apply, as it happens: live on a terminal, lines when piped, JSON lines for programs.

A listener is called from several threads and never stops an apply: a reader of its output that goes away, or a disk
that is full, is not a reason to leave work half done.
"""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING, Any, Self, assert_never

from ddbplan.views.diff import STYLES, duration
from ddbplan.views.events import event_json
from ddbplan.views.output import Output, Span, as_text
from executor.events import (
    Event,
    LockWaiting,
    RunFinished,
    RunStarted,
    RunStopping,
    StepFailed,
    StepFinished,
    StepProgress,
    StepSkipped,
    StepStarted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.live import Live

    from planner.steps import Step

SECONDS_BETWEEN_LINES = 10.0
STOPPING = "Stopping when what runs is done; once more stops at once."
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN_SPINNER = "|/-\\"
_SPINS_A_SECOND = 8


def _quietly(method: Callable[..., None]) -> Callable[..., None]:
    """Serialise calls of a listener; once its output cannot be written it says no more."""

    @functools.wraps(method)
    def call(self: Any, event: Event) -> None:
        with self.lock:
            if self.closed:
                return
            try:
                method(self, event)
            except (OSError, ValueError):
                self.closed = True

    return call


class PlainProgress:
    """A line when a step starts, goes on, or ends."""

    def __init__(self, out: Output) -> None:
        self.lock = threading.Lock()
        self.closed = False
        self._out = out
        self._count = _Count()
        self._said: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to put back."""

    @_quietly
    def __call__(self, event: Event) -> None:
        """Write what happened."""
        now = time.monotonic()
        match event:
            case LockWaiting():
                if self._is_due("lock", now):
                    self._out.line(lock_words(event))
            case StepStarted():
                self._said[event.step.id] = now
            case StepProgress():
                if self._is_due(event.step.id, now):
                    self._out.line(f"         {event.step.address}: {progress_words(event)}")
            case StepFinished() | StepFailed() | StepSkipped():
                self._out.line(*self._count.ended(event))
            case RunStarted():
                self._count.total = self._count.ended_steps + len(event.steps)
            case RunStopping():
                self._out.line(Span(STOPPING, "yellow"))
            case RunFinished():
                pass
            case _:
                assert_never(event)

    def expect(self, steps: int) -> None:
        """Count towards this many steps."""
        self._count.total = steps

    def _is_due(self, about: str, now: float) -> bool:
        if now - self._said.get(about, float("-inf")) < SECONDS_BETWEEN_LINES:
            return False
        self._said[about] = now
        return True


class LiveProgress:
    """What ended scrolls by; what runs stands below with its time and what it waits for.

    Args:
        out: The terminal.
        stopping: Whether a person has asked to stop.
    """

    def __init__(self, out: Output, stopping: Callable[[], bool]) -> None:
        self._stopping = stopping
        self.lock = threading.RLock()
        self.closed = False
        self._out = out
        self._count = _Count()
        self._running: dict[str, tuple[Step, float, str]] = {}
        self._waiting = ""
        self._live: Live | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""
        if self._live is not None:
            self._live.stop()

    @_quietly
    def __call__(self, event: Event) -> None:
        """Take in what happened; the drawing follows by itself."""
        self._draw()
        self._waiting = ""
        match event:
            case LockWaiting():
                self._waiting = lock_words(event)
            case StepStarted():
                self._running[event.step.id] = (event.step, time.monotonic(), "")
            case StepProgress():
                _, since, _ = self._running.get(event.step.id, (event.step, time.monotonic(), ""))
                self._running[event.step.id] = (event.step, since, progress_words(event))
            case StepFinished() | StepFailed() | StepSkipped():
                self._running.pop(event.step.id, None)
                self._out.line(*self._count.ended(event))
            case RunStarted():
                self._count.total = self._count.ended_steps + len(event.steps)
            case RunStopping() | RunFinished():
                pass
            case _:
                assert_never(event)

    def expect(self, steps: int) -> None:
        """Count towards this many steps."""
        self._count.total = steps

    def _draw(self) -> None:
        # Not before the first event: until then a question may be on the terminal.
        if self._live is None:
            from rich.live import Live  # noqa: PLC0415 - only a terminal needs it

            self._live = Live(self, console=self._out.console, refresh_per_second=_SPINS_A_SECOND, transient=True)
            self._live.start()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines below: one for each running step, cut to the terminal's width and height."""
        with self.lock:
            running, waiting = list(self._running.values()), self._waiting
        now = time.monotonic()
        frames = _PLAIN_SPINNER if options.ascii_only else _SPINNER
        frame = frames[int(now * _SPINS_A_SECOND) % len(frames)]
        room = max(1, options.max_height - 2)
        for step, since, message in running[:room]:
            spans: list[Span | str] = [
                Span(f"{frame} ", "cyan"),
                Span(f"{step.symbol} ", STYLES.get(step.symbol, "")),
                step.address,
                Span(f"  {duration(now - since)}  {message}", "dim"),
            ]
            yield self._cut(spans, console)
        if len(running) > room:
            yield self._cut([f"  and {len(running) - room} more"], console)
        if waiting:
            yield self._cut([Span(f"{frame} ", "cyan"), waiting], console)
        if running:
            yield self._cut([Span(self._count.words(), "dim")], console)
        if running and self._stopping():
            yield self._cut([Span(STOPPING, "yellow")], console)

    def _cut(self, spans: list[Span | str], console: Console) -> Any:
        text = as_text(spans)
        text.truncate(console.width, overflow="ellipsis")
        return text


class JsonProgress:
    """One JSON object a line for every event."""

    def __init__(self, out: Output) -> None:
        self.lock = threading.Lock()
        self.closed = False
        self._out = out

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to put back."""

    @_quietly
    def __call__(self, event: Event) -> None:
        """Write the event."""
        self._out.json(event_json(event), compact=True)

    def expect(self, steps: int) -> None:
        """Nothing to count: each event stands alone."""


Progress = PlainProgress | LiveProgress | JsonProgress


def lock_words(event: LockWaiting) -> str:
    """Who holds the lock, since when, where, and how long it is waited for."""
    return (
        f"Waiting for the lock, held by {event.owner} on {event.host} since {event.since}"
        f" (up to {duration(max(0.0, event.seconds_left))} more)"
    )


def progress_words(event: StepProgress) -> str:
    """How far a step got."""
    if event.done is None:
        return event.message
    of = f" of {event.total:,}" if event.total is not None else ""
    words = [f"{event.message} {event.done:,}{of}".strip()]
    if event.total:
        words[0] += f" ({min(100, 100 * event.done // event.total)} %)"
    if event.rate:
        words.append(f"{event.rate:,.0f} a second")
    if event.units:
        words.append("1 write unit" if round(event.units) == 1 else f"{event.units:,.0f} write units")
    if event.seconds_left:
        words.append(f"{duration(event.seconds_left)} left")
    return ", ".join(words)


class _Count:
    """How many steps have ended, out of how many."""

    def __init__(self) -> None:
        self.ended_steps = 0
        self.total = 0

    def words(self) -> str:
        return f"{self.ended_steps} of {self.total} steps"

    def ended(self, event: StepFinished | StepFailed | StepSkipped) -> list[Span | str]:
        self.ended_steps += 1
        self.total = max(self.total, self.ended_steps)
        step = event.step
        width = len(str(self.total))
        head: list[Span | str] = [
            Span(f"[{self.ended_steps:>{width}}/{self.total}] ", "dim"),
            Span(f"{step.symbol} ", STYLES.get(step.symbol, "")),
            f"{step.address}  ",
        ]
        match event:
            case StepFinished():
                done = "was so already" if event.already else "done"
                return [*head, Span(done, "green"), Span(f"  {duration(event.result.seconds)}", "dim")]
            case StepFailed():
                return [*head, Span(f"failed: {event.result.message}", "red")]
            case StepSkipped():
                return [*head, Span(f"not run: {event.reason}", "yellow")]
            case _:
                assert_never(event)


def progress(form: str, results: Output, messages: Output, stopping: Callable[[], bool]) -> Progress:
    """The listener that fits: JSON lines among the results, else live or plain among the messages.

    Args:
        form: ``text`` or ``json``.
        results: Where results go.
        messages: Where progress goes.
        stopping: Whether a person has asked to stop.
    """
    if form == "json":
        return JsonProgress(results)
    return LiveProgress(messages, stopping) if messages.console is not None else PlainProgress(messages)
