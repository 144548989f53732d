"""``ddbplan functions``."""

from __future__ import annotations

import click

from ddbplan.exits import Exit
from ddbplan.options import format_option
from ddbplan.views.functions import write_functions


@click.command("functions")
@format_option("text", "json", "anthropic")
def command(form: str) -> int:
    """List the eleven functions that a step can call.

    With --format json, each with its JSON Schema and errors; with --format anthropic, as tool definitions.
    """
    write_functions(form)
    return Exit.DONE
