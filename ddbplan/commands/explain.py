"""``ddbplan explain``."""

from __future__ import annotations

import click

from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import format_option
from ddbplan.views.explain import write_codes, write_page


@click.command("explain")
@click.argument("code", required=False, metavar="CODE")
@format_option("text", "json")
def command(code: str | None, form: str) -> int:
    """Explain a diagnostic's code.

    Says what DDB116 means, why it matters and what to do, with an example. Without CODE, every code is listed.
    """
    from planner.codes import catalogue  # noqa: PLC0415 - it lists every rule, which takes a moment
    from planner.suggest import did_you_mean  # noqa: PLC0415 - likewise

    known = catalogue()
    if code is None:
        write_codes(tuple(known.values()), form)
        return Exit.DONE
    found = known.get(code.upper())
    if found is None:
        raise Failure(f"There is no code '{code[:40]}'. {did_you_mean(code, known)}`ddbplan explain` lists them all.")
    write_page(found, form)
    return Exit.DONE
