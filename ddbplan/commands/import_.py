"""``ddbplan import``."""

from __future__ import annotations

import click

from ddbplan.exits import Exit
from ddbplan.options import format_option, next_command

KINDS = ("cloudformation", "serverless", "terraform", "terraform-json", "workbench", "mcp", "aws-cli", "json")


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True))
@click.option("--from", "kind", type=click.Choice(KINDS), help="What the files are; found out without it.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter's or variable's value.")
@click.option(
    "--inside",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False),
    help="Where files that they name may lie.",
)
@click.option("--database", metavar="NAME", help="The plan's database; found out without it.")
@click.option("-o", "--output", metavar="PATH", help="A file, FOLDER/ for one file a table, or - to print.")
@click.option("--overwrite", is_flag=True, help="Write over what exists.")
@format_option("text", "json")
def command(
    files: tuple[str, ...],
    kind: str | None,
    pairs: tuple[str, ...],
    inside: str | None,
    database: str | None,
    output: str | None,
    overwrite: bool,  # noqa: FBT001 - click's
    form: str,
) -> int:
    """Make a plan of other tools' files.

    FILE is a NoSQL Workbench model, a data model of AWS's MCP server, a CloudFormation, SAM or CDK template, a folder
    of Terraform files or what `terraform show -json` prints, a serverless.yml, or DynamoDB's own JSON. What a file does
    not tell is kept as a TODO in the plan and listed.
    """
    from ddbplan import importing  # noqa: PLC0415 - brings the readers
    from ddbplan.views.hints import write_next  # noqa: PLC0415 - as above
    from ddbplan.views.importing import write_imported  # noqa: PLC0415 - as above

    imported = importing.import_plan(
        files, kind=kind, given=importing.read_settings(pairs), inside=inside, database=database, output=output
    )
    if imported.plan != importing.STDOUT:
        importing.write(imported, overwrite=overwrite)
    write_imported(imported, form)
    if form == "text" and imported.plan != importing.STDOUT:
        write_next(next_command("validate", imported.plan))
    return Exit.ERROR if imported.problems else Exit.DONE
