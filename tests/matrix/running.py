"""Runs trips on the fake or on an engine, and tells what came of each ordered pair."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from multiprocessing import get_context

from executor.clients import Clients, Target
from executor.engines import DYNAMODB_LOCAL
from planner.settings import SETTINGS
from planner.state import DesiredState, LedgerState
from tests.engines import Engine
from tests.fakes.place import MONTH, Place
from tests.fakes.world import World, world
from tests.matrix.pairs import Trip, plan_of
from tests.matrix.parts import SEVERAL

FAKE = "fake control plane"
TRIPS_AN_ACCOUNT = 8
"""Trips that share a fake account: clients take long to make, and an account with many tables is slow."""


ENGINE_LACKS = {DYNAMODB_LOCAL: frozenset({SEVERAL})}
"""What an engine refuses, where it is not a setting: "Key Schema too big"."""
ENGINE_REFUSES = {
    # It keeps the units that a table had before it was on demand, and takes no switch back to the same ones.
    DYNAMODB_LOCAL: "The requested throughput value equals the current value",
}
"""An engine's words for a change that DynamoDB makes."""


class Verdict(StrEnum):
    """What came of a pair."""

    CONVERGED = "converged"
    REFUSED = "refused"
    LACKING = "lacking"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one ordered pair.

    Attributes:
        parts: What changed.
        place: The fake or the engine.
        verdict: In a word.
        why: The codes of the refusals, what the engine lacks, or what went wrong.
        steps: How many steps the change took.
    """

    parts: tuple[str, ...]
    place: str
    verdict: Verdict
    why: str = ""
    steps: int = 0


def on_fakes(trips: Sequence[Trip], jobs: int) -> Iterator[Outcome]:
    """Trips on fake accounts, in several processes: the fake keeps virtual time for a whole one."""
    shares = [trips[start : start + TRIPS_AN_ACCOUNT] for start in range(0, len(trips), TRIPS_AN_ACCOUNT)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for outcomes in pool.map(on_the_fake, shares):
            yield from outcomes


def on_the_fake(trips: Sequence[Trip]) -> list[Outcome]:
    """Trips on one fake account; a call that DynamoDB had to refuse makes a pair wrong."""
    with world() as place:
        return [outcome for trip in trips for outcome in _there_and_back(place, FAKE, trip)]


def on_an_engine(engine: Engine, trips: Iterable[Trip]) -> Iterator[Outcome]:
    """Trips on an engine; what it lacks is said and not counted."""
    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        for trip in trips:
            place = Place(clients=clients, ledger=LedgerState(exists=True, ledger_id="matrix"))
            yield from _there_and_back(place, engine.name, trip)


def _there_and_back(place: Place, where: str, trip: Trip) -> Iterator[Outcome]:
    name = f"m{uuid.uuid4().hex[:12]}"
    first, second = plan_of(name, trip.first), plan_of(name, trip.second)
    assert first is not None
    assert second is not None
    place.ledger = replace(place.ledger, tables={})
    lacking = trip.settings & (place.live(first).unsupported | ENGINE_LACKS.get(where, frozenset()))
    common = Outcome(parts=trip.parts, place=where, verdict=Verdict.CONVERGED)
    if lacking:
        yield from [replace(common, verdict=Verdict.LACKING, why=", ".join(sorted(lacking)))] * 2
        return
    with _cleaning(place, name):
        try:
            place.converge(first)
        except AssertionError as wrong:
            yield from [replace(common, verdict=Verdict.WRONG, why=f"{name}: first plan: {wrong}")] * 2
            return
        for plan in (second, first):
            place.later(MONTH)
            yield _move(place, plan, common)


def lacking_of(place: Place, plan: DesiredState) -> frozenset[str]:
    """What a plan declares and the place lacks."""
    live = place.live(plan)
    (table,) = plan.tables.values()
    declared = {setting.name for setting in SETTINGS if setting.declared(table.state.settings)}
    return frozenset(live.unsupported & declared)


def _move(place: Place, plan: DesiredState, common: Outcome) -> Outcome:
    """Apply the plan over what is there: the pair's own proof."""
    (table,) = plan.tables.values()
    refused_before = len(place.refused()) if isinstance(place, World) else 0
    try:
        _, _, planned = place.diff(plan)
        if planned.refusals:
            codes = ", ".join(sorted({refusal.code for refusal in planned.refusals}))
            return replace(common, verdict=Verdict.REFUSED, why=codes)
        place.converge(plan)
        refused = place.refused()[refused_before:] if isinstance(place, World) else []
        assert not refused, [f"{called.operation}: {called.refusal}" for called in refused]
    except AssertionError as wrong:
        otherwise = ENGINE_REFUSES.get(common.place, "")
        if otherwise and otherwise in str(wrong):
            return replace(common, verdict=Verdict.LACKING, why=otherwise)
        return replace(common, verdict=Verdict.WRONG, why=f"{table.name}: {wrong}")
    return replace(common, steps=len(planned.steps))


@contextlib.contextmanager
def _cleaning(place: Place, name: str) -> Iterator[None]:
    """Delete the table afterwards, on an engine: it keeps them all in memory."""
    yield
    if isinstance(place, World):
        return
    client = place.clients.dynamodb
    with contextlib.suppress(client.exceptions.ClientError):
        client.update_table(TableName=name, DeletionProtectionEnabled=False)
    with contextlib.suppress(client.exceptions.ClientError):
        client.delete_table(TableName=name)
