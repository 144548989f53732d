"""What a destroy would delete, and what it deleted."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ddbplan.views.output import Output, Span

if TYPE_CHECKING:
    from executor.destroy import DestroyOutcome, Destruction, DoomedTable

_WORDS = {
    "done": ("deleted", "bold green"),
    "nothing": ("nothing to delete", "green"),
    "declined": ("left as it is", "yellow"),
    "refused": ("refused", "bold red"),
    "locked": ("locked", "bold red"),
    "failed": ("stopped part-way", "bold red"),
    "interrupted": ("interrupted", "bold yellow"),
}


def write_destruction(out: Output, destruction: Destruction) -> None:
    """Every table with what is known of it, and what the ledger forgets."""
    caller = destruction.caller
    out.line(
        Span(f"database {destruction.database}", "bold"),
        f" on {caller.engine}, account {caller.account}, {caller.region}",
    )
    for table in destruction.tables:
        out.line("  ", Span("- ", "red"), Span(f"table.{table.key}", "bold"), f"  {table.name}, {_content(table)}")
    for name in destruction.replaced:
        out.line(f"  {name} is not the table that the ledger records; it stays.")
    for name in destruction.protected:
        out.line("  ", Span("! ", "yellow"), f"{name} is kept by deletion protection.")
    if destruction.transactions:
        names = ", ".join(destruction.transactions)
        out.prose(f"The ledger forgets these transactions, so a next apply runs them again: {names}.", indent=2)


def _content(table: DoomedTable) -> str:
    if not table.exists:
        return "no longer exists"
    counted = f"{table.items:,} items by DynamoDB's last count, up to six hours old"
    match table.holds_items:
        case True:
            return f"holds items ({counted})"
        case False:
            return "is empty"
        case None:
            return f"could not be looked into ({counted})"


def write_outcome(out: Output, messages: Output, outcome: DestroyOutcome, form: str) -> None:
    """What became of it."""
    if form == "json":
        out.json({"version": 1, "event": "outcome", **asdict(outcome)}, compact=True)
        return
    word, style = _WORDS[outcome.kind]
    database = outcome.destruction.database if outcome.destruction else ""
    out.line(Span(database, "bold"), ": " if database else "", Span(word, style), ".")
    for name in outcome.deleted:
        out.line(f"  {name} is gone.")
    if outcome.forgotten:
        out.line(f"  {outcome.forgotten} entries of the ledger are gone.")
    if outcome.kind == "nothing":
        out.prose(outcome.message, indent=2)
    elif outcome.message and outcome.kind != "declined":
        first, *rest = outcome.message.split("\n")
        messages.prose(first, first="Error: ", style="bold red")
        for line in rest:
            messages.line(line)
