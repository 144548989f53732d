"""``ddbplan version``."""

from __future__ import annotations

from importlib import metadata

import click

from ddbplan.exits import Exit
from ddbplan.views.output import stdout


@click.command("version")
def command() -> int:
    """Print the version."""
    stdout().line(f"ddbplan {metadata.version('ddbplan')}")
    return Exit.DONE
