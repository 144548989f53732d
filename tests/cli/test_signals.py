"""Ctrl-C and SIGTERM in the middle of an apply, as real signals to a real process."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from ddbplan.exits import Exit

if TYPE_CHECKING:
    from tests.cli.site import Site
    from tests.cli.turnstile import Turnstile

pytestmark = [pytest.mark.engine, pytest.mark.slow]
STOPPING = "Stopping when what runs is done; once more stops at once."


def read_until(running: subprocess.Popen[str], words: str) -> str:
    """What a process says on stderr until ``words`` come."""
    assert running.stderr is not None

    said = ""
    while words not in said:
        line = running.stderr.readline()

        assert line, f"{words!r} did not come in:\n{said}"

        said += line
    return said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)])
def test_first_signal_stops_before_the_next_step(bank: Site, turnstile: Turnstile, number: int, code: Exit) -> None:
    """What runs is done and recorded, nothing new is started, and the next apply does the rest."""
    held = turnstile.hold("TransactWriteItems", "transaction#first")
    with bank.started("apply", str(bank.plan), "--yes", endpoint_url=turnstile.endpoint_url) as running:
        held.wait_until_reached()
        running.send_signal(number)
        said = read_until(running, STOPPING)
        held.opened.set()
        out, rest = running.communicate(timeout=60)
    run = bank.last_run()
    left = bank.run("history", run["id"]).stdout

    assert running.returncode == code, said + rest
    assert "interrupted" in out
    assert "Stopped; the same apply continues." in rest
    assert "Next: ddbplan apply" in rest
    assert run["outcome"] == "interrupted"
    assert [step["id"] for step in run["steps"]] == ["ledger", "tables", "seed.accounts", "transaction.first"]
    assert "4 started of 5" in left
    assert bank.balances() == {"acc-1": "871613", "acc-2": "15"}

    again = bank.run("apply", str(bank.plan), "--yes")

    assert again.exit_code == Exit.DONE, again.output
    assert bank.is_complete()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)])
def test_second_signal_stops_at_once(bank: Site, turnstile: Turnstile, number: int, code: Exit) -> None:
    """A call whose answer does not come is left behind; it lands late and is counted once all the same."""
    held = turnstile.hold("TransactWriteItems", "transaction#first")
    with bank.started("apply", str(bank.plan), "--yes", endpoint_url=turnstile.endpoint_url) as running:
        held.wait_until_reached()
        running.send_signal(number)
        read_until(running, STOPPING)
        pressed = time.monotonic()
        running.send_signal(number)
        _, said = running.communicate(timeout=60)
        took = time.monotonic() - pressed
    held.opened.set()

    assert held.landed.wait(30)
    assert running.returncode == code, said
    assert took < 25
    assert "Stopped at once." in said

    again = bank.run("apply", str(bank.plan), "--yes")

    assert again.exit_code == Exit.DONE, again.output
    assert bank.is_complete()


def test_third_signal_does_not_even_wait_for_that(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """Three presses end the process within the moment, and the next apply finishes."""
    held = quick_turnstile.hold("TransactWriteItems", "transaction#first")
    with quick_bank.started("apply", str(quick_bank.plan), "--yes", endpoint_url=quick_turnstile.endpoint_url) as run:
        held.wait_until_reached()
        run.send_signal(signal.SIGINT)
        read_until(run, STOPPING)
        run.send_signal(signal.SIGINT)
        time.sleep(0.3)
        pressed = time.monotonic()
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
        took = time.monotonic() - pressed

    assert run.returncode == Exit.INTERRUPTED
    assert took < 25

    held.opened.set()

    assert quick_bank.run("apply", str(quick_bank.plan), "--yes").exit_code == Exit.DONE
    assert quick_bank.is_complete()


def test_json_says_that_it_is_stopping(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """Programs read ``run_stopping`` among the events, and the outcome at the end."""
    held = quick_turnstile.hold("TransactWriteItems", "transaction#first")
    words = ("apply", str(quick_bank.plan), "--yes", "--format", "json")
    with quick_bank.started(*words, endpoint_url=quick_turnstile.endpoint_url) as running:
        held.wait_until_reached()
        running.send_signal(signal.SIGTERM)
        assert running.stdout is not None

        lines = [json.loads(running.stdout.readline())]
        while lines[-1]["event"] != "run_stopping":
            lines.append(json.loads(running.stdout.readline()))
        held.opened.set()
        rest, _ = running.communicate(timeout=60)
    ended = [json.loads(line) for line in rest.splitlines()]

    assert running.returncode == Exit.TERMINATED
    assert lines[-1] == {"version": 1, "event": "run_stopping", "reason": "the run is stopping"}
    assert ended[-1]["kind"] == "interrupted"
    assert {step["id"]: step["state"] for step in ended[-1]["steps"]} == {
        "ledger": "done",
        "tables": "done",
        "seed.accounts": "done",
        "transaction.first": "done",
        "transaction.second": "not_run",
    }


def test_signal_while_the_lock_is_waited_for_ends_the_waiting(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """Who waits and is stopped has done nothing; the holder goes on."""
    held = quick_turnstile.hold("TransactWriteItems", "transaction#first")
    plan = str(quick_bank.plan)
    with quick_bank.started("apply", plan, "--yes", endpoint_url=quick_turnstile.endpoint_url) as holder:
        held.wait_until_reached()
        waiting = ("apply", plan, "--yes", "--lock-timeout", "60")
        with quick_bank.started(*waiting, endpoint_url=quick_bank.endpoint_url) as waiter:
            said = read_until(waiter, "Waiting for the lock")
            waiter.send_signal(signal.SIGINT)
            _, rest = waiter.communicate(timeout=60)
        held.opened.set()
        holder.communicate(timeout=60)

    assert waiter.returncode == Exit.INTERRUPTED, said + rest
    assert "Stopped while the lock was waited for" in rest
    assert holder.returncode == Exit.DONE
    assert quick_bank.is_complete()
