"""The embedded engine: what runs and what it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.hints import write_next
from ddbplan.views.output import Span, stdout

if TYPE_CHECKING:
    from executor.local import LocalEngine, LocalStatus

_UNITS = ("bytes", "KB", "MB", "GB")
_STEP = 1024


def write_text(sentence: str) -> None:
    """One sentence."""
    stdout().line(sentence)


def write_started(engine: LocalEngine) -> None:
    """Where a started engine answers and how to reach it."""
    out = stdout()
    out.line("The embedded engine runs at ", Span(engine.endpoint_url, "bold"), f" (process {engine.pid}).")
    out.line("Any access key will do, such as ddbplanlocal; the region is eu-west-1.")


def write_status(status: LocalStatus, form: str) -> None:
    """What runs, where the data lies, how much there is."""
    out = stdout()
    engine = status.engine
    if form == "json":
        out.json(
            {
                "version": 1,
                "running": engine is not None,
                "endpoint_url": engine.endpoint_url if engine else None,
                "pid": engine.pid if engine else None,
                "kept": status.kept,
                "folder": str(status.folder),
                "data_bytes": status.data_bytes,
                "unsaved": status.unsaved,
            },
        )
        return
    if engine is None:
        out.line("The embedded engine is not running; commands with --local start it.")
    else:
        out.line("The embedded engine runs at ", Span(engine.endpoint_url, "bold"), f" (process {engine.pid}).")
    out.line(f"Its data: {status.folder}, {_size(status.data_bytes)}.")
    if status.unsaved:
        out.line("Something was written that is not saved yet; the command that wrote it, or the next one, saves it.")
    write_next("ddbplan local stop" if engine else "ddbplan local start")


def _size(number: float) -> str:
    for unit in _UNITS[:-1]:
        if number < _STEP:
            return f"{number:.0f} {unit}"
        number /= _STEP
    return f"{number:.0f} {_UNITS[-1]}"
