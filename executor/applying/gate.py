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
    """The hazards that no permission names; without an address only a person at a terminal may allow a kind."""
    return tuple(
        hazard
        for hazard in difference.hazards
        if hazard.flag not in options.allow and not (options.interactive and str(hazard.kind) in options.allow)
    )


def what_moved(before: Diff, after: Diff) -> str:
    """How two diffs differ, in one sentence; empty when they hold the same steps, the ledger's own making aside."""
    old = {step.id: step.content_hash for step in before.steps if step.address != "ledger"}
    new = {step.id: step.content_hash for step in after.steps if step.address != "ledger"}
    if old == new and before.skips == after.skips and not after.refusals:
        return ""
    parts = [
        *(f"{name} is no longer to be done" for name in old if name not in new),
        *(f"{name} is new" for name in new if name not in old),
        *(f"{name} is another" for name in new if name in old and old[name] != new[name]),
        *(f"{found.address or 'the plan'} is refused: {found.what}" for found in after.refusals),
    ]
    return "; ".join(parts) or "a transaction to skip is another"
