"""From what was typed to written plans: files imported, settled, and put where nothing stands yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ddbplan.failures import Failure

if TYPE_CHECKING:
    from planner.diagnostics import Diagnostic
    from planner.importing import Draft

FOLDER = "plans"
STDOUT = "-"
MOST_ROWS = 500
"""Rows of one table above which they go into a file of their own."""
_DATABASE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import.

    Attributes:
        draft: What was written.
        plan: The plan's file or folder as it is typed; ``-`` for standard output.
        texts: The text of each file that makes it, by path; one without a path for standard output.
        problems: Errors that ``validate`` will tell of it.
    """

    draft: Draft
    plan: str
    texts: Mapping[str, str]
    problems: tuple[Diagnostic, ...]

    @property
    def rows(self) -> int:
        """Seed rows of all tables."""
        return sum(len(items) for items in self.draft.seeds.values())


def read_settings(pairs: Sequence[str]) -> dict[str, str]:
    """``--set`` pairs by name.

    Raises:
        Failure: One has no equals sign.
    """
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise Failure(f"--set takes NAME=VALUE, such as --set Stage=prod, not `{pair}`.")
        found[name] = value
    return found


def import_plan(
    files: Sequence[str],
    *,
    kind: str | None,
    given: Mapping[str, str],
    inside: str | None,
    database: str | None,
    output: str | None,
) -> Imported:
    """Import files and lay out what is to be written; nothing is written yet.

    Raises:
        Failure: They cannot be imported, or the database has no name that can be used.
    """
    from planner.importing import Kind, RefusedError, import_files, settle  # noqa: PLC0415 - the command brings the readers

    try:
        draft = import_files(
            [Path(file) for file in files],
            kind=Kind(kind) if kind else None,
            given=given,
            inside=Path(inside) if inside else None,
        )
    except RefusedError as problem:
        raise Failure(f"Nothing was imported. {problem.message.rstrip('.')}.") from None
    name = database_name(database, draft.database, output, files)
    settled = settle(draft, name)
    plan = output or f"{FOLDER}/{name}.yaml"
    return Imported(draft=settled.draft, plan=plan, texts=texts(settled.draft, name, plan), problems=settled.problems)


def database_name(asked: str | None, said: str, output: str | None, files: Sequence[str]) -> str:
    """The database's name: as asked, as the files say, after the output, or after the first file.

    Raises:
        Failure: What was asked for is no name.
    """
    if asked is not None:
        if _DATABASE.fullmatch(asked) is None:
            raise Failure(f"--database takes letters, digits, `_`, `-` and `.`, not `{asked}`.")
        return asked
    names = [said, Path(output).stem if output and output != STDOUT else "", Path(files[0]).resolve().stem]
    for name in names:
        made = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_-")[:128]
        if made:
            return made
    return "imported"


def texts(draft: Draft, database: str, plan: str) -> dict[str, str]:
    """The text of each file that makes a plan, by path; one without a path for standard output."""
    from planner.importing import folder_texts, plan_text  # noqa: PLC0415 - as above

    if plan == STDOUT:
        return {"": plan_text(draft, database)}
    if _is_folder(plan):
        smaller, files = _apart(draft, "")
        return {str(Path(plan) / name): text for name, text in {**folder_texts(smaller, database), **files}.items()}
    smaller, files = _apart(draft, f"{Path(plan).stem}_")
    folder = Path(plan).parent
    return {plan: plan_text(smaller, database), **{str(folder / name): text for name, text in files.items()}}


def _is_folder(plan: str) -> bool:
    return plan.endswith("/") or Path(plan).is_dir()


def _apart(draft: Draft, prefix: str) -> tuple[Draft, dict[str, str]]:
    """The draft with its large seeds in files of their own, and those files, relative to the plan's folder."""
    import json  # noqa: PLC0415 - only large seeds need it

    seeds: dict[str, object] = {}
    files = {}
    for key, items in draft.seeds.items():
        if len(items) <= MOST_ROWS:
            seeds[key] = items
            continue
        name = f"data/{prefix}{key}.jsonl"
        files[name] = "".join(f"{json.dumps({'Item': item}, ensure_ascii=False)}\n" for item in items)
        seeds[key] = name
    return replace(draft, seeds=seeds), files  # type: ignore[arg-type] # a text is the name of a file


def exists_already(names: Sequence[str], fix: str) -> Failure:
    """The refusal to write over files."""
    shown = ", ".join(names[:5]) + (" and others" if len(names) > 5 else "")  # noqa: PLR2004 - enough to know
    return Failure(f"{shown} exists already, and nothing was written. {fix}")


def write(imported: Imported, *, overwrite: bool) -> None:
    """Write what was laid out.

    Raises:
        Failure: A file stands there already and nobody said that it may go, or it cannot be written.
    """
    existing = [name for name in imported.texts if Path(name).exists()]
    if existing and not overwrite:
        raise exists_already(existing, "Name another with -o, or add --overwrite.")
    for name, text in imported.texts.items():
        path = Path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            mode = "w" if overwrite else "x"
            with path.open(mode, encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError as problem:
            raise Failure(f"{name} cannot be written: {problem.strerror}.") from None
