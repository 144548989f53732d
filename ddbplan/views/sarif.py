"""Problems as SARIF 2.1.0, which code scanning reads.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ddbplan.views.output import harmless
from ddbplan.views.source import from_here
from planner.codes import catalogue
from planner.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.diagnostics import Code, Diagnostic

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """One run with the kinds of problems that were found and every place of them."""
    codes = sorted({found.code for found in diagnostics})
    known = catalogue()
    driver = {
        "name": "ddbplan",
        "version": version("ddbplan"),
        "rules": [_rule(known[code]) for code in codes],
    }
    results = [_result(found, codes.index(found.code)) for found in diagnostics]
    # Without it, columns would be counted in UTF-16 units.
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.code,
        "name": "".join(word.capitalize() for word in code.title.replace("'", "").split()),
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.why},
        "help": {"text": f"Run: ddbplan explain {code.code}"},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(found: Diagnostic, index: int) -> dict[str, Any]:
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": _LEVELS[found.severity],
        "message": {"text": harmless(" ".join(f"{found.what} {found.fix}".split()))},
        "locations": [_location(found)],
    }


def _location(found: Diagnostic) -> dict[str, Any]:
    place = found.position
    location: dict[str, Any] = {}
    if place is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(from_here(place.file).replace("\\", "/"))},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    if found.address:
        location["logicalLocations"] = [{"fullyQualifiedName": harmless(found.address)}]
    return location
