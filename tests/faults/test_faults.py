"""A sample of the campaign for every day: some runs of every kind of trouble, on both engines."""

from __future__ import annotations

import itertools

import pytest

from tests.engines import Engine
from tests.faults.campaign import RUNNERS, Figures, Task, every_task, measure, perform, sample
from tests.faults.world import World, connect

SEED = 20260102
FIGURES = Figures(fewest=400, most=400, writes=300)
"""Fewer than an apply makes: the sample's numbers have to be reached."""
_ENGINES = ("ministack", "dynamodb_local")


def _sampled() -> list[tuple[str, Task]]:
    """One run of each kind of trouble, on the engines in turn."""
    nowhere = Engine(name="", endpoint_url="", pid=0)
    tasks = sample(every_task(nowhere, FIGURES), SEED, 1)
    return [(fixture, task) for fixture, task in zip(itertools.cycle(_ENGINES), tasks, strict=False)]


@pytest.mark.engine
def test_without_trouble(engine: Engine) -> None:
    """The installed console script applies the plan; everything is counted once, and the next diff is empty."""
    figures = measure(engine, how="exec", times=1)

    assert figures.most > figures.writes > FIGURES.writes


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize(("fixture", "task"), _sampled(), ids=lambda value: getattr(value, "scenario", value))
def test_trouble(request: pytest.FixtureRequest, fixture: str, task: Task) -> None:
    """Whatever happens to an apply: applied again, nothing is lost, doubled or overwritten."""
    engine: Engine = request.getfixturevalue(fixture)
    outcome = perform(Task(scenario=task.scenario, engine=engine, arguments=task.arguments))

    assert outcome.reached
    assert outcome.verdict.good, f"{task.scenario} {task.arguments}:\n{outcome.verdict}"


def test_every_kind_of_trouble_is_in_the_sample() -> None:
    """The sample leaves no scenario out."""
    sampled = [task.scenario for _, task in _sampled()]

    assert sampled == list(RUNNERS)


def test_worlds_do_not_meet(ministack: Engine) -> None:
    """Two worlds on one engine share no name."""
    aws = connect(ministack)
    names = [set(World(ministack, aws, how="fork").table_names()) for _ in range(2)]

    assert names[0].isdisjoint(names[1])
