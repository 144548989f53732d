"""What has to be allowed before anything starts: refusals, approvals, hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.apply import Outcome, OutcomeKind

if TYPE_CHECKING:
    from executor.apply import ApplyOptions
    from executor.prepare import Prepared
    from planner.diff import Diff
    from planner.steps import Hazard


def gate(prepared: Prepared, options: ApplyOptions) -> Outcome | None:
    """The outcome that keeps the run from starting; None when it may."""
    if prepared.diff.refusals:
        return Outcome(
            kind=OutcomeKind.REFUSED,
            message="The plan can't be applied as it stands; nothing was changed.",
            refusals=prepared.diff.refusals,
            prepared=prepared,
        )
    if options.approve and options.approve != prepared.diff.hash:
        return Outcome(
            kind=OutcomeKind.STALE,
            message=f"The steps that were approved have the hash {options.approve}, and those to run now have "
            f"{prepared.diff.hash}: the plan or what is live has changed since. Nothing was changed. "
            "Read the diff again and approve what it says now.",
            prepared=prepared,
        )
    missing = missing_permissions(prepared.diff, options)
    if missing:
        lines = "\n".join(f"  {hazard.kind}: {hazard.sentence}" for hazard in missing)
        flags = tuple(hazard.flag for hazard in missing)
        pasted = " ".join(f"--allow {flag}" for flag in flags)
        return Outcome(
            kind=OutcomeKind.REFUSED,
            message=f"Steps carry hazards that are not allowed; nothing was changed.\n{lines}\n"
            f"To allow exactly these:\n\n    {pasted}",
            flags=flags,
            prepared=prepared,
        )
    return None


def missing_permissions(difference: Diff, options: ApplyOptions) -> tuple[Hazard, ...]:
    """The hazards that no permission names; of those given, a person at a terminal may give one without an address."""
    kinds = options.kinds | (options.allow if options.interactive else frozenset())
    return tuple(
        hazard for hazard in difference.hazards if hazard.flag not in options.allow and str(hazard.kind) not in kinds
    )


def what_moved(before: Diff, after: Diff) -> str:
    """How two diffs differ, in one sentence; empty when they hold the same steps, the ledger's own making aside."""
    old = {step.id: step.content_hash for step in before.steps if step.address != "ledger"}
    new = {step.id: step.content_hash for step in after.steps if step.address != "ledger"}
    elsewhere = _elsewhere(before, after)
    if old == new and before.skips == after.skips and not after.refusals and not elsewhere:
        return ""
    parts = [
        *elsewhere,
        *(f"{name} is no longer to be done" for name in old if name not in new),
        *(f"{name} is new" for name in new if name not in old),
        *(f"{name} is another" for name in new if name in old and old[name] != new[name]),
        *(f"{found.address or 'the plan'} is refused: {found.what}" for found in after.refusals),
    ]
    return "; ".join(parts) or "a transaction to skip is another"


def _elsewhere(before: Diff, after: Diff) -> list[str]:
    """How two places differ; a ledger that did not exist may be made meanwhile."""
    if before.place is None or after.place is None:
        return []
    old, new = before.place.of(before.steps), after.place.of(before.steps)
    names = {"account": "the account", "region": "the Region", "ledger_table": "the ledger's table"}
    parts = [f"{said} is another" for name, said in names.items() if old[name] != new[name]]
    parts += ["the ledger is another"] if old["ledger_id"] not in {"", new["ledger_id"]} else []
    tables = old["table_ids"]
    return parts + [f"the table {name} is another" for name, known in tables.items() if new["table_ids"][name] != known]
