"""``ddbplan init``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ddbplan import ready, workspace
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import next_command
from ddbplan.views.hints import write_next
from ddbplan.views.init import write_made

if TYPE_CHECKING:
    from pathlib import Path

_DATABASE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_IGNORED = ".gitignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file of the new project.

    Attributes:
        path: Relative to the working directory.
        outcome: ``made``, ``kept`` (it existed) or ``added to``.
    """

    path: str
    outcome: str


@click.command("init")
@click.argument("name", required=False)
@click.option("--from", "origin", type=click.Choice(ready.PLANS), help="Start from this ready plan.")
def command(name: str | None, origin: str | None) -> int:
    """Start a project: a plan, a CI file, ddbplan.toml, .gitignore.

    NAME is the database, and the plan's file is plans/NAME.yaml. With --from the plan is one of those that ddbplan
    brings; without it a small one to change. A file that exists stays as it is.
    """
    from planner.schema import schema_text  # noqa: PLC0415 - only this command and `schema` need it

    folder = workspace.folder()
    database = name or origin or _of_folder(folder)
    if _DATABASE.fullmatch(database) is None:
        raise Failure(
            f"{database!r} cannot be a database's name: letters, digits, _, . and - only, at most 128. "
            "Nothing was made. Name it: ddbplan init NAME"
        )
    plan = f"plans/{database}.yaml"
    text = ready.plan(origin) if origin else ready.template("starter.yaml")
    files = {
        plan: ready.named(text, database),
        "plans/plan.schema.json": schema_text(),
        "ddbplan.toml": ready.template("ddbplan.toml"),
        ".github/workflows/ddbplan.yml": ready.template("github.yml"),
    }
    if (folder / plan).exists():
        raise Failure(f"{plan} exists already and is left as it is. Nothing was made. Choose another NAME.")
    made = [_make(folder, path, content) for path, content in files.items()]
    write_made([*made, _ignore(folder)])
    write_next(next_command("test", plan))
    return Exit.DONE


def _of_folder(folder: Path) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", folder.name).strip("_").lower() or "data"


def _make(folder: Path, path: str, content: str) -> Made:
    """Write a file where there is none; whoever made it in the meantime keeps it."""
    target = folder / path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as opened:
            opened.write(content)
    except FileExistsError:
        return Made(path=path, outcome="kept")
    except OSError as problem:
        raise Failure(f"{path} could not be written: {problem.strerror}. Run the same command again.") from None
    return Made(path=path, outcome="made")


def _ignore(folder: Path) -> Made:
    """The embedded engine's data belongs into no repository."""
    wanted = ready.template("gitignore")
    target = folder / _IGNORED
    if not target.exists():
        return _make(folder, _IGNORED, wanted)
    try:
        text = target.read_text(encoding="utf-8")
        missing = [line for line in wanted.splitlines() if line not in text.splitlines()]
        if missing:
            with target.open("a", encoding="utf-8") as opened:
                opened.write("".join(f"{line}\n" for line in ([""] if text[-1:] not in ("", "\n") else []) + missing))
    except (OSError, UnicodeDecodeError) as problem:
        raise Failure(f"{_IGNORED} could not be changed: {problem}. Add {wanted.strip()} to it.") from None
    return Made(path=_IGNORED, outcome="added to" if missing else "kept")
