"""Whether an approval still holds: what moved between it and a new diff."""

from __future__ import annotations

from collections.abc import Mapping

from planner.approval.values import TOWARDS, SavedStep, SavedSteps, SavedTable
from planner.changes.ledger import LEDGER_STEP
from planner.values import content_hash


def what_moved(
    saved: SavedSteps,
    now: SavedSteps,
    *,
    begun: frozenset[str] = frozenset(),
    done: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Why an approval no longer holds, one sentence each; empty when it does.

    Args:
        saved: The approval.
        now: What would be approved of a new diff.
        begun: Ids of the saved steps that the ledger records as begun or done under this approval.
        done: Those of them that it records as done.
    """
    gone = begun | _made_ledger(now)
    moved = (
        *_other_place(saved, now),
        *_other_tables(saved, now, gone),
        *_other_steps(saved, now, gone),
        *_undone_steps(now, done),
    )
    return moved or _other_words(saved, now, begun)


def _undone_steps(now: SavedSteps, done: frozenset[str]) -> list[str]:
    """An approval is for once: what was done under it and was undone since is approved anew, or not at all."""
    return [
        f"The step {step.id} was done under this approval, and is needed again."
        for step in now.steps
        if step.id in done and not step.id.startswith("query.")
    ]


def _made_ledger(now: SavedSteps) -> frozenset[str]:
    """The step that makes the ledger, once there is one: nothing could record it, and whoever did, it is the same."""
    return frozenset({LEDGER_STEP} if all(step.id != LEDGER_STEP for step in now.steps) else ())


def _other_place(saved: SavedSteps, now: SavedSteps) -> list[str]:
    pairs = [
        ("The plan's database", saved.database, now.database),
        ("The environment", saved.where.environment, now.where.environment),
        ("The AWS account", saved.where.account, now.where.account),
        ("The region", saved.where.region, now.where.region),
        ("The ledger's table", saved.ledger_table, now.ledger_table),
    ]
    moved = [f"{what} was {was or 'none'} and is {is_ or 'none'}." for what, was, is_ in pairs if was != is_]
    if saved.where.plan_hash != now.where.plan_hash:
        moved.append("The text of the plan changed.")
    # Where there was none, what another's ledger records of this database shows in the steps.
    if saved.ledger_id not in {"", now.ledger_id}:
        moved.append("The ledger is another one.")
    return moved


def _other_tables(saved: SavedSteps, now: SavedSteps, begun: frozenset[str]) -> list[str]:
    ours = {table for step in saved.steps if step.id in begun for table in step.tables}
    made = {part.removeprefix("make ") for step in saved.steps if step.id in begun for part in step.parts}
    moved = []
    for name in sorted({*saved.tables, *now.tables}):
        was, is_ = saved.tables.get(name), now.tables.get(name)
        if was is None or is_ is None:
            moved.append(f"The table {name} {'is new in' if was is None else 'is no longer in'} the plan.")
        elif was.table_id != is_.table_id and not (was.table_id == "" and name in made):
            moved.append(f"The table {name} {_identity(was, is_)}.")
        elif was.fingerprint != is_.fingerprint and name not in ours:
            moved.append(f"Settings of the live table {name} changed.")
    return moved


def _identity(was: SavedTable, is_: SavedTable) -> str:
    if was.table_id == "":
        return "exists now, and did not"
    return "no longer exists" if is_.table_id == "" else "was made again (another TableId)"


def _other_steps(saved: SavedSteps, now: SavedSteps, begun: frozenset[str]) -> list[str]:
    approved = {name: content for step in saved.steps for name, content in step.parts.items()}
    made = {name.removeprefix("make ") for step in saved.steps if step.id in begun for name in step.parts}
    moved = [
        f"The step {step.id} is not among the saved ones, or does something else."
        for step in now.steps
        if not _finishes_making(step, approved, made)
        and not all(_is_approved(name, content, approved, made) for name, content in step.parts.items())
    ]
    left = {name for step in now.steps for name in step.parts if not name.startswith(f"{TOWARDS} ")}
    # Queries change nothing, and run only beside something that does: their absence moves nothing.
    moved += [
        f"The step {step.id} is no longer needed."
        for step in saved.steps
        if step.id not in begun
        and not step.id.startswith("query.")
        and not any(_is_left(name, left) for name in step.parts)
    ]
    return moved


def _other_words(saved: SavedSteps, now: SavedSteps, begun: frozenset[str]) -> tuple[str, ...]:
    """Where a file shows its reader something else than what it approves.

    Once a step was begun, the ledger knows the file by all of its text, and what is left may be said otherwise.
    """
    if begun:
        return ()
    shown = {step.id: _words(step) for step in saved.steps}
    moved = [
        f"What the file shows of {step.id} is not what it does."
        for step in now.steps
        if shown.get(step.id) != _words(step)
    ]
    if not moved and {step.id for step in now.steps} == set(shown) and saved.hash != now.hash:
        moved.append(f"The steps have the hash {now.hash}, and the file says {saved.hash}.")
    return tuple(moved)


def _words(step: SavedStep) -> str:
    """What a reader decides by: all but what a step waits for, as another may make the ledger, and estimates."""
    words = {name: value for name, value in step.shown.items() if name not in {"depends_on", "estimate"}}
    return content_hash(words, kind="shown/1")


def _finishes_making(step: SavedStep, approved: Mapping[str, str], made: set[str]) -> bool:
    """Whether a change only brings a table, whose making was approved and begun, to what was approved."""
    for name, content in step.parts.items():
        kind, _, table = name.partition(" ")
        if kind == TOWARDS:
            return table in made and approved.get(f"make {table}") == content
    return False


def _is_approved(name: str, content: str, approved: Mapping[str, str], made: set[str]) -> bool:
    kind, _, rest = name.partition(" ")
    match kind:
        case "towards":
            # Says where a change leads; the change itself is what has to be approved.
            return True
        case "record":
            # An apply that stopped after making a table has its TableId still to be written down.
            return name in approved or rest in made
        case "add":
            # Conditional puts do less than the unconditional ones that were approved.
            return content in {approved.get(name), approved.get(f"write {rest}")}
        case _:
            return approved.get(name) == content


def _is_left(name: str, left: set[str]) -> bool:
    kind, _, rest = name.partition(" ")
    return name in left or (kind == "write" and f"add {rest}" in left)
