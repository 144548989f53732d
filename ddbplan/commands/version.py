"""``ddbplan version``."""

from __future__ import annotations

import click

from ddbplan.exits import Exit
from ddbplan.options import format_option
from ddbplan.versions import versions
from ddbplan.views.output import stdout


@click.command("version")
@format_option("text", "json")
def command(form: str = "text") -> int:
    """Print the versions that a bug report needs."""
    found = versions()
    if form == "json":
        stdout().json({"version": 1, "versions": found})
        return Exit.DONE
    for name, value in found.items():
        stdout().line(f"{name} {value}")
    return Exit.DONE
