"""What to type after an apply, by what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddbplan.aws_setup import is_set_up
from ddbplan.options import DEFAULT_LEDGER, TargetOptions, next_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from executor.apply import Outcome
    from planner.approval import SavedSteps
    from planner.checked import CheckedPlan
    from planner.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed and is to be typed again.

    Attributes:
        plans: Plans, or one file of saved steps.
        environment: The environment, if one was named.
        words: The options that say what was decided beside the plan.
        ledger: The ledger's table.
        target: Where.
    """

    plans: tuple[str, ...]
    environment: str | None
    words: tuple[str, ...]
    ledger: str
    target: TargetOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One plan and what became of it."""

    plan: CheckedPlan
    outcome: Outcome


def ledger_words(ledger: str) -> tuple[str, ...]:
    """The option that names a ledger; nothing for the default one."""
    return ("--ledger", ledger) if ledger != DEFAULT_LEDGER else ()


def command_after(
    typed: Typed,
    ended: Sequence[Ended],
    plans: Sequence[CheckedPlan],
    saved: SavedSteps | None,
) -> str:
    """The command that makes sense after an apply.

    Args:
        typed: What was typed.
        ended: The plans whose turn came, in order; the last one decides.
        plans: All plans.
        saved: The saved steps, where those were applied.
    """
    kind = str(ended[-1].outcome.kind) if ended else "declined"
    ledger = saved.ledger_table if saved else typed.ledger
    permitted = _permitted(ended[-1].outcome) if ended else ()
    match kind:
        case "refused" if permitted:
            return command_again("apply", typed, *permitted)
        case "done" | "nothing":
            return command_to_look(plans, ledger, typed.target)
        case "locked":
            return next_command("status", ended[-1].plan.plan.database, *ledger_words(ledger), target=typed.target)
        case "declined" | "refused" | "stale":
            return command_again("diff", typed) if saved is None else command_to_save(typed.plans, saved, typed.target)
        case _:
            return command_again("apply", typed)


def _permitted(outcome: Outcome) -> tuple[str, ...]:
    """The options with which what was refused may be done: nothing where no option permits it."""
    if outcome.flags:
        return tuple(word for flag in outcome.flags for word in ("--allow", flag))
    return adopting(outcome.refusals)


def adopting(refusals: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The options that take the tables that nobody recorded; nothing where something else is refused as well."""
    from planner.codes.changes import NOT_OWNED  # noqa: PLC0415 - loaded by what has made a diff

    if any(found.code != NOT_OWNED.code for found in refusals):
        return ()
    return tuple(word for found in refusals for word in ("--adopt", found.address))


def command_to_compare(plans: Sequence[str], *words: str, environment: str | None = None) -> str:
    """The diff that follows what was done offline: on the embedded engine, where AWS is not set up here."""
    target = TargetOptions(local=not is_set_up())
    return next_command("diff", *plans, *words, target=target, environment=environment)


def shared_environment(environments: Iterable[Sequence[str]]) -> str | None:
    """The first environment that every plan has, which a diff of all of them has to name; None where there is none."""
    first, *others = list(environments) or [()]
    return next((name for name in first if all(name in other for other in others)), None)


def command_again(command: str, typed: Typed, *more: str) -> str:
    """Diff or apply with what was typed."""
    return next_command(command, *typed.plans, *typed.words, *more, target=typed.target, environment=typed.environment)


def command_to_look(plans: Sequence[CheckedPlan], ledger: str, target: TargetOptions) -> str:
    """What shows what is live: the queries of the first plan that has any, else the record of what was done."""
    for plan in (checked.plan for checked in plans):
        if plan.queries:
            return next_command("query", plan.file, target=target, environment=plan.environment)
    return next_command("history", plans[0].plan.database, *ledger_words(ledger), target=target)


def command_to_save(file: tuple[str, ...], saved: SavedSteps, target: TargetOptions) -> str:
    """The diff that saves the steps anew, with what was decided for them."""
    chosen = [word for name, addresses in saved.options.items() for one in addresses for word in (f"--{name}", one)]
    chosen += [word for name, value in saved.where.variables.items() for word in ("--set", f"{name}={value}")]
    words = [*saved.where.plans, *chosen, *ledger_words(saved.ledger_table), "--out", *file]
    return next_command("diff", *words, target=target, environment=saved.where.environment)
