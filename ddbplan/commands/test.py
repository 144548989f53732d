"""``ddbplan test``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan import workspace
from ddbplan.exits import Exit
from ddbplan.options import format_option, next_command, plans_argument
from ddbplan.views.hints import write_next
from ddbplan.views.proof import Proved, write_proofs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.reading import PlanSource


@click.command("test")
@plans_argument
@format_option("text", "json")
def command(plans: tuple[str, ...], form: str) -> int:
    """Prove plans on a throwaway embedded engine.

    Applies each plan, in each of its environments, to an empty engine in memory, checks that a second diff is empty,
    runs every query against what it expects, and every transaction marked "run: test". No live data is touched.
    """
    proofs = [proof for source in reading.find(plans) for proof in _proofs(source)]
    write_proofs(proofs, form)
    if any(not proof.passed for proof in proofs):
        return Exit.ERROR
    if form == "text":
        write_next(next_command("diff", *plans))
    return Exit.DONE


def _proofs(source: PlanSource) -> Iterator[Proved]:
    """Each variant of a plan on an engine of its own; one with errors is not run at all."""
    from executor.clients import Clients, Target  # noqa: PLC0415 - loaded by the commands that talk to an engine
    from executor.proof import prove  # noqa: PLC0415 - likewise
    from planner.variants import variants  # noqa: PLC0415 - likewise

    for variant in variants(source):
        if variant.checked is None:
            raise reading.InvalidPlansError(variant.diagnostics)
        with workspace.throwaway_engine() as url, Clients(Target(endpoint_url=url, local=True)) as clients:
            cases = prove(variant.checked, clients)
        yield Proved(plan=source.name, environment=variant.environment, cases=cases)
