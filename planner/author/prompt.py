"""Everything that is said to Claude. The system prompt is always the same, so that it is read from the cache."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files

from planner.author import design_rules, plan_format
from planner.author.values import MAX_QUESTIONS, Parts, Request
from planner.diagnostics import Diagnostic
from planner.function_names import FUNCTION_NAMES
from planner.values import Json

MAX_FINDINGS = 40
WHOLE_UP_TO = 24_000
"""Characters: a longer plan is not written again as a whole to repair a part of it."""


def parts() -> Parts:
    """The system prompt by part, in order: what a test measures."""
    return {
        "task": _text("task.md"),
        "rules": f"## Design rules\nThe same rules judge the plan afterwards.\n\n{design_rules.as_text()}",
        "format": "## The plan's format\nRequired keys are marked by *. `a | b` means one of them. Nothing else is "
        f"understood.\n\n{plan_format.as_text()}",
        "functions": f"## What can be applied\nA plan becomes steps, and a step calls one of these:\n\n{_functions()}",
        "example": f"## A complete example\n\n```yaml\n{example()}\n```",
    }


def example() -> str:
    """The example plan, which the project's own checks and proof hold to."""
    return _text("example.yaml")


def _text(name: str) -> str:
    return files("planner.author").joinpath(name).read_text(encoding="utf-8").strip()


def _functions() -> str:
    from planner.function_tools import summary  # noqa: PLC0415 - its models need pydantic

    return "\n".join(f"- {name}: {summary(name)}" for name in FUNCTION_NAMES)


def system() -> tuple[Json, ...]:
    """The system prompt as one block that ends with the cache's mark."""
    return ({"type": "text", "text": "\n\n".join(parts().values()), "cache_control": {"type": "ephemeral"}},)


def first(request: Request, plan: str = "") -> str:
    """The first message: what exists, what is to change, what is wanted.

    Args:
        request: What a person wants.
        plan: The plan that is to be changed, with placeholders for its values; empty for a new one.
    """
    pieces = []
    if request.live is not None:
        pieces += [
            "These tables exist (schema only):",
            _tagged("live_state", request.nonce, json.dumps(request.live, indent=1, sort_keys=True)),
        ]
    if plan:
        pieces += ["This is the plan as it stands:", _tagged("plan", request.nonce, plan.strip()), _text("refining.md")]
    if request.requirements.strip():
        pieces += ["The requirements:", _tagged("requirements", request.nonce, request.requirements.strip())]
    if request.purpose.strip():
        pieces += [
            "The change:" if plan else "The purpose:",
            _tagged("purpose", request.nonce, request.purpose.strip()),
        ]
    pieces.append(_ask_for(request, plan))
    return "\n\n".join(pieces)


def _ask_for(request: Request, plan: str) -> str:
    asked = f"You may first ask up to {MAX_QUESTIONS} questions, as described. " if request.may_ask else ""
    if plan:
        return f"{asked}Answer with the entries that change."
    known = (
        " Use the tables that exist where they fit, by their `name`, and change no key of theirs."
        if request.live
        else ""
    )
    return f"{asked}Write the plan.{known}"


def _tagged(tag: str, nonce: str, text: str) -> str:
    return f'<{tag} id="{nonce}">\n{text}\n</{tag} id="{nonce}">'


def answers(questions: Sequence[str], given: Sequence[str], nonce: str) -> str:
    """The person's answers to Claude's questions."""
    lines = [f"{question}\n{answer}" for question, answer in zip(questions, given, strict=True)]
    return f"{_tagged('answers', nonce, chr(10).join(lines))}\n\nNow write the plan. No further questions."


def unanswered() -> str:
    """Nobody answers."""
    return "Nobody can answer now. Assume what is usual, state it in the description, and write the plan."


def repair(findings: Sequence[Diagnostic], *, whole: bool, lines: bool) -> str:
    """What is wrong, and in which form the correction is wanted.

    Args:
        findings: In the order of the text.
        whole: The whole plan is wanted again, not only the entries that change.
        lines: The places of findings are those of the text that Claude wrote.
    """
    shown = [finding_line(found, lines=lines) for found in findings[:MAX_FINDINGS]]
    more = len(findings) - len(shown)
    rest = [f"and {more} more, not shown"] if more else []
    form = (
        "Correct their causes and answer with the whole plan in one fence."
        if whole
        else "Correct their causes and answer with one fence that holds only the entries that change, each whole, "
        "under its section. What you do not write stays as it is; an entry written as null is removed."
    )
    return "\n".join([f"The plan was checked and run. Findings ({len(findings)}):", *shown, *rest, "", form])


def finding_line(found: Diagnostic, *, lines: bool = True) -> str:
    """One finding on one line: code, where, what, and what to do."""
    line = f"line {found.position.line}" if lines and found.position else ""
    where = " ".join(part for part in (found.address, f"({line})" if found.address and line else line) if part)
    text = f"- {found.code}{f' {where}' if where else ''}: {found.what} {found.fix}"
    return " ".join(text.split())
