"""``ddbplan test``."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.next_steps import command_to_compare, shared_environment
from ddbplan.options import check_url, format_option, plans_argument, set_option
from ddbplan.proofs import DYNAMODB_LOCAL, EMBEDDED, Proving, prove_sources
from ddbplan.views.hints import write_next, write_warnings
from ddbplan.views.junit import write_junit
from ddbplan.views.proof import write_proof, write_proofs_json, write_totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ddbplan.views.proof import Proved

MOST_AT_ONCE = 4
"""By default: each proof has an engine of its own, which takes memory."""


@click.command("test")
@plans_argument
@set_option
@click.option(
    "--engine",
    default=EMBEDDED,
    show_default=True,
    metavar="NAME|URL",
    help=f"{EMBEDDED}, {DYNAMODB_LOCAL}, or the URL of an engine that runs on this machine.",
)
@click.option("-k", "--only", multiple=True, metavar="PATTERN", help="Only these, such as 'query.recent*'; repeatable.")
@click.option(
    "--parallelism",
    type=click.IntRange(1, 64),
    metavar="N",
    help="At most so many proofs at once; as many as there are processors, up to 4, without it.",
)
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write JUnit's XML here, too."
)
@format_option("text", "json")
def command(
    plans: tuple[str, ...],
    engine: str,
    only: tuple[str, ...],
    parallelism: int | None,
    junit: Path | None,
    form: str,
) -> int:
    """Prove plans on a throwaway embedded engine.

    Applies each plan, in each of its environments, to an empty engine in memory, checks that a second diff is empty,
    runs every query and report against what it expects, and every transaction marked "run: test". No live data is
    touched.
    """
    if engine not in (EMBEDDED, DYNAMODB_LOCAL):
        check_url(engine, "--engine")
    at_once = parallelism or min(MOST_AT_ONCE, os.cpu_count() or 1)
    proving = Proving(engine=engine, only=only, parallelism=at_once)
    started = time.monotonic()
    sources = reading.find(plans)
    warnings = reading.warnings_of(sources)
    proofs = _shown(prove_sources(sources, proving), form)
    if junit is not None:
        write_junit(proofs, junit)
    if form == "text":
        write_totals(proofs, time.monotonic() - started)
        write_warnings(warnings)
    else:
        write_proofs_json(proofs)
    if any(not proof.passed for proof in proofs):
        return Exit.ERROR
    if form == "text":
        write_next(command_to_compare(plans, environment=shared_environment(_environments(proofs))))
    return Exit.DONE


def _shown(proofs: Iterable[Proved], form: str) -> tuple[Proved, ...]:
    """All proofs, each shown as soon as it is there."""
    found = []
    for proof in proofs:
        found.append(proof)
        if form == "text":
            write_proof(proof)
    return tuple(found)


def _environments(proofs: Iterable[Proved]) -> Iterable[tuple[str, ...]]:
    """The names of each plan's environments."""
    found: dict[str, tuple[str, ...]] = {}
    for proof in proofs:
        found[proof.plan] = (*found.get(proof.plan, ()), *((proof.environment,) if proof.environment else ()))
    return found.values()
