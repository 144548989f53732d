"""Another tool's acceptance tests: every configuration as a plan, and sequences of them there and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from executor.clients import Clients, Target
from planner.state import LedgerState
from tests.conftest import CORPUS
from tests.engines import Engine
from tests.fakes.place import Place
from tests.fakes.world import world
from tests.matrix.pairs import plan_of
from tests.matrix.running import Verdict
from tests.matrix.sequences import walk
from tests.matrix.terraform import NotExpressibleError, Sequence, Step, configurations, sequences, tables_of

RESTORED = "a table restored from a backup, which happens once and is no state"
LEGACY = "a global table of 2017 by itself; `replicas` of the table says what it says"
NOT_EXPRESSIBLE = {
    "testAccGlobalTableConfig_invalidName": LEGACY,
    "testAccTableConfig_backupInitialStateEncryption": RESTORED,
    "testAccTableConfig_backupInitialStateOverrideEncryption": RESTORED,
}
REFUSED = {
    # Which changes are refused, and why a table cannot make them in place.
    "TestAccDynamoDBTable_enablePITR": ("DDB200", "DDB202"),  # other keys, other local indexes: the recipe
    "TestAccDynamoDBTable_lsiUpdate": ("DDB202",),  # another local index: the recipe
    "TestAccDynamoDBTable_streamSpecificationValidation": ("validate",),  # the test expects an error
    "TestAccDynamoDBTable_Replica_singleAddCMK": ("DDB222",) * 3,  # a replica's key is fixed
}
SAMPLE = 5
"""Every so many-th sequence runs in each test run; all of them where slow tests do."""


@pytest.fixture
def folder() -> Path:
    """The corpus of configurations."""
    found = CORPUS / "terraform-acceptance"
    if not found.is_dir():
        pytest.skip(f"the corpus of acceptance tests is not at {found}")
    return found


def _default_arguments(folder: Path, configuration: str) -> tuple[object, ...]:
    steps = (step for sequence in sequences(folder) for step in sequence.steps)
    return next((step.arguments for step in steps if step.configuration == configuration), ())


def test_every_configuration_is_a_plan(folder: Path) -> None:
    """Each is a valid plan, or asks for what is no desired state of a table."""
    not_expressible = {}
    for name in configurations(folder):
        step = Step(configuration=name, arguments=_default_arguments(folder, name), notes=())
        try:
            tables = tables_of(folder, step)
        except NotExpressibleError as reason:
            not_expressible[name] = str(reason)
            continue

        assert all(plan_of(f"tf_{key}", json.dumps(table)) is not None for key, table in tables.items()), name
    assert not_expressible == NOT_EXPRESSIBLE


def _check(place: Place, folder: Path, sequence: Sequence, name: str) -> None:
    walked = walk(place, folder, sequence, name)

    assert walked.verdict is not Verdict.WRONG, walked
    assert walked.refused == ({} if walked.verdict is Verdict.LACKING else REFUSED).get(sequence.name, ())
    assert walked.converged + len(set(walked.refused)) <= walked.changes + 1


def test_some_sequences_go_there_and_back(folder: Path) -> None:
    """Each change, then no difference, and back to the first configuration; or refused for a reason that is named."""
    for number, sequence in enumerate(sequences(folder)[::SAMPLE]):
        with world() as place:
            _check(place, folder, sequence, f"tf{number}")


@pytest.mark.slow
def test_all_other_sequences_go_there_and_back(folder: Path) -> None:
    """The rest of them."""
    others = [sequence for number, sequence in enumerate(sequences(folder)) if number % SAMPLE]
    for number, sequence in enumerate(others):
        with world() as place:
            _check(place, folder, sequence, f"tf{number}")


@pytest.mark.engine
@pytest.mark.slow
def test_some_sequences_on_the_embedded_engine(folder: Path, ministack: Engine, unique: str) -> None:
    """The same where an engine has the settings."""
    ledger = LedgerState(exists=True, ledger_id="sequences")
    for number, sequence in enumerate(sequences(folder)[::SAMPLE]):
        with Clients(Target(endpoint_url=ministack.endpoint_url)) as clients:
            _check(Place(clients=clients, ledger=ledger), folder, sequence, f"{unique}{number}")
