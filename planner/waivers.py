"""``# ddbplan: ignore DDB116 because ...``: a finding that is meant, on its line or the one above, with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.diagnostics import Code, Diagnostic, Position, Severity

if TYPE_CHECKING:
    from planner.diagnostics import Report

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*ddbplan:\s*(.*)$")
_WAIVER = re.compile(r"ignore\s+((?:DDB\d{3})(?:\s*,\s*DDB\d{3})*)(?:\s+because\s+(\S.*?))?\s*$")
_EXAMPLE = "Write `# ddbplan: ignore DDB116 because ...` with the reason why it is meant."

BAD_WAIVER = Code(
    code="DDB190",
    severity=Severity.WARNING,
    title="Waiver that does not count",
    why="A finding that is passed over without a reason is forgotten, and the next reader asks again.",
)
UNUSED_WAIVER = Code(
    code="DDB191",
    severity=Severity.INFO,
    title="Waiver of nothing",
    why="What it was written for is gone, or stands on another line; it would hide the next finding there unseen.",
)
WAIVER_CODES = (BAD_WAIVER, UNUSED_WAIVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A comment that lets findings of one line pass.

    Attributes:
        codes: The codes that it names.
        reason: Why; empty where none is given, and then it does not count.
        position: Where the comment stands.
        line: The line that it is about.
        text: What follows ``ddbplan:``.
    """

    codes: tuple[str, ...]
    reason: str
    position: Position
    line: int
    text: str


def read_waivers(text: str, file: str) -> tuple[Waiver, ...]:
    """Every waiver in a plan's text.

    Args:
        text: The whole file.
        file: Its name in positions.
    """
    if "ddbplan:" not in text:
        return ()
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.search(line)
        if comment is None:
            continue
        parsed = _WAIVER.fullmatch(comment[1].strip())
        codes = tuple(re.findall(r"DDB\d{3}", parsed[1])) if parsed else ()
        found.append(
            Waiver(
                codes=codes,
                reason=(parsed[2] or "") if parsed else "",
                position=Position(file, number, comment.start() + 1),
                line=_about(lines, number, alone=not line[: comment.start()].strip()),
                text=comment[1].strip(),
            )
        )
    return tuple(found)


def _about(lines: Sequence[str], number: int, *, alone: bool) -> int:
    """The line itself, or for a comment on a line of its own the next line that is more than a comment."""
    if not alone:
        return number
    following = enumerate(lines[number:], number + 1)
    return next((at for at, line in following if line.strip() and not line.lstrip().startswith("#")), number)


def waive(
    found: Iterable[Diagnostic],
    waivers: Sequence[Waiver],
    report: Report,
    judged: Sequence[Waiver] | None = None,
) -> frozenset[Waiver]:
    """Pass the findings on to the report, except those that are waived; and say which waivers do not count.

    Args:
        found: Findings of the rules and warnings of the checks.
        waivers: Those of the plan's text.
        report: Takes what remains.
        judged: The waivers that are themselves looked at; all of them unless given.

    Returns:
        The waivers that let something pass.
    """
    by_place: dict[tuple[str, int, str], Waiver] = {
        (one.position.file, one.line, code): one for one in waivers if one.reason for code in one.codes
    }
    used = set()
    for one in found:
        place = one.position
        waiver = None if place is None else by_place.get((place.file, place.line, one.code))
        if waiver is None or not is_waivable(one.code, one.severity):
            report.extend([one])
        else:
            used.add(waiver)
    for waiver in waivers if judged is None else judged:
        _judge(waiver, report)
    return frozenset(used)


def report_unused(waivers: Iterable[Waiver], used: Iterable[Waiver], report: Report) -> None:
    """Say which waivers let nothing pass, in whatever environment."""
    idle = set(waivers) - set(used)
    for waiver in sorted(idle, key=lambda one: one.position):
        if waiver.codes and waiver.reason:
            report.add(
                UNUSED_WAIVER,
                waiver.position,
                address="waiver",
                what=f"Nothing on line {waiver.line} is found by {' or '.join(waiver.codes)}.",
                fix="Remove the comment, or put it on the line of the finding, or on the one above.",
            )


def is_waivable(code: str, severity: str) -> bool:
    """Whether a comment may let it pass: every rule's finding, and what is no error."""
    return is_rule(code) or severity != Severity.ERROR


def is_rule(code: str) -> bool:
    """Whether a code is a design rule's, and so may be waived and given another severity."""
    return "DDB100" <= code <= "DDB189"


def _judge(waiver: Waiver, report: Report) -> None:
    if not waiver.codes:
        what = f"'ddbplan: {waiver.text[:60]}' is not understood."
    elif not waiver.reason:
        what = f"{' and '.join(waiver.codes)} {'is' if len(waiver.codes) == 1 else 'are'} passed over without a reason."
    else:
        return
    report.add(BAD_WAIVER, waiver.position, address="waiver", what=what, fix=_EXAMPLE)
