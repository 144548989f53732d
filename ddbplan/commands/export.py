"""``ddbplan export``."""

from __future__ import annotations

import click

from ddbplan.exits import Exit
from ddbplan.options import environment_option, plan_argument

TARGETS = ("cloudformation", "terraform", "workbench", "mcp", "aws-cli", "json")


@click.command("export")
@plan_argument
@click.option("--to", "target", type=click.Choice(TARGETS), required=True, help="The other tool's format.")
@environment_option
@click.option("-o", "--output", metavar="PATH", help="A file, or FOLDER/; printed without it.")
@click.option("--overwrite", is_flag=True, help="Write over what exists.")
def command(plan: str, target: str, environment: str | None, output: str | None, overwrite: bool) -> int:  # noqa: FBT001 - click's
    """Write a plan in another tool's terms.

    What the format cannot hold is listed. `aws-cli` is several files, so that -o FOLDER/ is needed; its make.sh makes
    the calls.
    """
    from ddbplan import exporting  # noqa: PLC0415 - brings the writers
    from ddbplan.views.exporting import write_exported  # noqa: PLC0415 - as above

    exported = exporting.export(plan, target, environment, output)
    written = exporting.write(exported, output, overwrite=overwrite)
    write_exported(exported, written)
    return Exit.DONE
