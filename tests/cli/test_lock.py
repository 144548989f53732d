"""The lock through the command line: who waits, who is told what, who loses it."""

from __future__ import annotations

import getpass
import json
import os
import re
import signal
import socket
import time
from typing import TYPE_CHECKING

import pytest

from ddbplan.exits import Exit

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.cli.site import Site
    from tests.cli.turnstile import Held, Turnstile

pytestmark = [pytest.mark.engine, pytest.mark.slow]
SINCE = r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def held(turnstile: Turnstile) -> Held:
    """The first transaction's request, to be held."""
    return turnstile.hold("TransactWriteItems", "transaction#first")


@pytest.fixture
def holder(bank: Site, turnstile: Turnstile, held: Held) -> Iterator[subprocess.Popen[str]]:
    """An apply that holds the lock, and is in the middle of its first transaction."""
    words = ("apply", str(bank.plan), "--yes", "--lease", "3")
    with bank.started(*words, endpoint_url=turnstile.endpoint_url) as running:
        held.wait_until_reached()
        yield running
        held.opened.set()


def test_second_apply_is_told_who_holds_the_lock(bank: Site, holder: subprocess.Popen[str], held: Held) -> None:
    """Without patience it ends with 4, and names owner, host, process, run and time; the holder comes to its end."""
    refused = bank.run("apply", str(bank.plan), "--yes")
    who = f"held by {getpass.getuser()}@{socket.gethostname()} on {socket.gethostname()} (process {holder.pid}, run "
    status = bank.run("status", bank.database)

    assert refused.exit_code == Exit.STALE, refused.output
    said = " ".join(refused.stderr.split())
    assert who in said
    assert re.search(SINCE, said)
    assert f"Next: ddbplan status {bank.database}" in said
    assert who in status.stdout

    held.opened.set()
    holder.communicate(timeout=60)

    assert holder.returncode == Exit.DONE
    assert bank.is_complete()


def test_patience_waits_and_says_for_whom(bank: Site, holder: subprocess.Popen[str], held: Held) -> None:
    """With --lock-timeout the second one says whom it waits for, and goes on once the lock is free."""
    words = ("apply", str(bank.plan), "--yes", "--lock-timeout", "60", "--format", "json")
    with bank.started(*words, endpoint_url=bank.endpoint_url) as waiter:
        assert waiter.stdout is not None

        event = {"event": ""}
        while event["event"] != "lock_waiting":
            event = json.loads(waiter.stdout.readline())
        held.opened.set()
        out, _ = waiter.communicate(timeout=60)
    holder.communicate(timeout=60)
    outcome = json.loads(out.splitlines()[-1])

    assert event["host"] == socket.gethostname()
    assert event["owner"].endswith(f"@{socket.gethostname()}")
    assert event["since"]
    assert holder.returncode == Exit.DONE
    # Its diff was made before the other one's end: what it was shown is no longer so.
    assert (waiter.returncode, outcome["kind"]) in {(Exit.STALE, "stale"), (Exit.DONE, "nothing")}
    assert bank.is_complete()


def test_patience_comes_to_an_end(bank: Site, holder: subprocess.Popen[str]) -> None:
    """A holder that lives is not waited for longer than --lock-timeout says."""
    began = time.monotonic()
    refused = bank.run("apply", str(bank.plan), "--yes", "--lock-timeout", "3")

    assert refused.exit_code == Exit.STALE, refused.output
    assert 3 <= time.monotonic() - began < 30
    assert "Waiting for the lock, held by" in refused.stderr
    assert holder.poll() is None


def test_unlock_says_whose_lock_it_takes_and_the_holder_stops(
    bank: Site, holder: subprocess.Popen[str], held: Held
) -> None:
    """Without --yes nothing happens; with it the holder ends with 6, says why, and its transaction did not land."""
    silent = bank.run("unlock", bank.database)
    taken = bank.run("unlock", bank.database, "--yes")
    held.opened.set()
    _, said = holder.communicate(timeout=60)

    assert silent.exit_code == Exit.ERROR
    assert "--yes" in silent.stderr
    assert f"held by {getpass.getuser()}@{socket.gethostname()}" in silent.stdout
    assert f"(process {holder.pid}, run " in taken.stdout
    assert taken.exit_code == Exit.DONE
    assert "is free" in taken.stdout
    assert f"Next: ddbplan status {bank.database} --ledger {bank.ledger}" in taken.stderr
    assert holder.returncode == Exit.STOPPED, said
    assert "took the lock" in said or "lost the lock" in said
    assert bank.balances() == {"acc-1": "871623", "acc-2": "5"}

    again = bank.run("apply", str(bank.plan), "--yes")

    assert again.exit_code == Exit.DONE, again.output
    assert bank.is_complete()


def test_frozen_holder_loses_the_lock_and_says_so(bank: Site, holder: subprocess.Popen[str], held: Held) -> None:
    """A holder frozen past its lease is taken over; woken, it ends with 6 and harms nothing."""
    os.kill(holder.pid, signal.SIGSTOP)
    second = bank.run("apply", str(bank.plan), "--yes", "--lock-timeout", "60")
    os.kill(holder.pid, signal.SIGCONT)
    held.opened.set()
    _, said = holder.communicate(timeout=60)

    assert second.exit_code == Exit.DONE, second.output
    assert holder.returncode == Exit.STOPPED, said
    assert "lost the lock" in said or "took the lock" in said
    assert "Traceback" not in said
    assert bank.is_complete()


def test_killed_holder_is_taken_over_at_once(bank: Site, holder: subprocess.Popen[str], held: Held) -> None:
    """Its process is gone from this host: nobody waits for its lease."""
    holder.kill()
    holder.wait()
    held.opened.set()
    status = bank.run("status", bank.database)
    again = bank.run("apply", str(bank.plan), "--yes")

    assert again.exit_code == Exit.DONE, again.output
    assert "Waiting" not in again.stderr
    assert "transaction.first: started" in status.stdout
    assert bank.is_complete()


def test_unlock_of_what_the_ledger_does_not_know_says_where_to_look(bank: Site) -> None:
    """A database that was never applied has no lock; the others are not read for it, a team may not be allowed to."""
    bank.run("apply", str(bank.plan), "--yes")
    refused = bank.run("unlock", "nobody", "--yes")

    assert refused.exit_code == Exit.ERROR
    assert "knows no database 'nobody'. `ddbplan history` without a name shows" in " ".join(refused.stderr.split())
    assert bank.database in bank.run("history").stdout
