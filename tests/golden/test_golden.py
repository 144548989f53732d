"""Every kind of change, reviewed as text."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pytest

from planner.codes.changes import TWO_APPLIES
from planner.diff import diff
from planner.functions import CALL_MODELS
from planner.simulate import simulate
from tests.golden.cases import FOLDER, case_names, outputs, read_case


@pytest.fixture(params=case_names())
def name(request: pytest.FixtureRequest) -> str:
    """Each case."""
    return str(request.param)


def test_the_diff_is_as_reviewed(name: str, updating: bool) -> None:  # noqa: FBT001 - a fixture
    """A case's diff, its text and its calls are those that were reviewed."""
    for file, text in outputs(read_case(name)).items():
        path = FOLDER / name / file
        if updating:
            path.write_text(text)

        assert path.read_text() == text, f"{path.relative_to(Path.cwd())} differs; see tests/golden/conftest.py"


def test_the_calls_are_calls_of_the_functions(name: str) -> None:
    """Every call passes the function's own check of its arguments."""
    for step in read_case(name).difference.steps:
        arguments = dict(step.call.arguments)
        if step.call.function == "execute_transaction":
            # What the apply loop adds or takes away when it runs the step.
            marker = {k: v for k, v in arguments["marker"].items() if k != "rerun"}
            arguments |= {"client_request_token": "token", "marker": {**marker, "fence": 1}}
        if "source" in arguments:
            arguments["source"] = {**arguments["source"], "file": "/absolute"}
        CALL_MODELS[step.call.function].model_validate(arguments)

        assert set(step.call.arguments) <= set(CALL_MODELS[step.call.function].model_fields)


def test_the_calls_lead_to_the_plan(name: str) -> None:
    """Simulated, the steps of a case leave nothing of what they were made for."""
    case = read_case(name)
    after = reduce(simulate, case.difference.steps, case.live)
    if any(found.code == TWO_APPLIES.code for found in case.difference.notes):
        after = reduce(simulate, diff(case.desired, after).steps, after)
    left = {step.id for step in diff(case.desired, after).steps}

    assert not left & {step.id for step in case.difference.steps}
