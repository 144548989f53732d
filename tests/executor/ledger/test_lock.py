"""The lock, its lease and its fencing number, on real engines."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from executor.identity import this_process
from executor.ledger.errors import LockHeldError, LockLostError
from executor.ledger.lock import unlock
from executor.ledger.values import StepRecord
from executor.ledger.writer import LedgerWriter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

    from executor.ledger.reader import LedgerReader
    from tests.executor.ledger.conftest import Take

pytestmark = pytest.mark.engine
ELSEWHERE = replace(this_process(), host="elsewhere", owner="bob@elsewhere")
STEP = StepRecord(
    number=1,
    id="table.a",
    address="table.a",
    function="create_table_simple",
    content_hash="00",
    outcome="started",
    started_at="2026-01-01T00:00:00Z",
)


def freeze(held: object) -> None:
    """Stop a holder's heartbeat, as SIGSTOP does; its process lives on."""
    held._heartbeat.stop()  # type: ignore[attr-defined] # a holder of the tests


def test_fence_rises_with_every_taking_and_survives_release(take: Take, reader: LedgerReader) -> None:
    """A released lock keeps its fencing number, and the next holder gets the next one."""
    first = take("run-1")
    first.release()
    second = take("run-2")

    assert (first.fence, second.fence) == (1, 2)
    lock = reader.lock("bank")
    assert lock is not None
    assert lock.held
    assert lock.run == "run-2"


def test_second_applier_gives_up_at_the_holders_first_sign_of_life(take: Take) -> None:
    """Without patience a waiter ends when it sees the holder's heartbeat, and says who holds the lock."""
    take("run-1", lease=0.9)

    with pytest.raises(LockHeldError, match="is held by") as refused:
        take("run-2", lease=0.9)
    assert refused.value.holder.run == "run-1"


def test_patient_waiter_gets_a_released_lock(take: Take) -> None:
    """With patience a waiter is told who holds the lock and takes it once it is free."""
    first = take("run-1", lease=1)
    seen: list[str] = []
    threading.Timer(1.0, first.release).start()
    second = take("run-2", lease=1, timeout=20, waiting=lambda lock, _: seen.append(lock.run))

    assert second.fence == 2
    assert set(seen) == {"run-1"}


def test_silent_holder_is_taken_over_after_one_lease(take: Take, client: DynamoDBClient, reader: LedgerReader) -> None:
    """A holder whose heartbeat stopped loses the lock after its lease, and may write nothing more."""
    frozen = take("run-1", lease=0.6, process=ELSEWHERE)
    freeze(frozen)
    started = time.monotonic()
    second = take("run-2", lease=0.6)

    assert time.monotonic() - started >= 0.6
    assert second.fence == 2
    with pytest.raises(LockLostError, match="stopped before its next write"):
        LedgerWriter(client, reader.table_name, frozen).write(
            [LedgerWriter(client, reader.table_name, frozen).step("run-1", STEP)],
        )


def test_a_late_write_of_the_old_holder_is_refused_by_the_fence(
    take: Take,
    client: DynamoDBClient,
    reader: LedgerReader,
) -> None:
    """Even a holder that does not know that it lost the lock writes nothing: the fence refuses it."""
    first = take("run-1", lease=60)
    lock = reader.lock("bank")
    assert lock is not None
    assert unlock(client, reader.table_name, lock)
    writer = LedgerWriter(client, reader.table_name, first)

    with pytest.raises(LockLostError, match="another run took it over"):
        writer.write([writer.step("run-1", STEP)])
    assert reader.entry_names("bank") == ("lease", "lock")
    assert first.is_lost


def test_a_dead_process_of_this_host_is_taken_over_at_once(take: Take) -> None:
    """Nobody waits a lease for a process that is gone."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    frozen = take("run-1", process=replace(this_process(), pid=done.pid, started="1"), lease=60)
    freeze(frozen)
    started = time.monotonic()
    second = take("run-2")

    assert second.fence == 2
    assert time.monotonic() - started < 40


def test_a_reused_pid_counts_as_dead(take: Take) -> None:
    """A pid that another process has by now is not the holder."""
    frozen = take("run-1", process=replace(this_process(), started="1"), lease=60)
    freeze(frozen)

    assert take("run-2").fence == 2


def test_unlock_takes_only_the_lock_that_was_shown(take: Take, client: DynamoDBClient, reader: LedgerReader) -> None:
    """A lock that changed hands after it was shown is left alone."""
    first = take("run-1")
    shown = reader.lock("bank")
    first.release()
    take("run-2")

    assert shown is not None
    assert not unlock(client, reader.table_name, shown)


def test_of_eight_at_once_one_wins(take: Take) -> None:
    """Eight takers of a free lock: one gets it, the others are told that it lives."""

    def attempt(number: int) -> bool:
        try:
            take(f"run-{number}", lease=1.5)
        except LockHeldError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(8)))

    assert won.count(True) == 1


def test_a_lease_that_ran_out_stays_lost(take: Take) -> None:
    """A process that wakes after its lease does not renew it, even when nobody took over."""
    held = take("run-1", lease=0.3)
    freeze(held)
    time.sleep(0.4)

    with pytest.raises(LockLostError, match="could not be renewed in time"):
        held.check()
    held._heartbeat._renewed_at += 60
    assert held.is_lost
