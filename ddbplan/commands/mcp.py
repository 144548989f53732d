"""``ddbplan mcp``."""

from __future__ import annotations

import importlib.util

import click

from ddbplan.exits import Exit
from ddbplan.failures import Failure


@click.command("mcp")
def command() -> int:
    """Serve validate and test to an assistant over MCP.

    Speaks the Model Context Protocol on stdin and stdout, for the plans in and below the folder it is started in. It
    offers two tools: validate, and test on a throwaway engine in memory. It reaches nothing live and writes no file.
    """
    if importlib.util.find_spec("mcp") is None:
        raise Failure(
            "Serving needs the package `mcp`, which comes with the extra of that name.",
            command="uv tool install 'ddbplan[mcp]'",
        )
    from ddbplan.serving import make_server  # noqa: PLC0415 - it imports the package that may not be there

    make_server().run("stdio")
    return Exit.DONE
