"""A sample of the campaign for every day: some runs of every kind of trouble, on both engines."""

from __future__ import annotations

import itertools
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engines import Engine
from tests.faults import saving
from tests.faults.campaign import RUNNERS, Figures, Outcome, Task, every_task, measure, perform, sample
from tests.faults.room import STARTERS, EngineBrokenError, Room
from tests.faults.verdict import Verdict
from tests.faults.world import World

SEED = 20260102
FIGURES = Figures(fewest=140, most=140, writes=90)
"""Fewer than an apply makes: the sample's numbers have to be reached."""


def _sampled() -> list[Task]:
    """One run of each kind of trouble, on the engines in turn."""
    tasks = sample(every_task("", FIGURES), SEED, 1)
    return [replace(task, engine=name) for name, task in zip(itertools.cycle(STARTERS), tasks, strict=False)]


@pytest.mark.engine
@pytest.mark.parametrize("name", STARTERS)
def test_without_trouble(room: Room, name: str) -> None:
    """The installed console script applies the plan; everything is counted once, and the next diff is empty."""
    figures = measure(name, room, how="exec", times=1)

    assert figures.most > figures.writes > FIGURES.writes


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("task", _sampled(), ids=lambda task: f"{task.scenario} on {task.engine}")
def test_trouble(room: Room, task: Task) -> None:
    """Whatever happens to an apply: applied again, nothing is lost, doubled or overwritten."""
    outcome = perform(task, room)

    assert outcome.reached, str(outcome.verdict)
    assert outcome.verdict.good, f"{task.scenario} {task.arguments}:\n{outcome.verdict}"


def test_every_kind_of_trouble_is_in_the_sample() -> None:
    """The sample leaves no scenario out."""
    sampled = [task.scenario for task in _sampled()]

    assert sampled == list(RUNNERS)


def test_worlds_do_not_meet(ministack: Engine) -> None:
    """Two worlds on one engine share no name."""
    names = [set(World(ministack, how="fork").table_names()) for _ in range(2)]

    assert names[0].isdisjoint(names[1])


def test_an_engine_that_breaks_is_replaced_and_told_of(monkeypatch: pytest.MonkeyPatch, room: Room) -> None:
    """A run whose engine ends is no run of the product: it is begun again on a fresh engine, and counted as such."""
    ended = []

    def ends_once(world: World) -> Verdict:
        if not ended:
            ended.append(world.engine)
            os.kill(world.engine.pid, signal.SIGKILL)
        world.scan()
        return Verdict()

    monkeypatch.setitem(RUNNERS, "engine ends", ends_once)
    outcome = perform(Task(scenario="engine ends", engine="ministack"), room)

    assert (outcome.reached, outcome.broken, outcome.verdict.good) == (True, 1, True)


def test_engines_that_always_break_are_no_success(monkeypatch: pytest.MonkeyPatch, room: Room) -> None:
    """A run that no engine holds for counts as not reached, and says what broke."""

    def breaks(_world: World) -> Verdict:
        raise EngineBrokenError("no column")

    monkeypatch.setitem(RUNNERS, "engine breaks", breaks)
    outcome = perform(Task(scenario="engine breaks", engine="ministack"), room)

    assert (outcome.reached, outcome.broken) == (False, 3)
    assert outcome.verdict.wrong == ["the engine broke: no column"]


def test_outcomes_survive_on_disk(tmp_path: Path) -> None:
    """What was saved of a campaign is what it goes on from."""
    task = Task(scenario="killed before a call", engine="ministack", arguments=(17,))
    outcome = Outcome(task=task, reached=True, faults=1, started=3, verdict=Verdict(lost=["t01 never happened"]))
    saving.add(tmp_path / "kept", outcome)
    saving.add(tmp_path / "kept", outcome)

    assert list(saving.load(tmp_path / "kept")) == [outcome, outcome]
