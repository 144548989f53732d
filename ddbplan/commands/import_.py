"""``ddbplan import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan.exits import Exit
from ddbplan.options import TargetOptions, format_option, ledger_option, next_command, target_options

if TYPE_CHECKING:
    from ddbplan.live_import import LiveRequest

KINDS = ("cloudformation", "serverless", "terraform", "terraform-json", "workbench", "mcp", "aws-cli", "json")
LIVE = "live"
MOST_SAMPLED = 10_000
_OF_FILES = {"kind": "--from", "pairs": "--set", "inside": "--inside", "overwrite": "--overwrite"}
_OF_LIVE = {
    "patterns": "--tables",
    "sample": "--sample",
    "keep": "--keep",
    "ledger": "--ledger",
    "profile": "--profile",
    "region": "--region",
    "endpoint_url": "--endpoint-url",
    "local": "--local",
}


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="live|FILE...")
@click.option("--from", "kind", type=click.Choice(KINDS), help="What the files are; found out without it.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter's or variable's value.")
@click.option(
    "--inside",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False),
    help="Where files that they name may lie.",
)
@click.option("--overwrite", is_flag=True, help="Write over what exists; not with live.")
@click.option("--tables", "patterns", multiple=True, metavar="PATTERN", help="live: tables with such names: 'shop_*'.")
@click.option(
    "--sample", type=click.IntRange(1, MOST_SAMPLED), metavar="N", help="live: bring N items of each table as seed."
)
@click.option("--keep", metavar="NAME,...", help="live: their attributes that are copied, beside the keys.")
@click.option("--database", metavar="NAME", help="The plan's database; found out without it.")
@click.option("-o", "--output", metavar="PATH", help="A file, FOLDER/ for one file a table, or - to print.")
@ledger_option
@target_options
@format_option("text", "json")
def command(
    *,
    files: tuple[str, ...],
    kind: str | None,
    pairs: tuple[str, ...],
    inside: str | None,
    overwrite: bool,
    patterns: tuple[str, ...],
    sample: int | None,
    keep: str | None,
    database: str | None,
    output: str | None,
    ledger: str,
    target: TargetOptions,
    form: str,
) -> int:
    """Make a plan of live tables or of other tools' files.

    With live, the tables that are there become a plan, and the command to take them into the ledger is printed. FILE is
    a NoSQL Workbench model, a data model of AWS's MCP server, a CloudFormation, SAM or CDK template, a folder of
    Terraform files or what `terraform show -json` prints, a serverless.yml, or DynamoDB's own JSON. What cannot be
    known or said is kept as a TODO in the plan and listed.
    """
    if LIVE in files:
        _refuse_beside(_OF_FILES, "live reads the tables themselves")
        if files != (LIVE,):
            raise click.UsageError("live stands alone: it reads tables, not files. A file of that name is ./live.")
        from ddbplan.live_import import LiveRequest  # noqa: PLC0415 - brings what talks to AWS

        request = LiveRequest(
            patterns=patterns or ("*",),
            database=database,
            output=output,
            ledger=ledger,
            target=target,
            sample=sample or 0,
            keep=_kept(keep, sample),
        )
        return _import_live(request, form)
    _refuse_beside(_OF_LIVE, "it is for `ddbplan import live`")
    missing = [file for file in files if not Path(file).exists()]
    if missing:
        raise click.UsageError(f"{missing[0]!r} does not exist. Name a file or folder, or `live` for live tables.")
    return _import_files(files, kind, pairs, inside, database, output, form, overwrite=overwrite)


def _refuse_beside(options: dict[str, str], why: str) -> None:
    """Refuse options that say nothing here.

    Raises:
        click.UsageError: One was given.
    """
    ctx = click.get_current_context()
    default = click.core.ParameterSource.DEFAULT
    for name, option in options.items():
        if ctx.get_parameter_source(name) not in {default, None}:
            raise click.UsageError(f"{option} has no meaning here: {why}.")


def _kept(keep: str | None, sample: int | None) -> tuple[str, ...]:
    if keep is None:
        return ()
    if sample is None:
        raise click.UsageError("--keep says which attributes --sample copies. Give both.")
    names = tuple(dict.fromkeys(name.strip() for name in keep.split(",")))
    if "" in names:
        raise click.UsageError("--keep takes names of attributes with commas between them, such as status,total.")
    return names


def _import_live(request: LiveRequest, form: str) -> int:
    from ddbplan import importing, live_import  # noqa: PLC0415 - bring the readers
    from ddbplan.views.hints import write_next  # noqa: PLC0415 - as above
    from ddbplan.views.importing import write_imported_live  # noqa: PLC0415 - as above

    found = live_import.import_live(request)
    printed = found.imported.plan == importing.STDOUT
    if not printed:
        importing.write(found.imported, overwrite=False)
    following = live_import.command_after(found, request)
    write_imported_live(found, form, following)
    if form == "text" and not printed:
        write_next(following)
    return Exit.ERROR if found.imported.problems else Exit.DONE


def _import_files(
    files: tuple[str, ...],
    kind: str | None,
    pairs: tuple[str, ...],
    inside: str | None,
    database: str | None,
    output: str | None,
    form: str,
    *,
    overwrite: bool,
) -> int:
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
