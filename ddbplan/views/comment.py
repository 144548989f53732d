"""A diff as a comment on a pull request, in GitHub's Markdown: the dangers first, and never too long to be taken.

Names, descriptions and values are a stranger's text: whatever Markdown, HTML or a terminal would make of them is
escaped, so that they show as what they are.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddbplan.views.changes import change_lines, creation_lines
from ddbplan.views.diff import between, changes_of, grouped, needed_flags, number, totals
from ddbplan.views.output import harmless
from planner.steps import INFORMATIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ddbplan.views.diff import Shown
    from planner.diagnostics import Diagnostic
    from planner.drift import TableDrift
    from planner.steps import Hazard, Step

MAX_CHARACTERS = 65_536
"""The longest comment that GitHub takes; other hosts take more."""
_ROOM_FOR_THE_END = 1_000
_LONGEST_COMMAND = 8_000
_MARKER = "<!-- ddbplan -->"
"""By which a CI job finds its own comment again, to write it anew instead of adding another."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]|~$])")
_NAMING = re.compile(r"([@#])(?=\w)")
"""What GitHub makes a mention or a reference of, escaped or not, unless something stands in between."""
_WORDS = {"+": "make", "~": "change", "-": "remove", ">": "run"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What a reader types.

    Attributes:
        diff: To see it on a terminal.
        apply: To make it so, without permissions.
    """

    diff: str
    apply: str


def comment(
    results: Sequence[Shown],
    *,
    commands: Commands,
    findings: Sequence[Diagnostic] = (),
    limit: int = MAX_CHARACTERS,
) -> str:
    """The comment; what does not fit is left out from the end, and said to be.

    Args:
        results: The plans' diffs.
        commands: What a reader types.
        findings: What else there is to say of the plans.
        limit: The most characters.
    """
    head = [_MARKER, *_verdict(results), *_dangers(results)]
    end = ["", *_commands(results, commands)]
    body = [block for result in results for block in _blocks(result)]
    body += ["\n".join(_findings(findings, "Findings in the plans"))] if findings else []
    left = limit - len("\n".join([*head, *end])) - _ROOM_FOR_THE_END
    return "\n".join([*_cut(head, limit // 2), *_fitting(body, left), *end]) + "\n"


def _cut(lines: list[str], limit: int) -> list[str]:
    """The first lines; with very many dangers the rest is counted."""
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line) + 1
        if size > limit:
            return [*kept, f"> … and {len(lines) - len(kept)} lines more; see the job's log."]
        kept.append(line)
    return kept


def _fitting(blocks: list[str], left: int) -> list[str]:
    kept: list[str] = []
    for block in blocks:
        if len(block) + 1 > left:
            return [*kept, "", f"**{len(blocks) - len(kept)} sections are left out: the comment would be too long.**"]
        left -= len(block) + 1
        kept.append(block)
    return kept


def _verdict(results: Sequence[Shown]) -> Iterator[str]:
    yield "## ddbplan"
    yield ""
    yield "| plan | where | steps | needs | verdict |"
    yield "|---|---|---|---|---|"
    for result in results:
        diff = result.diff
        counts = ", ".join(f"{count} to {_WORDS[symbol]}" for symbol, count in totals(diff).items() if count)
        needs = len(needed_flags(diff.steps, result.allowed))
        environment = f" ({text(diff.environment)})" if diff.environment else ""
        where = f"{text(result.engine)} {text(result.account)}, {text(result.region)}"
        yield (
            f"| {text(result.plan)}{environment} | {where} | {counts or 'none'} | "
            f"{number(needs, 'permission') if needs else 'nothing'} | **{_word(result, needs)}** |"
        )


def _word(result: Shown, needs: int) -> str:
    if result.diff.refusals:
        return "refused"
    if needs:
        return "needs permission"
    return "changes" if result.diff.steps else "no changes"


def _dangers(results: Sequence[Shown]) -> Iterator[str]:
    """What is refused and what is dangerous, before anything else."""
    refusals = [found for result in results for found in result.diff.refusals]
    hazards = [
        (result, hazard)
        for result in results
        for step in result.diff.steps
        for hazard in step.hazards
        if hazard.kind not in INFORMATIVE
    ]
    if not refusals and not hazards:
        return
    yield ""
    yield "> [!CAUTION]"
    for found in refusals:
        yield f"> - **refused** {text(found.address)}: {text(found.what)}"
    for result, hazard in hazards:
        allowed = " (allowed)" if hazard.flag in result.allowed else ""
        yield f"> - **{hazard.kind}**{allowed} {text(hazard.address)}: {text(hazard.sentence)}"


def _blocks(result: Shown) -> Iterator[str]:
    several = f"{_html(result.plan)}: "
    for title, entries in grouped(result.diff.steps).items():
        lines = [f"<details{_open(entries)}><summary><b>{several}{_html(title)}</b>", f"{_summary(entries)}</summary>"]
        lines += ["", *(line for symbol, address, step in entries for line in _step(symbol, address, step))]
        yield "\n".join(["", *lines, "", "</details>"])
    if result.drifted:
        yield "\n".join(_drift(result.drifted))
    if result.diff.refusals or result.diff.notes:
        yield "\n".join(_findings((*result.diff.refusals, *result.diff.notes), "Findings"))


def _open(entries: Iterable[tuple[str, str, Step]]) -> str:
    """What is dangerous is not folded away."""
    return " open" if any(_is_dangerous(hazard) for _, _, step in entries for hazard in step.hazards) else ""


def _is_dangerous(hazard: Hazard) -> bool:
    return hazard.kind not in INFORMATIVE


def _summary(entries: Sequence[tuple[str, str, Step]]) -> str:
    return f" — {number(len(entries), 'step')}"


def _step(symbol: str, address: str, step: Step) -> Iterator[str]:
    estimate = step.estimate
    took = f", {between(estimate.low, estimate.high)}" if estimate.high > 2 else ""  # noqa: PLR2004 - shorter is nothing
    yield f"- **{_WORDS[symbol]}** `{_code(address)}` by `{step.call.function}`{took}"
    if address == (step.covers or (step.address,))[0]:
        yield f"  {text(step.reason)}"
    changes = changes_of(step, address)
    lines = creation_lines(changes) if all(change.before is None for change in changes) else None
    shown = list(lines if lines is not None else (line for change in changes for line in change_lines(change)))
    if shown:
        yield "  ```diff"
        yield from (f"  {_sign(sign)} {_block(line)}" for sign, line in shown)
        yield "  ```"
    for hazard in step.hazards:
        yield f"  - ⚠ **{hazard.kind}** {text(hazard.sentence)}"


def _sign(sign: str) -> str:
    return {"~": "!", "": " "}.get(sign, sign)


def _drift(tables: Sequence[TableDrift]) -> Iterator[str]:
    yield ""
    yield f"<details><summary><b>Drift</b> — changed by somebody else since the last apply: {len(tables)}</summary>"
    yield ""
    for table in tables:
        fate = "" if table.fate == "same" else f": {table.fate}"
        yield f"- `{_code(table.address)}`{fate}"
        for one in table.changed:
            left = "" if one.planned else " (the plan does not declare it: it stays)"
            yield from (f"  - `{_code(line)}`{left}" for _, line in change_lines(one.change))
    yield ""
    yield "</details>"


def _findings(found: Sequence[Diagnostic], title: str) -> Iterator[str]:
    yield ""
    yield f"<details><summary><b>{title}</b> — {len(found)}</summary>"
    yield ""
    for one in found:
        where = f"`{_code(str(one.position))}` " if one.position else ""
        yield f"- {where}**{one.code}** {one.severity} {text(one.address)}: {text(one.what)}"
        yield f"  {text(one.fix)}"
    yield ""
    yield "</details>"


def _commands(results: Sequence[Shown], commands: Commands) -> Iterator[str]:
    flags = [flag for result in results for flag in needed_flags(result.diff.steps, result.allowed)]
    if any(result.diff.steps for result in results):
        yield "```sh"
        yield _block(commands.diff)
        yield _block(_apply(commands, flags))
        yield "```"
    for result in results:
        plan = f", plan `{result.plan_hash}`" if result.plan_hash else ""
        yield f"{text(result.plan)}: steps `{result.diff.hash}`{plan}"


def _apply(commands: Commands, flags: Sequence[str]) -> str:
    typed = " ".join([commands.apply, *(f"--allow {flag}" for flag in dict.fromkeys(flags))])
    if len(typed) <= _LONGEST_COMMAND:
        return typed
    return f"{commands.apply}  # with {len(set(flags))} permissions, which the job's log lists"


def text(value: str) -> str:
    """A stranger's text as Markdown that shows it as it is, on one line, and calls nobody."""
    bare = html.escape(harmless(" ".join(value.split())), quote=False)
    return _NAMING.sub(r"\1&#8203;", _SPECIAL.sub(r"\\\1", bare))


def _html(value: str) -> str:
    """The same inside HTML, where Markdown escapes nothing."""
    return _NAMING.sub(r"\1&#8203;", html.escape(harmless(" ".join(value.split())), quote=False))


def _code(value: str) -> str:
    """A stranger's text between backticks: without any of its own."""
    return harmless(value).replace("`", "'")


def _block(value: str) -> str:
    """A stranger's text in a fenced block: it cannot end the fence."""
    return harmless(value).replace("```", "'''")
