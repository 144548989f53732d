"""Whether an approval still holds: what moved between it and a new diff."""

from __future__ import annotations

from collections.abc import Mapping

from planner.approval.values import TOWARDS, SavedStep, SavedSteps, SavedTable


def what_moved(saved: SavedSteps, now: SavedSteps, *, begun: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Why an approval no longer holds, one sentence each; empty when it does.

    Args:
        saved: The approval.
        now: What would be approved of a new diff.
        begun: Ids of the saved steps that the ledger records as begun or done under this approval.
    """
    return (*_other_place(saved, now, begun), *_other_tables(saved, now, begun), *_other_steps(saved, now, begun))


def _other_place(saved: SavedSteps, now: SavedSteps, begun: frozenset[str]) -> list[str]:
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
    if saved.ledger_id != now.ledger_id and not (saved.ledger_id == "" and "ledger" in begun):
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
