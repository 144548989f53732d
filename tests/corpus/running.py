"""What is done with each file: import, validate, apply, diff, and out and in again by every format."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from executor import Clients, Target, apply, prepare
from executor.apply import ApplyOptions, OutcomeKind
from planner import load_plan
from planner.checked import CheckedPlan
from planner.exporting import Target as Format
from planner.exporting import export_plan
from planner.importing import RefusedError, import_files, plan_text, settle
from tests.corpus.comparing import differences

REGION = "eu-west-1"
_FIRST_ACCOUNT = 100_000_000_000


@dataclass(slots=True)
class Result:
    """What became of one file.

    Attributes:
        name: The file.
        refused: Why it was refused, in one sentence; empty when it was not.
        reason: The kind of reason.
        todos: How many things could not be known.
        tables: How many tables came of it.
        applied: Whether an engine took them.
        empty: Whether the diff was empty afterwards.
        held: By format, whether it came back the same.
        problems: What went wrong.
    """

    name: str
    refused: str = ""
    reason: str = ""
    todos: int = 0
    tables: int = 0
    applied: bool = False
    empty: bool = False
    held: dict[str, bool] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def run(files: Sequence[Path], number: int, endpoint_url: str | None, given: Mapping[str, str] | None = None) -> Result:
    """Everything that is done with one file.

    Args:
        files: The file, and what belongs to it.
        number: Counts up: each file has an account of its own on the engine.
        endpoint_url: The engine; None to leave out applying.
        given: Values of parameters.
    """
    result = Result(name=files[0].name)
    try:
        draft = import_files(files, given=given)
    except RefusedError as problem:
        result.refused, result.reason = problem.message, str(problem.reason)
        return result
    settled = settle(draft, f"corpus_{number}")
    result.todos, result.tables = len(settled.draft.all_todos), len(settled.draft.tables)
    result.problems += [f"{problem.code} {problem.what}" for problem in settled.problems]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        path.write_text(plan_text(settled.draft, f"corpus_{number}"), encoding="utf-8", newline="")
        loaded = load_plan(path)
        if loaded.plan is None:
            return result
        if endpoint_url is not None:
            _apply(loaded.plan, number, endpoint_url, result)
        for target in Format:
            _round(loaded.plan, target, Path(folder), result)
    return result


def _apply(checked: CheckedPlan, number: int, endpoint_url: str, result: Result) -> None:
    account = {
        "AWS_ACCESS_KEY_ID": str(_FIRST_ACCOUNT + number),
        "AWS_SECRET_ACCESS_KEY": "corpus",
        "AWS_DEFAULT_REGION": REGION,
    }
    with mock.patch.dict(os.environ, account), Clients(Target(endpoint_url=endpoint_url)) as clients:
        outcome = apply(checked, clients)
        if outcome.kind is OutcomeKind.REFUSED and outcome.flags and not outcome.refusals:
            outcome = apply(checked, clients, ApplyOptions(allow=frozenset(outcome.flags)))
        result.applied = outcome.kind in {OutcomeKind.DONE, OutcomeKind.NOTHING}
        if not result.applied:
            why = "; ".join(found.what for found in outcome.refusals) or outcome.message
            result.problems.append(f"apply: {outcome.kind}: {why}")
            return
        steps = prepare(checked, clients).diff.steps
        result.empty = not steps
        result.problems += [f"diff: {step.address}: {step.reason}" for step in steps]


def _round(checked: CheckedPlan, target: Format, folder: Path, result: Result) -> None:
    """Out by a format and in again."""
    exported = export_plan(checked, target)
    own = folder / str(target)
    own.mkdir()
    for name, text in exported.files.items():
        (own / name).write_text(text, encoding="utf-8", newline="")
    paths = [own / name for name in exported.files if not name.endswith(".sh")]
    try:
        draft = import_files(paths)
    except RefusedError as problem:
        result.held[target] = False
        result.problems.append(f"{target}: {problem.message}")
        return
    database = draft.database or checked.plan.database
    back = own / "back.yaml"
    back.write_text(plan_text(settle(draft, database).draft, database), encoding="utf-8", newline="")
    loaded = load_plan(back)
    found = ["it is not valid"] if loaded.plan is None else list(differences(checked, loaded.plan, target))
    result.held[target] = not found
    result.problems += [f"{target}: {difference}" for difference in found]
