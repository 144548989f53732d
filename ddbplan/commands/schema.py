"""``ddbplan schema``."""

from __future__ import annotations

import click

from ddbplan.exits import Exit
from ddbplan.views.output import stdout


@click.command("schema")
def command() -> int:
    """Print the JSON Schema of a plan.

    Editors complete and check plans by it; plans/plan.schema.json is its copy.
    """
    from planner.schema import plan_schema  # noqa: PLC0415 - loaded by the command that uses it

    stdout().json(plan_schema())
    return Exit.DONE
