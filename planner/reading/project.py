"""What ``ddbplan.toml`` says to the rules: severities by code (``[rules]``) and the account's quotas (``[quotas]``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner.codes import reading as codes
from planner.diagnostics import Position, Severity
from planner.limits import Quotas
from planner.reading.discovery import MAX_PROJECT_BYTES, PROJECT_FILE
from planner.reading.files import decode, read_bytes
from planner.reading.nodes import shorten
from planner.reading.scope import Scope, listed
from planner.rule_settings import DEFAULT, LEVELS, Level, RuleSettings
from planner.waivers import is_waivable

if TYPE_CHECKING:
    from planner.diagnostics import Code, Report

_MOST = 1_000_000_000


def read_rule_settings(cwd: Path, report: Report, catalogue: Callable[[], Mapping[str, Code]]) -> RuleSettings:
    """What the project file in a folder sets; a mistake in it is reported, and what is wrong does not count.

    Args:
        cwd: The working folder.
        report: Takes the problems.
        catalogue: Gives every code there is; asked only where some are set.
    """
    file = cwd / PROJECT_FILE
    if not file.exists():
        return DEFAULT
    import tomllib  # noqa: PLC0415 - most projects have no such file

    data = read_bytes(file, PROJECT_FILE, report, limit=MAX_PROJECT_BYTES, fix="It holds settings and nothing else.")
    text = None if data is None else decode(data, PROJECT_FILE, report)
    if text is None:
        return DEFAULT
    scope = Scope(report, PROJECT_FILE)
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        what = f"it is not TOML: {problem}"
        scope.error(codes.PROJECT_FILE, Position(PROJECT_FILE, 1, 1), what, "Correct it at that place.")
        return DEFAULT
    return RuleSettings(
        levels=_levels(_section(content, "rules", text, scope), text, scope, catalogue),
        quotas=_quotas(_section(content, "quotas", text, scope), text, scope),
    )


def _section(content: Mapping[str, Any], name: str, text: str, scope: Scope) -> Mapping[str, Any]:
    found = content.get(name, {})
    if isinstance(found, dict):
        return found
    scope.error(codes.PROJECT_FILE, _place(text, name), f"`{name}` is a section", f"Write `[{name}]`, and lines below.")
    return {}


def _levels(
    section: Mapping[str, Any], text: str, scope: Scope, catalogue: Callable[[], Mapping[str, Code]]
) -> dict[str, Level]:
    known = catalogue() if section else {}
    found: dict[str, Level] = {}
    for code, level in section.items():
        place = _place(text, code)
        if code not in known:
            fix = f"{scope.did_you_mean(code, known)}`ddbplan explain` lists them all."
            scope.error(codes.PROJECT_FILE, place, f"`{shorten(code)}` is no code", fix)
        elif level not in LEVELS:
            word = level if isinstance(level, str) else ""
            fix = f"{scope.did_you_mean(word, LEVELS)}Write one of {listed(LEVELS)}."
            scope.error(codes.PROJECT_FILE, place, f"`{code}` cannot be `{shorten(str(level))}`", fix)
        elif not _may_change(known[code], level):
            what = f"{code} is an error that DynamoDB or this grammar makes of it, and stays one"
            scope.error(codes.PROJECT_FILE, place, what, f"Remove the line; `ddbplan explain {code}` says why.")
        else:
            found[code] = cast("Level", level if level == "off" else Severity(level))
    return found


def _may_change(code: Code, level: str) -> bool:
    return level == "error" or is_waivable(code.code, code.severity)


def _quotas(section: Mapping[str, Any], text: str, scope: Scope) -> Quotas:
    found = {}
    for name, number in section.items():
        place = _place(text, name)
        if name not in Quotas.names():
            fix = f"{scope.did_you_mean(name, Quotas.names())}Quotas are {listed(Quotas.names())}."
            scope.error(codes.PROJECT_FILE, place, f"`{shorten(name)}` is no quota", fix)
        elif not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= _MOST:
            scope.error(codes.PROJECT_FILE, place, f"`{name}` is a whole number above 0", f"Write `{name} = 50`.")
        else:
            found[name] = number
    return Quotas(**found)


def _place(text: str, name: str) -> Position:
    """Where a name stands at the beginning of a line; TOML's reader keeps no places."""
    pattern = re.compile(rf"\[?\s*[\"']?{re.escape(name)}[\"']?\s*[=\].]")
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.match(line.lstrip()):
            return Position(PROJECT_FILE, number, len(line) - len(line.lstrip()) + 1)
    return Position(PROJECT_FILE, 1, 1)
