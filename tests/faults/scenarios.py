"""What happens to an apply, one function for each kind of trouble; all end in a verdict on the final state."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from executor.loader.load import LOOPBACK_REQUESTS
from tests.faults import schedules, subject
from tests.faults.actions import DropAnswer, Gate, Hold, Kill
from tests.faults.proxy import OK, Proxy, Session
from tests.faults.verdict import Verdict

if TYPE_CHECKING:
    from tests.faults.client import Client
    from tests.faults.schedules import Place
    from tests.faults.world import World

PATIENCE = 90.0
LEASE = ("--lease", "2")
NO_HEARTBEAT = ("--lease", "300")
"""A lease so long that no heartbeat comes between the calls that are counted."""
WAIT_FOR_LOCK = ("--lease", "2", "--lock-timeout", "60")
DONE, HELD, PARTLY = 0, 4, 6


class NotReachedError(Exception):
    """A run ended before the call at which something was to happen to it."""


def uninterrupted(world: World) -> tuple[Verdict, Session]:
    """No trouble at all: what every other run is compared with."""
    ended, session = world.apply(*NO_HEARTBEAT)
    return world.judge(ended), session


def killed(world: World, place: Place, *, after: bool) -> Verdict:
    """Killed before or after a call; the application goes on; applied again.

    Raises:
        NotReachedError: There are fewer calls.
    """
    ended, _ = world.apply(*NO_HEARTBEAT, schedule=schedules.at(place, Kill(after=after)))
    if ended.code == DONE:
        raise NotReachedError
    world.application_writes()
    verdict = world.judge(world.apply_until_done())
    if ended.code != -signal.SIGKILL:
        verdict.wrong.append(f"the first apply ended with {ended.code} before it was killed: {ended.output[-1500:]}")
    return verdict


def answer_lost(world: World, place: Place) -> Verdict:
    """A call lands and its answer does not."""
    ended, session = world.apply(schedule=schedules.at(place, DropAnswer()))
    if not session.struck:
        raise NotReachedError
    return world.judge(ended if ended.code == DONE else world.apply_until_done())


def late(world: World, place: Place) -> Verdict:
    """A request is still under way when its sender is killed, and lands after the next run is done."""
    gate = Gate()
    running, session = world.start(*world.apply_line(), schedule=schedules.at_write(place, Hold(gate=gate)))
    _reach(gate.reached, running)
    running.send(signal.SIGKILL)
    running.wait()
    last = world.apply_until_done()
    world.application_writes()
    _land(gate)
    verdict = world.judge(last)
    _check_late(gate, session, verdict)
    return verdict


def frozen(world: World, place: Place, *, held: bool) -> Verdict:
    """The lock's holder is frozen past its lease, and woken when another run is done.

    Args:
        world: Where.
        place: At which of its writes.
        held: That write itself lands only after the takeover; otherwise before it.
    """
    gate, reached = Gate(), threading.Event()
    schedule = schedules.at_write(place, Hold(gate=gate)) if held else schedules.then(place, reached.set)
    running, session = world.start(*world.apply_line(*LEASE), schedule=schedule)
    _reach(gate.reached if held else reached, running)
    running.send(signal.SIGSTOP)
    world.injected += 1
    try:
        with Proxy(world.engine.endpoint_url) as other:
            second, _ = world.start(*world.apply_line(*WAIT_FOR_LOCK), proxy=other)
            last = second.wait()
        if last.code != DONE:
            # On a busy machine its own short lease may have run out: it stopped, and is started again.
            last = world.apply_until_done(*WAIT_FOR_LOCK)
        world.application_writes()
        sent = session.count
        if held:
            _land(gate)
    finally:
        running.send(signal.SIGCONT)
    woken = running.wait()
    verdict = world.judge(last)
    if held:
        _check_late(gate, session, verdict)
    if not _had_the_lock(session, sent):
        return verdict
    _check_woken(session, sent, verdict)
    if woken.code not in (HELD, PARTLY):
        verdict.wrong.append(f"the frozen apply ended with {woken.code} when it was woken: {woken.output[-1500:]}")
    return verdict


def in_trouble(world: World, seed: int, share: float, kind: str) -> Verdict:
    """A share of all calls meets a fault; the run may give up, and is then started again."""
    schedule = schedules.scattered(seed, share, getattr(schedules, kind))
    ended, _ = world.apply(schedule=schedule)
    return world.judge(ended if ended.code == DONE else world.apply_until_done())


def expired(world: World, number: int) -> Verdict:
    """The credentials expire in the middle; applied again with new ones."""
    ended, _ = world.apply(schedule=schedules.expired_from(number))
    if ended.code == DONE:
        raise NotReachedError
    verdict = world.judge(world.apply_until_done())
    if "Traceback" in ended.output or "Sign in again" not in ended.output:
        verdict.wrong.append(f"expired credentials are not said: {ended.output[-1500:]}")
    return verdict


def at_once(world: World, count: int) -> Verdict:
    """Several applies of one plan start together: one wins, the others find the lock held or nothing left to do."""
    proxies = [Proxy(world.engine.endpoint_url) for _ in range(count)]
    running: list[Client] = []
    for proxy in proxies:
        proxy.__enter__()
        running.append(world.start(*world.apply_line(), proxy=proxy)[0])
    ends = [one.wait() for one in running]
    for proxy in proxies:
        proxy.__exit__()
    winners = [ended for ended in ends if ended.code == DONE]
    verdict = world.judge(winners[0] if winners else ends[0])
    for ended in ends:
        if ended.code not in (DONE, HELD):
            verdict.wrong.append(f"one of {count} ended with {ended.code}: {ended.output[-1500:]}")
    world.injected += count - 1
    return verdict


def second_writer(world: World, change: str) -> Verdict:
    """Something happens between a saved diff and the apply of it.

    Args:
        world: Where.
        change: ``items`` (the application writes: goes on), ``apply`` (another run does it all: stale), or ``index``
            (somebody changes a table: stale).
    """
    adopt = ("--adopt", f"table.{subject.EXISTING_TABLE}")
    saved, _ = world.start("diff", str(world.plan), *adopt, "--out", "steps.json")
    verdict = Verdict()
    if (ended := saved.wait()).code != DONE:
        verdict.wrong.append(f"diff --out ended with {ended.code}: {ended.output[-1500:]}")
    match change:
        case "items":
            world.application_writes()
        case "apply":
            world.apply_until_done()
        case "index":
            world.add_index_behind_the_back()
        case _:
            raise ValueError(change)
    running, _ = world.start("apply", "steps.json", "--yes")
    ended, wanted = running.wait(), DONE if change == "items" else HELD
    world.injected += 1
    if ended.code != wanted:
        verdict.wrong.append(f"apply steps.json ended with {ended.code}, not {wanted}: {ended.output[-1500:]}")
    if change == "index":
        world.drop_index_behind_the_back()
    last = world.apply_until_done()
    return _both(verdict, world.judge(last))


def remade(world: World, table: str) -> Verdict:
    """A table is deleted and made again under its name, empty; its seed comes back, its transactions do not."""
    world.apply_until_done()
    world.injected += 1
    name = world.subject.table_name(table)
    world.drop(name)
    world.make_table(table)
    world.written.pop(table, None)
    ended, _ = world.apply()
    verdict, found = Verdict(), world.scan()
    for transfer in world.subject.transfers:
        runs = found["counters"].get(transfer.name, {}).get("runs", 0)
        if runs != 1:
            (verdict.doubled if runs else verdict.lost).append(f"{transfer.name} counted {runs} times")
    if table == "accounts":
        if ended.code == DONE or "--rerun" not in ended.output:
            verdict.wrong.append(f"apply ended with {ended.code} and does not ask: {ended.output[-1500:]}")
        return verdict
    seeds = subject.expected(world.subject)[table]
    if ended.code != DONE or found[table] != seeds:
        verdict.wrong.append(f"apply ended with {ended.code}, {len(found[table])} rows: {ended.output[-1500:]}")
    return verdict


def ledger_deleted(world: World) -> Verdict:
    """The ledger is gone while the tables are there: nothing is written."""
    first = world.apply_until_done()
    verdict = world.judge(first)
    world.injected += 1
    world.drop(world.ledger)
    before = world.scan()
    running, session = world.start("apply", str(world.plan), "--yes")
    ended = running.wait()
    writes = [record.call.operation for record in session.records if record.call.writes]
    if ended.code in (DONE, PARTLY) or writes or world.scan() != before:
        verdict.wrong.append(f"apply ended with {ended.code} and wrote {writes}: {ended.output[-1500:]}")
    return verdict


def _reach(event: threading.Event, running: Client) -> None:
    for _ in range(int(PATIENCE * 20)):
        if event.wait(0.05):
            return
        if running.ended():
            ended = running.wait()
            # On a busy machine a short lease may run out before anything is done to the run.
            early = ended.code == PARTLY and "lost the lock" in ended.output
            assert early or ended.code == DONE, f"the apply ended with {ended.code} of itself: {ended.output[-1500:]}"
            raise NotReachedError
    raise TimeoutError("the call was not reached")


def _land(gate: Gate) -> None:
    gate.opened.set()
    assert gate.landed.wait(PATIENCE), "the held request did not land"


def _check_late(gate: Gate, session: Session, verdict: Verdict) -> None:
    """A ledger write or a transaction that lands after the takeover must have been refused."""
    held = session.struck[0]
    if held.operation == "TransactWriteItems" and gate.status == 200:
        verdict.late.append(f"call {held.number}, a transaction, landed after the takeover: {held.body[:600]!r}")


def _had_the_lock(session: Session, sent: int) -> bool:
    """Whether a run took the lock before it was frozen; its first transaction takes it."""
    return any(
        record.call.operation == "TransactWriteItems" and record.call.number <= sent and record.status == 200
        for record in session.records
    )


def _check_woken(session: Session, sent: int, verdict: Verdict) -> None:
    """Whatever a former holder sends after it was woken must have been refused.

    But for what was on its way: each thread of a load may have looked at its lease and not yet sent what it puts
    where there is nothing.
    """
    calls = [r.call for r in session.records if r.call.number > sent and r.call.writes and r.status == OK]
    harmful = [call for call in calls if not call.only_adds]
    verdict.late += [f"call {call.number}, a {call.operation}, was sent after the takeover" for call in harmful]
    if (on_their_way := len(calls) - len(harmful)) > LOOPBACK_REQUESTS:
        verdict.late.append(f"{on_their_way} puts were sent after the takeover, more than are in flight at once")


def _both(first: Verdict, second: Verdict) -> Verdict:
    return Verdict(
        lost=first.lost + second.lost,
        doubled=first.doubled + second.doubled,
        overwritten=first.overwritten + second.overwritten,
        late=first.late + second.late,
        wrong=first.wrong + second.wrong,
    )
