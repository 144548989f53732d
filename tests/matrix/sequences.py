"""Walks the sequences of another tool's acceptance tests: each change, then no difference, and back to the first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from executor.engines import MINISTACK
from planner.state import DesiredState
from tests.fakes.place import MONTH, Place
from tests.fakes.world import World
from tests.matrix.pairs import plan_of
from tests.matrix.running import Verdict, lacking_of
from tests.matrix.terraform import NotExpressibleError, Sequence, Step, tables_of

NO_DIFF = "plan only, no diff"
GONE = "disappears"
OTHERWISE = {
    (MINISTACK, "TestAccDynamoDBTable_Replica_tagsNext"): "keeps the tags of a replica that is gone for the next one",
}
"""Where an engine does other than DynamoDB, and what; an entry that has grown old is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What came of a sequence.

    Attributes:
        name: Of the test.
        changes: How many changes it took, the way back included; making the table is one.
        converged: After how many of them there was no difference.
        refused: The codes of what was refused, each change once.
        verdict: ``converged`` where every change was made and converged; ``lacking`` where it is no desired state.
        why: What is behind another verdict.
    """

    name: str
    changes: int
    converged: int
    refused: tuple[str, ...] = ()
    verdict: Verdict
    why: str = ""


class _WrongError(AssertionError):
    """Something did not go as the test or the product says."""


def walk(place: Place, folder: Path, sequence: Sequence, name: str) -> Walked:
    """Apply every configuration of a sequence in turn, and then the first one again.

    Args:
        place: The fake or an engine.
        folder: The corpus.
        sequence: The test.
        name: A physical name that nobody else uses.
    """
    steps = [*sequence.steps, *(sequence.steps[:1] if len(sequence.steps) > 1 else ())]
    changes = converged = 0
    refused: list[str] = []
    otherwise = OTHERWISE.get((place.clients.engine, sequence.name), "")
    try:
        for step in steps:
            for plan in _plans(folder, step, name):
                if plan is None:
                    _expect(step, any(note.startswith("error") for note in step.notes), "the plan is not valid")
                    refused.append("validate")
                    changes += 1
                    continue
                changes += 1
                codes = _change(place, plan, step)
                refused += codes
                converged += not codes
        if sequence.name.endswith(GONE):
            _vanish(place, _plans(folder, steps[0], name))
    except NotExpressibleError as reason:
        return Walked(name=sequence.name, changes=0, converged=0, verdict=Verdict.LACKING, why=str(reason))
    except AssertionError as wrong:
        if otherwise:
            return Walked(name=sequence.name, changes=0, converged=0, verdict=Verdict.LACKING, why=otherwise)
        return Walked(
            name=sequence.name, changes=changes, converged=converged, verdict=Verdict.WRONG, why=str(wrong)[:500]
        )
    if otherwise:
        why = f"{place.clients.engine} no longer {otherwise}"
        return Walked(name=sequence.name, changes=changes, converged=converged, verdict=Verdict.WRONG, why=why)
    verdict = Verdict.REFUSED if refused else Verdict.CONVERGED
    return Walked(name=sequence.name, changes=changes, converged=converged, refused=tuple(refused), verdict=verdict)


def _plans(folder: Path, step: Step, name: str) -> list[DesiredState | None]:
    return [plan_of(f"{name}_{key}", json.dumps(table)) for key, table in tables_of(folder, step).items()]


def _expect(step: Step, holds: bool, what: str) -> None:  # noqa: FBT001 - an assertion
    if not holds:
        raise _WrongError(f"{step.configuration}{step.arguments}: {what}")


def _change(place: Place, plan: DesiredState, step: Step) -> list[str]:
    """One configuration applied.

    Returns:
        The codes of its refusals.
    """
    lacking = lacking_of(place, plan)
    if lacking:
        raise NotExpressibleError(f"{place.clients.engine} lacks {', '.join(sorted(lacking))}")
    place.later(MONTH)
    before = len(place.refused()) if isinstance(place, World) else 0
    _, _, planned = place.diff(plan)
    if planned.refusals:
        return sorted({refusal.code for refusal in planned.refusals})
    if NO_DIFF in step.notes:
        _expect(step, planned.is_empty, f"a difference where none is expected: {[s.id for s in planned.steps]}")
    place.converge(plan)
    refused = place.refused()[before:] if isinstance(place, World) else []
    _expect(step, not refused, str([f"{called.operation}: {called.refusal}" for called in refused]))
    return []


def _vanish(place: Place, plans: list[DesiredState | None]) -> None:
    """The test deletes the table behind the tool's back and wants it to notice."""
    (plan,) = plans
    assert plan is not None
    (table,) = plan.tables.values()
    for region in table.state.settings.get("replicas") or ():
        place.clients.dynamodb.update_table(TableName=table.name, ReplicaUpdates=[{"Delete": {"RegionName": region}}])
    place.later(MONTH)
    place.clients.dynamodb.delete_table(TableName=table.name)
    place.later(MONTH)
    _, _, found = place.diff(plan)
    assert not found.is_empty, "the table is gone, and there is no difference"
