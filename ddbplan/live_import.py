"""From live tables to a written plan, and the command that takes them into the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ddbplan.failures import Failure
from ddbplan.importing import FOLDER, STDOUT, Imported, database_name, exists_already, texts
from ddbplan.next_steps import ledger_words
from ddbplan.options import next_command
from ddbplan.target import connected

if TYPE_CHECKING:
    from ddbplan.options import TargetOptions
    from executor.prepare import Caller

WORD = "live"
"""What is typed in place of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRequest:
    """What was asked for.

    Attributes:
        patterns: Names of tables, as of a shell.
        database: The plan's database, if one was named.
        output: Where the plan goes, if it was said.
        ledger: The ledger's physical name.
        target: Where the tables are.
        sample: So many items of each table.
        keep: Their attributes that are copied.
    """

    patterns: tuple[str, ...]
    database: str | None
    output: str | None
    ledger: str
    target: TargetOptions
    sample: int
    keep: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLive:
    """What came of it.

    Attributes:
        imported: The plan, laid out.
        caller: Where the tables are.
        adopt: Addresses of tables that no ledger records yet.
        external: Addresses of tables that somebody else looks after.
        unsupported: Settings that the engine lacks.
        kept: The attributes that were copied beside the keys, where items were.
    """

    imported: Imported
    caller: Caller
    adopt: tuple[str, ...]
    external: tuple[str, ...]
    unsupported: tuple[str, ...]
    kept: tuple[str, ...]


def import_live(request: LiveRequest) -> ImportedLive:
    """Read live tables and lay out their plan; nothing is written yet, and nothing live is changed.

    Raises:
        Failure: No table has such a name, or a file stands where the plan would go.
        CallError: The tables could not be read.
    """
    from executor.discovery import discover, literal  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from planner.importing import settle  # noqa: PLC0415 - brings the readers
    from planner.importing.from_live import live_draft  # noqa: PLC0415 - as above

    prefix = literal(request.patterns[0]) if len(request.patterns) == 1 else ""
    database = database_name(request.database, "", request.output, [prefix.strip("_-.") or WORD])
    plan = request.output or f"{FOLDER}/{database}.yaml"
    if plan != STDOUT and not plan.endswith("/") and Path(plan).is_file():
        raise _exists([plan])
    with connected(request.target, writes=False) as clients:
        found = discover(
            clients,
            request.patterns,
            database=database,
            ledger=request.ledger,
            sample=request.sample,
            keep=request.keep,
        )
    if not found.tables:
        raise _none(request, found.left)
    made = live_draft(found.tables, database, prefix=prefix, left=found.left)
    settled = settle(made.draft, database)
    imported = Imported(
        draft=settled.draft, plan=plan, texts=texts(settled.draft, database, plan), problems=settled.problems
    )
    existing = [name for name in imported.texts if name and Path(name).exists()]
    if existing:
        raise _exists(existing)
    return ImportedLive(
        imported=imported,
        caller=found.caller,
        adopt=made.adopt,
        external=made.external,
        unsupported=tuple(sorted(found.unsupported)),
        kept=request.keep if request.sample else (),
    )


def _exists(names: list[str]) -> Failure:
    return exists_already(names, "Name another with -o: what somebody may have worked on is never written over.")


def _none(request: LiveRequest, left: tuple[str, ...]) -> Failure:
    patterns = " or ".join(f"`{pattern}`" for pattern in request.patterns)
    if not left:
        return Failure(
            f"No table has a name like {patterns}, so there is nothing to import. See `ddbplan call "
            "list_all_tables` for those that there are."
        )
    return Failure(f"No table like {patterns} can be imported. {' '.join(left)}")


def command_after(found: ImportedLive, request: LiveRequest) -> str:
    """The command that makes sense next: taking the tables, comparing them, or correcting the plan."""
    plan = found.imported.plan
    if found.imported.problems:
        return next_command("validate", plan)
    adopt = [word for address in found.adopt for word in ("--adopt", address)]
    words = (plan, *adopt, *ledger_words(request.ledger))
    return next_command("apply" if adopt else "diff", *words, target=request.target)
