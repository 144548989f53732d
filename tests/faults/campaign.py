"""Which runs there are, and how they are run in several processes at once."""

from __future__ import annotations

import concurrent.futures
import functools
import multiprocessing.util
import random
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.faults import scenarios
from tests.faults.room import EngineBrokenError, Room
from tests.faults.scenarios import NotReachedError
from tests.faults.verdict import Verdict
from tests.faults.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.faults.client import How

ATTEMPTS = 3
"""How often a run is begun that ends before its fault, as calls differ a little, or whose engine breaks."""

RUNNERS: dict[str, Callable[..., Verdict]] = {
    "killed before a call": lambda world, number: scenarios.killed(world, number, after=False),
    "killed after a call": lambda world, number: scenarios.killed(world, number, after=True),
    "answer lost": scenarios.answer_lost,
    "lands after its sender died": scenarios.late,
    "holder frozen past its lease": lambda world, write: scenarios.frozen(world, write, held=False),
    "request delayed past takeover": lambda world, write: scenarios.frozen(world, write, held=True),
    "throttling": lambda world, seed: scenarios.in_trouble(world, seed, 0.1, "throttling"),
    "500 and 503": lambda world, seed: scenarios.in_trouble(world, seed, 0.1, "errors"),
    "dropped connections": lambda world, seed: scenarios.in_trouble(world, seed, 0.1, "dropped"),
    "latency": lambda world, seed: scenarios.in_trouble(world, seed, 0.1, "latency"),
    "unprocessed items": lambda world, seed: scenarios.in_trouble(world, seed, 0.7, "unprocessed"),
    "all of these": lambda world, seed: scenarios.in_trouble(world, seed, 0.15, "everything"),
    "credentials expire": scenarios.expired,
    "two or eight at once": scenarios.at_once,
    "second writer after the diff": scenarios.second_writer,
    "table made again": scenarios.remade,
    "ledger deleted": scenarios.ledger_deleted,
}
"""Every kind of trouble by its name in the report. Each takes a world and at most one argument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run of a scenario.

    Attributes:
        scenario: Its name in ``RUNNERS``.
        engine: Where, by the name in ``room.STARTERS``.
        arguments: What the scenario takes beside the world.
        how: How the command line is started.
        mutant: Which mutant of the product; empty for the product itself.
    """

    scenario: str
    engine: str
    arguments: tuple[Any, ...] = ()
    how: How = "fork"
    mutant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to.

    Attributes:
        task: The run.
        reached: Whether its fault happened.
        faults: How many faults were injected.
        started: How many times the command line was started.
        broken: How many engines failed under it, by themselves; each was replaced, and the run begun again.
        verdict: What is wrong with the final state.
    """

    task: Task
    reached: bool
    faults: int
    started: int
    broken: int = 0
    verdict: Verdict = field(default_factory=Verdict)


def perform(task: Task, room: Room) -> Outcome:
    """Run one task in a world of its own, again where its fault was not reached or its engine broke."""
    started, broken, verdict = 0, 0, Verdict()
    for attempt in range(ATTEMPTS):
        world = World(room.engine(task.engine), how=task.how, mutant=task.mutant, seed=attempt)
        try:
            with world:
                verdict = RUNNERS[task.scenario](world, *task.arguments)
        except NotReachedError:
            continue
        except EngineBrokenError as error:
            room.discard(task.engine)
            broken += 1
            verdict = Verdict(wrong=[f"the engine broke: {error}"])
            continue
        except Exception:  # noqa: BLE001 - a run that breaks the harness is reported like any other
            verdict = Verdict(wrong=[traceback.format_exc()])
        finally:
            started += world.runs
        return Outcome(
            task=task,
            reached=True,
            faults=world.injected,
            started=started,
            broken=broken,
            verdict=verdict,
        )
    return Outcome(task=task, reached=False, faults=0, started=started, broken=broken, verdict=verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What uninterrupted applies come to; engines that take their time are asked a few times more or less.

    Attributes:
        fewest: Calls of the shortest.
        most: Calls of the longest.
        writes: How many calls change something.
    """

    fewest: int
    most: int
    writes: int


def measure(engine: str, room: Room, how: How = "fork", times: int = 3) -> Figures:
    """Count the calls of uninterrupted applies.

    Raises:
        AssertionError: It does not even work without faults.
    """
    calls, writes = [], []
    for _ in range(times):
        with World(room.engine(engine), how=how) as world:
            verdict, session = scenarios.uninterrupted(world)
        assert verdict.good, f"an apply without faults on {engine}:\n{verdict}"
        calls.append(session.count)
        writes.append(sum(record.call.writes for record in session.records))
    return Figures(fewest=min(calls), most=max(calls), writes=min(writes))


def every_task(engine: str, figures: Figures, how: How = "fork") -> Iterator[Task]:
    """The whole campaign on one engine.

    Args:
        engine: The engine's name.
        figures: How many calls an apply makes.
        how: How the command line is started.
    """
    calls, writes = figures.most, figures.writes
    every_call = range(1, calls + 1)
    arguments: dict[str, Iterable[Any]] = {
        "killed before a call": every_call,
        "killed after a call": every_call,
        "answer lost": range(1, calls + 1, 4),
        "lands after its sender died": range(1, writes + 1, 4),
        "holder frozen past its lease": range(1, writes + 1, 25),
        "request delayed past takeover": range(1, writes + 1, 15),
        "throttling": range(12),
        "500 and 503": range(12),
        "dropped connections": range(12),
        "latency": range(8),
        "unprocessed items": range(8),
        "all of these": range(12),
        "credentials expire": range(1, calls + 1, 20),
        "two or eight at once": (2,) * 8 + (8,) * 8,
        "second writer after the diff": ("items", "apply", "index"),
        "table made again": ("products", "accounts"),
        "ledger deleted": (None,),
    }
    for scenario, each in arguments.items():
        for argument in each:
            given = () if argument is None else (argument,)
            yield Task(scenario=scenario, engine=engine, arguments=given, how=how)


def sample(tasks: Iterable[Task], seed: int, of_each: int) -> tuple[Task, ...]:
    """Some tasks of each scenario, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice
    by_scenario: dict[str, list[Task]] = {}
    for task in tasks:
        by_scenario.setdefault(task.scenario, []).append(task)
    return tuple(task for group in by_scenario.values() for task in chance.sample(group, min(of_each, len(group))))


def run_all(tasks: Iterable[Task], jobs: int) -> Iterator[Outcome]:
    """Run tasks in several processes, each with engines of its own; outcomes come as they end."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = [pool.submit(_perform_here, task) for task in tasks]
        for future in concurrent.futures.as_completed(waiting):
            yield future.result()


def _perform_here(task: Task) -> Outcome:
    return perform(task, _own_room())


@functools.cache
def _own_room() -> Room:
    """This process's engines, which end with it."""
    room = Room()
    # A process of a pool ends without atexit, but not without this.
    multiprocessing.util.Finalize(room, room.__exit__, exitpriority=1)
    return room
