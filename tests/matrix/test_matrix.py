"""The matrix of ordered pairs: that it is whole, and a sample of it; ``python -m tests.matrix`` runs all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from planner.settings import SETTINGS
from tests.engines import Engine
from tests.fakes.hazards import missing
from tests.fakes.world import world
from tests.matrix.pairs import every_trip, plan_of
from tests.matrix.parts import PARTS
from tests.matrix.report import pairs_table
from tests.matrix.running import FAKE, Outcome, Verdict, on_an_engine, on_the_fake

EVERY = 101
"""The sample of pytest: every so many-th trip."""
STRUCTURE = frozenset({"keys", "key_types", "local_secondary_indexes"})
"""What never changes in place, and so has no pair."""
NEEDS_ANOTHER_TABLE = "DDB221"
"""Strongly consistent replicas that change: fixed once they are made."""


def test_the_matrix_has_every_setting_and_a_thousand_pairs() -> None:
    """Each setting of the planner changes alone and beside others; no pair is there twice."""
    trips = every_trip()
    changing = {name for part in PARTS for value in part.values for name in value}

    assert 2 * len(trips) >= 1_000
    assert {setting.name for setting in SETTINGS if not setting.derived} - STRUCTURE <= changing
    assert len({(trip.first, trip.second) for trip in trips}) == len(trips)
    assert {name for trip in trips if len(trip.parts) == 2 for name in trip.parts} == {part.name for part in PARTS}


def test_a_sample_on_the_fake() -> None:
    """There and back: applied, then no difference, and DynamoDB never had to refuse a call."""
    outcomes = on_the_fake(every_trip()[::EVERY])

    assert [o for o in outcomes if o.verdict is not Verdict.CONVERGED and o.why != NEEDS_ANOTHER_TABLE] == []
    assert sum(outcome.steps for outcome in outcomes) > len(outcomes)


@pytest.mark.engine
@pytest.mark.slow
def test_a_sample_on_an_engine(engine: Engine) -> None:
    """The same on the engines, where these have the settings; what they lack is said."""
    outcomes = list(on_an_engine(engine, every_trip()[:: 2 * EVERY]))

    assert {outcome.verdict for outcome in outcomes} == {Verdict.CONVERGED, Verdict.LACKING}


def test_a_step_without_its_danger_is_found() -> None:
    """The check that no danger goes unsaid sees one that is taken away."""
    before = plan_of("unsaid", json.dumps({"partition_key": "id", "stream": "KEYS_ONLY", "deletion_protection": True}))
    after = plan_of("unsaid", json.dumps({"partition_key": "id", "stream": False, "deletion_protection": False}))
    assert before is not None
    assert after is not None
    with world() as place:
        place.converge(before)
        _, live, planned = place.diff(after)
    silent = tuple(replace(step, hazards=()) for step in planned.steps)

    assert list(missing(planned.steps, live.tables["unsaid"])) == []
    assert list(missing(silent, live.tables["unsaid"])) == [
        "table.things.stream does not say CHANGES_STREAM_ARN",
        "table.things.deletion_protection does not say WEAKENS_PROTECTION",
    ]


def test_the_readme_shows_the_totals_of_this_matrix() -> None:
    """Pairs that come or go change the README as well."""
    trips = every_trip()
    alone = 2 * sum(1 for trip in trips if len(trip.parts) == 1)
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    (row,) = (line.split() for line in readme.splitlines() if line.strip().startswith(f"{FAKE} "))

    assert row[3:6] == [f"{2 * len(trips):,}", f"{alone:,}", f"{2 * len(trips) - alone:,}"]


def test_the_totals_count_every_pair() -> None:
    """A row for each place, then why pairs were refused and what is wrong."""
    one = Outcome(parts=("stream",), place=FAKE, verdict=Verdict.CONVERGED, steps=2)
    two = Outcome(parts=("tags", "stream"), place=FAKE, verdict=Verdict.REFUSED, why="DDB214")

    assert pairs_table([one, one, two]).splitlines() == [
        "where               pairs  alone  two at a time  converged  refused  not there  wrong  steps",
        "fake control plane  3      2      1              2          1        0          0      4",
        "fake control plane, refused: 1 x tags and stream: DDB214",
    ]
