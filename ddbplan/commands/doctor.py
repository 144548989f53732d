"""``ddbplan doctor``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import (
    TargetOptions,
    format_option,
    ledger_option,
    next_command,
    plans_argument,
    set_option,
    target_options,
)
from ddbplan.target import connected
from ddbplan.versions import versions
from ddbplan.views.doctor import write_checks
from ddbplan.views.hints import write_next

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from executor.health import Check


@click.command("doctor")
@plans_argument
@set_option
@ledger_option
@target_options
@format_option("text", "json")
def command(plans: tuple[str, ...], ledger: str, target: TargetOptions, form: str) -> int:
    """Look for what would keep an apply from working.

    Versions, plans, the embedded engine, credentials, permission, endpoint, clock, ledger, lock: each with what to do.
    Ends with 1 where there is a problem. Nothing is changed.
    """
    checks = [*_here(plans), *_there(plans, ledger, target)]
    write_checks(checks, versions(), form)
    if form == "text":
        write_next(next_command("diff", *plans, target=target))
    return Exit.ERROR if any(check.state == "problem" for check in checks) else Exit.DONE


def _here(plans: Sequence[str]) -> Iterator[Check]:
    """What concerns this machine alone."""
    from executor.health import Check, State  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from executor.local.errors import EngineProgramMissingError  # noqa: PLC0415 - likewise
    from executor.local.program import find_engine_program  # noqa: PLC0415 - likewise

    yield _plans(plans)
    try:
        yield Check(name="embedded engine", state=State.OK, what=str(find_engine_program()))
    except EngineProgramMissingError as missing:
        first, _, fix = str(missing).partition("\n")
        yield Check(name="embedded engine", state=State.WARNING, what=first, fix=" ".join(fix.split()))
    key = "is set" if os.environ.get("ANTHROPIC_API_KEY") else "is not set, which only `generate` needs"
    yield Check(name="Claude", state=State.OK, what=f"ANTHROPIC_API_KEY {key}")


def _plans(plans: Sequence[str]) -> Check:
    from executor.health import Check, State  # noqa: PLC0415 - loaded by the commands that talk to AWS

    try:
        results = reading.validate(reading.find(plans))
    except reading.InvalidPlansError as problem:
        return Check(name="plans", state=State.WARNING, what=problem.diagnostics[0].what, fix="ddbplan init")
    bad = [result.name for result in results if result.has_errors]
    if bad:
        return Check(name="plans", state=State.PROBLEM, what=f"invalid: {', '.join(bad)}", fix="ddbplan validate")
    return Check(name="plans", state=State.OK, what=", ".join(result.name for result in results) or "none")


def _there(plans: Sequence[str], ledger: str, target: TargetOptions) -> Iterator[Check]:
    """What concerns where a plan would be applied."""
    from executor.health import Check, State, examine  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from executor.local.errors import LocalEngineError  # noqa: PLC0415 - likewise

    try:
        with connected(target, writes=False) as clients:
            yield from examine(clients, ledger, _databases(plans))
    except (Failure, LocalEngineError) as problem:
        yield Check(name="target", state=State.PROBLEM, what="cannot be reached.", fix=str(problem))


def _databases(plans: Sequence[str]) -> tuple[str, ...]:
    """The databases of the plans that can be read, in every environment."""
    from planner.reading import environments, read_plan  # noqa: PLC0415 - reading brings YAML

    try:
        sources = reading.find(plans)
    except reading.InvalidPlansError:
        return ()
    found: dict[str, None] = {}
    for source in sources:
        for environment in environments(source) or (None,):
            plan, _report = read_plan(source, environment)
            if plan is not None:
                found[plan.database] = None
    return tuple(found)
