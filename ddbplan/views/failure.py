"""What a user sees when a command cannot go on."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from typing import TYPE_CHECKING

from ddbplan.plans import InvalidPlansError
from ddbplan.views.diagnostics import diagnostic_json, write_diagnostics
from ddbplan.views.output import Output, Span, stderr, stdout

if TYPE_CHECKING:
    from ddbplan.failures import Failure

TRACE_VARIABLE = "DDBPLAN_TRACE"


def show_failure(failure: Failure) -> None:
    """What was found in the plans, the sentence, and the command that helps, alone on an indented line."""
    out = stderr()
    if isinstance(failure, InvalidPlansError):
        write_diagnostics(out, failure.diagnostics)
    first, *rest = failure.message.split("\n")
    out.prose(first, first="Error: ", style="bold red")
    for line in rest:
        out.line(line)
    show_command(out, failure.command)


def show_command(out: Output, command: str) -> None:
    """A command to paste, alone on an indented line; nothing when there is none."""
    if command:
        out.line("")
        out.line("    ", Span(command, "bold"))


def write_failure_json(failure: Failure) -> None:
    """The same for a program that asked for JSON: one line on stdout, where it would have found the result."""
    found = failure.diagnostics if isinstance(failure, InvalidPlansError) else ()
    error = {
        "message": failure.message,
        "command": failure.command or None,
        "exit_code": int(failure.exit_code),
        "diagnostics": [diagnostic_json(each) for each in found],
    }
    stdout().json({"version": 1, "error": error}, compact=True)


def show_bug(problem: Exception) -> str:
    """One sentence for what nobody foresaw; the trace goes to a file, or to the terminal when asked for.

    Returns:
        The sentence.
    """
    out = stderr()
    trace = "".join(traceback.format_exception(problem))
    if os.environ.get(TRACE_VARIABLE) == "1":
        out.lines(trace.rstrip())
    written = _write(trace)
    where = f"A trace was written to {written}." if written else f"Run it with {TRACE_VARIABLE}=1 to see the trace."
    sentence = f"ddbplan met an unexpected {type(problem).__name__}. This is a bug in ddbplan. {where}"
    out.prose(sentence, first="Error: ", style="bold red")
    return sentence


def _write(trace: str) -> str:
    head = f"Python {platform.python_version()} on {platform.platform()}\n"
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="ddbplan-trace-",
            suffix=".txt",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as file:
            file.write(head + trace)
    except OSError:
        return ""
    return file.name
