"""What to type after an apply, by what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddbplan.options import DEFAULT_LEDGER, TargetOptions, next_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.apply import Outcome
    from planner.approval import SavedSteps
    from planner.checked import CheckedPlan


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
    match kind:
        case "done" | "nothing":
            return command_to_look(plans, ledger, typed.target)
        case "locked":
            return next_command("status", ended[-1].plan.plan.database, *ledger_words(ledger), target=typed.target)
        case "declined" | "refused" | "stale":
            return command_again("diff", typed) if saved is None else command_to_save(typed.plans, saved, typed.target)
        case _:
            return command_again("apply", typed)


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
