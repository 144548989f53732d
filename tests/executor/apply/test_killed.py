"""A run that is killed at a call is finished by the next apply, with nothing lost and nothing done twice.

These are a few places in the library's own apply; ``make faults`` kills the command line at every call.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from executor import OutcomeKind
from tests.engines import ROOT
from tests.executor.apply.conftest import BALANCES, balances, table_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor import ApplyOptions, Clients, LedgerReader, Outcome
    from planner.checked import CheckedPlan
    from tests.engines import Engine
    from tests.executor.apply.conftest import Load

pytestmark = pytest.mark.engine
DIED = 9


def start(plan: CheckedPlan, engine: Engine, options: ApplyOptions, when: str, number: int) -> subprocess.Popen[bytes]:
    """An apply in a process of its own that dies at a call."""
    path = plan.plan.folder / "plan.yaml"
    command = [sys.executable, "-m", "tests.executor.apply.dying", str(path)]
    return subprocess.Popen(
        [*command, engine.endpoint_url, options.ledger, when, str(number)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.slow
@pytest.mark.parametrize(("when", "number"), [("before", 9), ("after", 18), ("before", 27), ("after", 39)])
def test_killed_apply_is_finished_by_the_next(
    load: Load,
    run: Callable[..., Outcome],
    engine: Engine,
    clients: Clients,
    options: ApplyOptions,
    unique: str,
    when: str,
    number: int,
) -> None:
    """Killed before or after a call: the next apply finishes, each transaction has run once, and the diff is empty."""
    plan = load()
    died = start(plan, engine, options, when, number).wait(60)
    finished = run(plan)

    assert died == DIED
    assert finished.kind in (OutcomeKind.DONE, OutcomeKind.NOTHING), finished.message
    assert balances(clients, f"{unique}_accounts") == BALANCES
    assert run(plan).kind is OutcomeKind.NOTHING


@pytest.mark.slow
def test_frozen_holder_writes_nothing_after_it_wakes(
    load: Load,
    run: Callable[..., Outcome],
    engine: Engine,
    clients: Clients,
    options: ApplyOptions,
    unique: str,
    reader: LedgerReader,
) -> None:
    """A run that is stopped past its lease is taken over; woken, it writes nothing and says why."""
    plan = load()
    frozen = start(plan, engine, options, "before", 10_000)
    deadline = time.monotonic() + 30
    while options.ledger not in table_names(clients) or reader.lock(unique) is None:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    frozen.send_signal(signal.SIGSTOP)
    # Its process lives, so only its lease tells. What it had in flight may have landed after the first look.
    finished = run(plan)
    finished = run(plan) if finished.kind is OutcomeKind.STALE else finished
    entries = reader.entry_names(unique)
    frozen.send_signal(signal.SIGCONT)
    frozen.wait(30)

    assert finished.kind in (OutcomeKind.DONE, OutcomeKind.NOTHING), finished.message
    assert reader.entry_names(unique) == entries
    assert run(plan).kind is OutcomeKind.NOTHING
    assert balances(clients, f"{unique}_accounts") == BALANCES
