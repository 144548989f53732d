"""``ddbplan test``."""

from __future__ import annotations

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.options import format_option, next_command, plans_argument
from ddbplan.proofs import prove_source
from ddbplan.views.hints import write_next
from ddbplan.views.proof import write_proofs


@click.command("test")
@plans_argument
@format_option("text", "json")
def command(plans: tuple[str, ...], form: str) -> int:
    """Prove plans on a throwaway embedded engine.

    Applies each plan, in each of its environments, to an empty engine in memory, checks that a second diff is empty,
    runs every query against what it expects, and every transaction marked "run: test". No live data is touched.
    """
    proofs = [proof for source in reading.find(plans) for proof in prove_source(source)]
    write_proofs(proofs, form)
    if any(not proof.passed for proof in proofs):
        return Exit.ERROR
    if form == "text":
        write_next(next_command("diff", *plans))
    return Exit.DONE
