"""The harness sees every guard that is missing: each mutant of the product is caught."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import mutants
from tests.faults.campaign import Outcome, Task, perform

if TYPE_CHECKING:
    from tests.faults.room import Room

TRANSFER = "t05"
CAUGHT = {
    "no-marker": ("killed after a call", "doubled"),
    "no-fence": ("holder frozen past its lease", "late"),
    "bulk-puts": ("killed after a call", "overwritten"),
    "ledger-alone": ("killed before a call", "lost"),
}
"""By which scenario each mutant is caught, and as what."""


def _run(room: Room, scenario: str, mutant: str) -> Outcome:
    return perform(Task(scenario=scenario, engine="ministack", arguments=(TRANSFER,), mutant=mutant), room)


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("mutant", CAUGHT)
def test_a_missing_guard_is_seen(room: Room, mutant: str) -> None:
    """The scenario that the product survives shows the mutant's fault, as the fault that it is."""
    scenario, kind = CAUGHT[mutant]
    outcome = _run(room, scenario, mutant)

    assert getattr(outcome.verdict, kind), str(outcome.verdict)


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("scenario", sorted({scenario for scenario, _ in CAUGHT.values()}))
def test_the_product_itself_survives_what_catches_the_mutants(room: Room, scenario: str) -> None:
    """What the mutants are caught by is no fault of the product."""
    outcome = _run(room, scenario, "")

    assert outcome.verdict.good, str(outcome.verdict)


def test_every_mutant_is_run() -> None:
    """No mutant is left out."""
    assert set(CAUGHT) == set(mutants.MUTANTS)


def test_every_mutant_finds_what_it_changes() -> None:
    """A name that the product no longer has is an error, not a mutant that changes nothing."""
    with pytest.raises(AttributeError):
        mutants._change("executor.marker", "no_such_name", lambda original: original)
