"""``ddbplan validate``."""

from __future__ import annotations

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.next_steps import command_to_compare, shared_environment
from ddbplan.options import format_option, max_errors_option, plans_argument, set_option
from ddbplan.rejects import row_policy
from ddbplan.views.hints import write_next
from ddbplan.views.validation import write_validation


@click.command("validate")
@plans_argument
@max_errors_option
@set_option
@format_option("text", "json", "github", "sarif")
def command(plans: tuple[str, ...], form: str, max_errors: int, rejects: str) -> int:
    """Check plans, offline.

    Every plan is checked as it stands and in each of its environments, judged by the design rules, and every problem is
    told at once. Without PLAN, all plans of plans/ (or what ddbplan.toml names) are checked. github writes annotations
    for a workflow, sarif a report for code scanning.
    """
    results = reading.validate(reading.find(plans), row_policy(max_errors, rejects))
    write_validation(results, form)
    if any(result.has_errors for result in results):
        return Exit.ERROR
    if form == "text":
        tolerated = ("--max-errors", str(max_errors)) if max_errors else ()
        environment = shared_environment(result.environments for result in results)
        write_next(command_to_compare(plans, *tolerated, environment=environment))
    return Exit.DONE
