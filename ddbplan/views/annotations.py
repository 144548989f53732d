"""Problems as a GitHub workflow's annotations: ``::error file=...,line=...::message``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.output import harmless
from ddbplan.views.source import from_here
from planner.diagnostics import Severity

if TYPE_CHECKING:
    from planner.diagnostics import Diagnostic

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def annotation(found: Diagnostic) -> str:
    """One problem as one line, its end included.

    Source: GitHub Actions, "Workflow commands"; what would end a message or a property is escaped as there.
    """
    place = found.position
    properties = {"file": from_here(place.file), "line": str(place.line), "col": str(place.column)} if place else {}
    properties["title"] = f"{found.code} {found.title}"
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = " ".join(f"{found.what} {found.fix}".split())
    return f"::{_COMMANDS[found.severity]} {given}::{_data(message)}\n"


def _data(text: str) -> str:
    return harmless(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
