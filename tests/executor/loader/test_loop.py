"""Tasks wait for sockets, time, threads and one another, and each is resumed once."""

from __future__ import annotations

import select
import socket
import threading
import time

import pytest

from executor.loader.loop import Aside, Loop, Pause, Ready, Task, Told
from executor.retry import StoppedError
from tests.executor.loader.driving import driven


def ran(*tasks: Task[None], stop: threading.Event | None = None) -> None:
    """Run tasks to their end."""
    with Loop(stop or threading.Event()) as loop:
        for task in tasks:
            loop.start(task)
        loop.run()


def test_pauses_end_in_the_order_of_their_ends() -> None:
    """Whoever waits longer goes on later, however they began."""
    order: list[float] = []

    def task(seconds: float) -> Task[None]:
        yield Pause(seconds)
        order.append(seconds)

    ran(*(task(seconds) for seconds in (0.05, 0.01, 0.03, 0.0)))

    assert order == [0.0, 0.01, 0.03, 0.05]


def test_a_stop_ends_pauses_and_not_what_is_in_flight() -> None:
    """Who pauses is told of the stop; an answer that is under way is still awaited."""
    stop = threading.Event()
    seen: list[str] = []
    ours, theirs = socket.socketpair()

    def pausing() -> Task[None]:
        try:
            yield Pause(600.0)
        except StoppedError:
            seen.append("stopped")
            theirs.sendall(b"late")

    def reading() -> Task[None]:
        yield Ready(ours.fileno(), select.POLLIN)
        seen.append(ours.recv(10).decode())

    threading.Timer(0.05, stop.set).start()
    with ours, theirs:
        ran(reading(), pausing(), stop=stop)

    assert seen == ["stopped", "late"]


def test_patience_with_one_ends_while_others_go_on() -> None:
    """A peer that says nothing is given up alone."""
    silent, _silent_peer = socket.socketpair()
    answering, peer = socket.socketpair()
    seen: list[str] = []

    def waiting() -> Task[None]:
        try:
            yield Ready(silent.fileno(), select.POLLIN, 0.3)
        except TimeoutError:
            seen.append("given up")

    def talking() -> Task[None]:
        for _ in range(30):
            peer.sendall(b"x")
            yield Ready(answering.fileno(), select.POLLIN, 60.0)
            answering.recv(1)
            yield Pause(0.02)
        seen.append("talked")

    with silent, _silent_peer, answering, peer:
        ran(waiting(), talking())

    assert seen == ["given up", "talked"]


def test_what_has_come_counts_however_late_it_is_looked_at() -> None:
    """A process that was held up for longer than its patience finds the answer, not the end of patience."""
    ours, theirs = socket.socketpair()
    seen: list[bytes] = []

    def reading() -> Task[None]:
        yield Ready(ours.fileno(), select.POLLIN, 0.05)
        seen.append(ours.recv(10))

    def holding() -> Task[None]:
        theirs.sendall(b"answer")
        time.sleep(0.2)
        yield Pause(0.0)

    with ours, theirs:
        ran(reading(), holding())

    assert seen == [b"answer"]


def test_what_blocks_is_done_aside() -> None:
    """While threads block the loop goes on; their errors are raised where they are waited for."""
    order: list[str] = []
    gate = threading.Event()

    def blocked() -> Task[None]:
        yield Aside(lambda: gate.wait(60))
        order.append("opened")

    def failing() -> Task[None]:
        with pytest.raises(OSError, match="no way"):
            yield Aside(fail)
        order.append("failed")
        gate.set()

    def fail() -> None:
        raise OSError("no way")

    ran(blocked(), failing(), *(driven_pause(order) for _ in range(20)))

    assert order[-1] == "opened"
    assert sorted(order) == ["failed", "opened", *["paused"] * 20]


def driven_pause(order: list[str]) -> Task[None]:
    """A task that shows that it went on."""
    yield Pause(0.0)
    order.append("paused")


def test_tasks_tell_one_another() -> None:
    """A word that came before the wait, one that comes after it, and an error."""
    early: Told[int] = Told()
    late: Told[int] = Told()
    broken: Told[int] = Told()

    def teller() -> Task[None]:
        early.tell(1)
        yield Pause(0.01)
        late.tell(2)
        broken.fail(ValueError("gone"))

    def hearer() -> Task[tuple[int, int, str]]:
        yield early
        yield late
        try:
            yield broken
        except ValueError as problem:
            return early.value, late.value, str(problem)
        raise AssertionError

    def both() -> Task[tuple[int, int, str]]:
        yield from teller()
        return (yield from hearer())

    assert driven(both()) == (1, 2, "gone")

    early, late, broken = Told(), Told(), Told()
    heard: list[tuple[int, int, str]] = []

    def hearing() -> Task[None]:
        heard.append((yield from hearer()))

    ran(hearing(), teller())
    assert heard == [(1, 2, "gone")]


def test_the_background_keeps_nobody_waiting() -> None:
    """The loop ends with its tasks, whatever listens in the background."""

    def endless() -> Task[None]:
        while True:
            yield Pause(600.0)

    def short() -> Task[None]:
        yield Pause(0.01)

    with Loop(threading.Event()) as loop:
        loop.start(endless(), background=True)
        loop.start(short())
        loop.run()
