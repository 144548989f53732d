"""``ddbplan seed``: rows out of a live table, and rows of a plan out into files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.next_steps import command_to_compare
from ddbplan.options import (
    TargetOptions,
    environment_option,
    format_option,
    max_errors_option,
    next_command,
    plan_argument,
    target_options,
)
from ddbplan.rejects import row_policy
from ddbplan.target import connected
from ddbplan.views.hints import write_next
from ddbplan.views.output import stderr
from ddbplan.views.seed import Written, write_exported, write_pulled

if TYPE_CHECKING:
    from executor.clients import Clients
    from planner.checked import CheckedPlan
    from planner.plan import Table
    from planner.reading.row_problems import RowPolicy

_SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_MEGABYTE = 1024 * 1024


@click.group("seed")
def command() -> None:
    """Pull a table's items into a file; export a plan's rows.

    A pulled file is a seed's `file:`; an exported folder is what DynamoDB's own importers take.
    """


@command.command("pull")
@plan_argument
@click.argument("table", required=False)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="PATH",
    help="A folder, or one table's file: .jsonl, .jsonl.gz or .jsonl.zst.",
)
@click.option("--drop", multiple=True, metavar="ATTRIBUTE", help="Leave this attribute out; repeatable.")
@click.option("--mask", multiple=True, metavar="ATTRIBUTE", help="Make its values unrecognisable; repeatable.")
@click.option("--segments", type=click.IntRange(1, 32), default=4, show_default=True, help="Parts read at once.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@environment_option
@target_options
@format_option("text", "json")
def pull_command(
    *,
    plan: str,
    table: str | None,
    output: str,
    drop: tuple[str, ...],
    mask: tuple[str, ...],
    segments: int,
    force: bool,
    environment: str | None,
    target: TargetOptions,
    form: str,
) -> int:
    """Write the items of live tables into files, by parallel scan.

    Without TABLE, every table of the plan is pulled, each into a file of its name. A mask is made with the key in
    .ddbplan/mask.key: the same value becomes the same mask there, and nobody without the key can look one up.
    """
    from ddbplan.seed_files import mask_key, refuse_existing  # noqa: PLC0415 - loaded by the command that uses it

    checked = _one_plan(plan, environment, None)
    tables = _tables(checked, table)
    files = {one.key: _file(output, one.key, several=len(tables) > 1) for one in tables}
    for one in tables:
        _check_redaction(one, drop)
        refuse_existing(files[one.key], force=force)
    key = mask_key() if mask else b""
    redaction = _Redaction(frozenset(drop), frozenset(mask), key)
    again = next_command("apply", plan, target=target, environment=environment)
    with connected(target, writes=False) as clients:
        for one in tables:
            _require_table(clients, one, again)
        written = [_pull(clients, one, files[one.key], redaction, segments, force=force) for one in tables]
    write_pulled([one for one, _ in written], form)
    _warn_of_unmet(written)
    if form == "text":
        write_next(next_command("validate", plan))
    return Exit.DONE


@command.command("export")
@plan_argument
@click.option("-o", "--output", metavar="DIR", help="The folder; each table gets one of its own in it.")
@click.option("--to", metavar="s3://BUCKET/PREFIX", help="Write into S3 instead; each table gets a prefix of its own.")
@click.option(
    "--part-size",
    type=click.IntRange(1, 5000),
    default=128,
    show_default=True,
    metavar="MB",
    help="So much text a part, before it is packed.",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@max_errors_option
@environment_option
@target_options
@format_option("text", "json")
def export_command(
    *,
    plan: str,
    output: str | None,
    to: str | None,
    part_size: int,
    force: bool,
    max_errors: int,
    rejects: str,
    environment: str | None,
    target: TargetOptions,
    form: str,
) -> int:
    """Write a plan's seed rows as DynamoDB's importers take them.

    Each part is a gzip file of lines {"Item": {...}} in DynamoDB JSON: the form DYNAMODB_JSON of ImportTable.
    """
    if (output is None) == (to is None):
        raise click.UsageError("Say where the rows go: --output DIR, or --to s3://BUCKET/PREFIX.")
    checked = _one_plan(plan, environment, row_policy(max_errors, rejects))
    # Rows of a seed that owns only some attributes are no items: an importer would make items of them.
    left_out = [seed.table.key for seed in checked.seeds.values() if seed.seed.attributes]
    seeds = [seed for seed in checked.seeds.values() if seed.seed.source is None and not seed.seed.attributes]
    if to is not None:
        from ddbplan.seed_parts import export_to_s3, place_of  # noqa: PLC0415 - loaded by the command that uses it

        place = place_of(to)
        with connected(target, writes=True) as clients:
            written = export_to_s3(clients, seeds, place, part_size * _MEGABYTE, force=force)
    else:
        from ddbplan.seed_parts import export  # noqa: PLC0415 - loaded by the command that uses it

        folder = Path(output or ".")
        for seed in seeds:
            _refuse_filled(folder / seed.table.key, force=force)
        written = [export(seed, folder / seed.table.key, part_size * _MEGABYTE) for seed in seeds]
    write_exported(written, form, left_out=left_out)
    if form == "text":
        write_next(command_to_compare([plan], environment=environment))
    return Exit.DONE


@dataclass(frozen=True, slots=True)
class _Redaction:
    """What of an item is written."""

    drop: frozenset[str]
    mask: frozenset[str]
    key: bytes


def _require_table(clients: Clients, table: Table, apply: str) -> None:
    from executor.registry import call_function  # noqa: PLC0415 - loaded by what talks to AWS

    found = call_function("get_table_info", clients, table_name=table.name, aspects=["table"])
    if not found.ok:
        raise Failure(found.message)
    if found.value is None:
        where = f"on {clients.engine}, {clients.region}"
        if table.external:
            raise Failure(f"The table {table.name} does not exist {where}. It is external: its owner has to make it.")
        raise Failure(f"The table {table.name} does not exist {where}. Apply the plan there first:", command=apply)


def _pull(
    clients: Clients,
    table: Table,
    path: Path,
    redaction: _Redaction,
    segments: int,
    *,
    force: bool,
) -> tuple[Written, frozenset[str]]:
    """What was written, and the attributes to be redacted that no item has."""
    from ddbplan.seed_files import new_file  # noqa: PLC0415 - loaded by the command that uses it
    from executor.pulling import pull  # noqa: PLC0415 - loaded by what talks to AWS
    from planner.encoding import encoded  # noqa: PLC0415 - as above
    from planner.masking import redacted  # noqa: PLC0415 - as above

    count = 0
    unmet = set(redaction.drop | redaction.mask)
    with new_file(path, force=force) as file:
        for page in pull(clients, table.name, segments):
            for item in page:
                unmet.difference_update(item)
                kept = redacted(item, redaction.drop, redaction.mask, redaction.key)
                file.write(b'{"Item":' + encoded(kept) + b"}\n")
            count += len(page)
    return Written(table=table.key, files=(str(path),), rows=count), frozenset(unmet)


def _warn_of_unmet(pulled: list[tuple[Written, frozenset[str]]]) -> None:
    """A misspelt name redacts nothing, which nobody would see in a file of many rows."""
    if not any(written.rows for written, _ in pulled):
        return
    for name in sorted(frozenset.intersection(*(unmet for _, unmet in pulled))):
        what = f"no item has an attribute '{name}', so --drop or --mask of it changed nothing. Check how it is spelt."
        stderr().prose(what, first="Warning: ", style="yellow")


def _refuse_filled(folder: Path, *, force: bool) -> None:
    """Parts of another export beside these would be imported with them."""
    parts = sorted(folder.glob("part-*.json.gz")) if folder.is_dir() else []
    if parts and not force:
        raise Failure(f"{folder} holds an export already, so nothing was written. Give --force to replace it.")
    for part in parts:
        part.unlink()


def _one_plan(argument: str, environment: str | None, policy: RowPolicy | None) -> CheckedPlan:
    return reading.one(argument, environment, command="seed", policy=policy)


def _tables(checked: CheckedPlan, name: str | None) -> tuple[Table, ...]:
    if name is None:
        return tuple(table for table in checked.plan.tables.values() if not table.external)
    table = checked.plan.tables.get(name)
    if table is None:
        known = ", ".join(checked.plan.tables)
        raise Failure(f"{checked.plan.file} has no table {name!r}. Its tables: {known}.")
    return (table,)


def _file(output: str, table: str, *, several: bool) -> Path:
    if output.endswith(_SUFFIXES):
        if several:
            raise click.UsageError(f"{output} is one file, and there are several tables. Name one, or give a folder.")
        return Path(output)
    if Path(output).suffix in {".json", ".csv", ".gz", ".zst", ".parquet", ".ion"}:
        raise click.UsageError(f"A pulled file ends in {', '.join(_SUFFIXES)}, not as {output} does.")
    return Path(output) / f"{table}.jsonl"


def _check_redaction(table: Table, drop: tuple[str, ...]) -> None:
    for name in drop:
        if name in table.key_names:
            raise Failure(
                f"{name} is a key attribute of {table.key}: items without it cannot be loaded. Give --mask {name} to "
                "make its values unrecognisable."
            )
