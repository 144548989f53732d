"""Every command that exists: its group on the first page of help, its one line, and the module that holds it.

The page is drawn from this table alone, so that ``ddbplan --help`` imports no command; a test compares each line with
the command's own help.
"""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command.

    Attributes:
        name: What is typed.
        group: The heading it stands under.
        summary: Its line on the first page; also the first line of its own help.
    """

    name: str
    group: str
    summary: str

    @property
    def module(self) -> str:
        """The module whose ``command`` it is."""
        return f"ddbplan.commands.{self.name}{'_' if iskeyword(self.name) else ''}"


GROUPS = ("Main commands", "Data", "Operate", "Review", "In and out", "Engine")

COMMANDS = (
    Entry(name="generate", group="Main commands", summary="Let Claude write a plan that is proven."),
    Entry(name="validate", group="Main commands", summary="Check plans, offline."),
    Entry(name="test", group="Main commands", summary="Prove plans on a throwaway embedded engine."),
    Entry(name="diff", group="Main commands", summary="Show what apply would do (alias: plan)."),
    Entry(name="apply", group="Main commands", summary="Make live DynamoDB what the plans say."),
    Entry(name="show", group="Main commands", summary="Show a plan as a page for the browser, or as a diagram."),
    Entry(name="query", group="Data", summary="Run a query of a plan against live data."),
    Entry(name="report", group="Data", summary="Run a report of a plan: SQL over what its queries find."),
    Entry(name="seed", group="Data", summary="Pull a table's items into a file; export a plan's rows."),
    Entry(name="history", group="Operate", summary="Show the runs that the ledger records."),
    Entry(name="drift", group="Operate", summary="Show what changed since the last apply."),
    Entry(name="status", group="Operate", summary="Show who holds the lock and what is in progress."),
    Entry(name="unlock", group="Operate", summary="Take the lock away from a run that is gone."),
    Entry(name="destroy", group="Operate", summary="Delete a plan's tables, with everything in them."),
    Entry(name="forget", group="Operate", summary="Take a table out of the ledger, and leave the table as it is."),
    Entry(name="cost", group="Review", summary="Estimate what plans cost, and what drives it."),
    Entry(name="iam", group="Review", summary="Print the least IAM policy that can do it."),
    Entry(name="outputs", group="Review", summary="Print names, ARNs and compiled requests, for applications."),
    Entry(name="explain", group="Review", summary="Explain a diagnostic's code."),
    Entry(name="init", group="In and out", summary="Start a project: a plan, a CI file, ddbplan.toml, .gitignore."),
    Entry(name="import", group="In and out", summary="Make a plan of live tables or of other tools' files."),
    Entry(name="export", group="In and out", summary="Write a plan in another tool's terms."),
    Entry(name="fmt", group="In and out", summary="Put plans into canonical order and style."),
    Entry(name="local", group="Engine", summary="Start, stop, reset the embedded engine behind --local."),
    Entry(name="functions", group="Engine", summary="List the eleven functions that a step can call."),
    Entry(name="call", group="Engine", summary="Call one of the eleven functions."),
    Entry(name="schema", group="Engine", summary="Print the JSON Schema of a plan."),
    Entry(name="doctor", group="Engine", summary="Look for what would keep an apply from working."),
    Entry(name="completion", group="Engine", summary="Print the script that completes commands, plans and names."),
    Entry(name="mcp", group="Engine", summary="Serve validate and test to an assistant over MCP."),
    Entry(name="version", group="Engine", summary="Print the versions that a bug report needs."),
)

ALIASES = {"plan": "diff"}


def entry(name: str) -> Entry | None:
    """The command of that name or alias."""
    wanted = ALIASES.get(name, name)
    return next((found for found in COMMANDS if found.name == wanted), None)
