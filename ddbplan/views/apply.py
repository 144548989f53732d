"""What an apply came to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ddbplan.views.diagnostics import diagnostic_json, write_diagnostics
from ddbplan.views.diff import duration
from ddbplan.views.output import Output, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.apply import Outcome, StepReport

MAX_ROWS = 60
_WORDS = {
    "done": ("applied", "bold green"),
    "nothing": ("nothing to do: live state is what the plan says", "green"),
    "declined": ("left as it is", "yellow"),
    "refused": ("refused", "bold red"),
    "stale": ("stale", "bold red"),
    "locked": ("locked", "bold red"),
    "failed": ("stopped part-way", "bold red"),
    "interrupted": ("interrupted", "bold yellow"),
    "detached": ("left in progress", "bold yellow"),
}
_STATES = {"already": "was so already", "not_run": "not run"}


def write_outcome(out: Output, plan: str, outcome: Outcome, messages: Output) -> None:
    """The table of steps, the counts in one line, and why it did not come to its end."""
    if outcome.steps:
        _write_steps(out, outcome.steps)
    word, style = _WORDS[str(outcome.kind)]
    counts = _counts(outcome.steps)
    ending = f" {counts} in {duration(outcome.seconds)} (run {outcome.run})." if outcome.steps else "."
    out.line(Span(plan, "bold"), ": ", Span(word, style), ending if not outcome.steps else f":{ending}")
    for warning in outcome.warnings:
        messages.prose(warning, first="Warning: ", style="yellow")
    if outcome.refusals:
        write_diagnostics(messages, outcome.refusals)
    if outcome.message and str(outcome.kind) != "declined":
        first, *rest = outcome.message.split("\n")
        messages.prose(first, first="Error: ", style="bold red")
        for line in rest:
            messages.line(line)


def _write_steps(out: Output, steps: Sequence[StepReport]) -> None:
    """All of them where they are few, else those that did not simply succeed."""
    shown = [step for step in steps if len(steps) <= MAX_ROWS or str(step.state) not in {"done", "already"}]
    rows = [
        (
            step.step.symbol,
            step.step.id,
            _STATES.get(str(step.state), str(step.state)),
            duration(step.result.seconds) if step.result is not None else "",
        )
        for step in shown
    ]
    if rows:
        out.table(("", "step", "outcome", "took"), rows)
    if len(shown) < len(steps):
        out.line(f"{len(steps) - len(shown)} more steps are done.")


def _counts(steps: Sequence[StepReport]) -> str:
    states = [str(step.state) for step in steps]
    names = dict.fromkeys(states)
    return ", ".join(f"{states.count(name)} {_STATES.get(name, name)}" for name in names)


def write_found_items(out: Output, outcome: Outcome) -> None:
    """The whole items that refused a condition, for a person who asked for values."""
    for failure in _failed_conditions(outcome.steps, show_values=True).values():
        found = failure["found"]
        what = "There is no such item." if found is None else f"The item is {json.dumps(found, ensure_ascii=False)}"
        out.line(f"{what}")


def _failed_conditions(steps: Sequence[StepReport], *, show_values: bool) -> dict[str, dict[str, Any]]:
    """Operation, condition, table and key of each failed condition, by step; the item only where it may be shown."""
    named = ("operation", "condition", "table", "key", *(("found",) if show_values else ()))
    return {
        step.step.id: {name: step.result.value[name] for name in named}
        for step in steps
        if step.result is not None and step.result.error_code == "ConditionFailed"
    }


def outcome_json(plan: str, outcome: Outcome, *, show_values: bool = False) -> dict[str, Any]:
    """The outcome as JSON values: the last line of a plan's apply."""
    failed = _failed_conditions(outcome.steps, show_values=show_values)
    return {
        "version": 1,
        "event": "outcome",
        "plan": plan,
        "kind": str(outcome.kind),
        "message": outcome.message,
        "run": outcome.run,
        "seconds": round(outcome.seconds, 3),
        "steps": [
            {
                "id": step.step.id,
                "state": str(step.state),
                "seconds": round(step.result.seconds, 3) if step.result else None,
                "reason": step.reason,
                "failed_condition": failed.get(step.step.id),
            }
            for step in outcome.steps
        ],
        "refusals": [diagnostic_json(found) for found in outcome.refusals],
        "needs": list(outcome.flags),
        "warnings": list(outcome.warnings),
    }
