"""What the search finds in the protocol: nothing; and what it finds when any of its guards is left out."""

from __future__ import annotations

import pytest

from tests.protocol.model import Row, Rules, State, initial
from tests.protocol.search import search

STARTS = {
    "an empty table": initial(),
    "a table with the application's items": initial(profile=Row.APPLICATION, crashes=1),
    "no writer beside the appliers": initial(writes=0, crashes=3, resends=1),
    "requests that are often sent again": initial(writes=0, crashes=1, resends=2),
}

MUTANTS = {
    "no marker": (Rules(marker=False), {"doubled"}),
    "no fence": (Rules(fenced=False), {"late write of a former holder"}),
    "bulk instead of conditional puts": (Rules(bulk="always"), {"overwritten"}),
    "resume by ledger alone": (Rules(trust_intents=True), {"stuck"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_no_reachable_state_breaks_an_invariant(start: State) -> None:
    """Two appliers, three runs: nothing is lost, doubled or overwritten, and every state can be finished."""
    found = search(start, Rules())

    assert found.broken == frozenset(), found.trace
    assert found.states > 50_000


@pytest.mark.parametrize(("rules", "broken"), MUTANTS.values(), ids=MUTANTS.keys())
def test_every_guard_is_needed(rules: Rules, broken: set[str]) -> None:
    """Without one of the protocol's guards the search finds a state that it would have kept out."""
    found = search(initial(), rules)

    assert broken <= found.broken
    assert found.trace


def test_a_lost_transaction_is_what_trusting_intents_comes_to() -> None:
    """A run that takes announced transactions as done says "done" while one of them never happened."""
    found = search(initial(writes=0, resends=0), Rules(trust_intents=True))

    assert found.broken & {"lost", "stuck"}
    assert found.trace[-1] == "A sends transact 0"


def test_an_unconditional_put_of_the_creating_run_can_land_late() -> None:
    """Bulk puts are unsafe even in the run that made the table: one that is under way outlives the run."""
    found = search(initial(), Rules(bulk="by creator", early_writes=False))

    assert found.broken == {"overwritten"}
    assert found.trace[-2:] == ("the application writes", "put 1 of fence 0 lands unanswered")


def test_what_an_unconditional_put_of_the_creating_run_rests_on() -> None:
    """Bulk puts are safe where none outlives its run and the application waits until a run is done."""
    found = search(initial(crashes=1), Rules(bulk="by creator", early_writes=False, prompt_bulk=True))

    assert found.broken == frozenset(), found.trace
