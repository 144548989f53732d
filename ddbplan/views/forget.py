"""What the ledger would forget of a table, and what it forgot."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ddbplan.views.output import Output, Span

if TYPE_CHECKING:
    from executor.forget import ForgetOutcome, Forgetting

_WORDS = {
    "done": ("forgotten", "bold green"),
    "declined": ("left as it is", "yellow"),
    "refused": ("refused", "bold red"),
    "locked": ("locked", "bold red"),
    "interrupted": ("interrupted", "bold yellow"),
}


def write_forgetting(out: Output, forgetting: Forgetting) -> None:
    """The table, and what stays."""
    caller = forgetting.caller
    out.line(
        Span(f"database {forgetting.database}", "bold"),
        f" on {caller.engine}, account {caller.account}, {caller.region}",
    )
    out.line("  ", Span("- ", "yellow"), Span(f"table.{forgetting.key}", "bold"), f"  {forgetting.name}")
    out.prose("The table, its items and its settings stay as they are; nothing looks after them any more.", indent=6)
    if forgetting.seeded:
        out.prose(
            "The record of its seed goes: adopted and applied again, rows of the seed that are absent are added.",
            indent=6,
        )
    if forgetting.transactions:
        out.prose(f"These transactions touched it and stay recorded: {', '.join(forgetting.transactions)}.", indent=6)


def write_outcome(out: Output, messages: Output, outcome: ForgetOutcome, form: str) -> None:
    """What became of it."""
    if form == "json":
        out.json({"version": 1, "event": "outcome", **asdict(outcome)}, compact=True)
        return
    word, style = _WORDS[outcome.kind]
    name = outcome.forgetting.name if outcome.forgetting else ""
    out.line(Span(name, "bold"), ": ", Span(word, style), ".")
    if outcome.forgotten:
        out.line(f"  {outcome.forgotten} entries of the ledger are gone.")
    if outcome.message and outcome.kind != "declined":
        messages.prose(outcome.message, first="Error: ", style="bold red")
