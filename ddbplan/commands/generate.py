"""``ddbplan generate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan.asking import asking_options
from ddbplan.options import TargetOptions, set_option, target_options

if TYPE_CHECKING:
    from ddbplan.exits import Exit
    from planner.author.values import Settings


@click.command("generate")
@click.argument("purpose", nargs=-1, metavar="[PURPOSE]...")
@click.option("-f", "--file", "source", metavar="FILE", help="Read the requirements from FILE; - is standard input.")
@click.option("-o", "--output", metavar="FILE", help="Write the plan there instead of plans/; - is standard output.")
@click.option("--refine", metavar="PLAN", help="Change this plan; PURPOSE says how.")
@click.option("--yes", is_flag=True, help="With --refine: write the change without asking.")
@click.option("--ask", is_flag=True, help="Let Claude put up to five questions first.")
@click.option("--live", is_flag=True, help="Tell Claude the schema of existing tables, and nothing else of them.")
@click.option("--live-prefix", metavar="TEXT", default="", help="With --live: only tables whose names begin so.")
@click.option("--dry-run", is_flag=True, help="Print the exact request and send nothing.")
@click.option("--record", metavar="FILE", help="Keep everything that was said and answered in FILE.")
@click.option("--replay", metavar="FILE", help="Take the answers from a record instead of asking.")
@click.option("--verbose", is_flag=True, help="Show the text as it comes.")
@asking_options
@set_option
@target_options
def command(
    *,
    purpose: tuple[str, ...],
    source: str | None,
    output: str | None,
    refine: str | None,
    live_prefix: str,
    record: str | None,
    replay: str | None,
    settings: Settings,
    target: TargetOptions,
    yes: bool,
    ask: bool,
    live: bool,
    dry_run: bool,
    verbose: bool,
) -> Exit:
    """Let Claude write a plan that is proven.

    PURPOSE says in your own words what the data is for. Claude answers with a plan and with nothing else; the plan is
    checked, applied to an empty engine in memory, and its queries are run. What is wrong goes back to Claude, at most
    three times. Only a plan that passes is written, to plans/, never over an existing file.

    A key for Claude is taken from ANTHROPIC_API_KEY, or from a profile of the Claude SDK. What leaves this machine is
    what --dry-run prints.
    """
    from ddbplan.generation import Wish, carry_out  # noqa: PLC0415 - what asks and proves is loaded when it is used

    wish = Wish(
        purpose=" ".join(purpose),
        source=source,
        output=output,
        refine=None if refine is None else Path(refine),
        yes=yes,
        ask=ask,
        live=live,
        live_prefix=live_prefix,
        dry_run=dry_run,
        record=None if record is None else Path(record),
        replay=None if replay is None else Path(replay),
        verbose=verbose,
        settings=settings,
        target=target,
    )
    return carry_out(wish)
