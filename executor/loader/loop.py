"""Many requests in flight in one thread: tasks that say what they wait for, and a loop that resumes those that can.

Threads would be simpler, and cost a load a third of its core: each hands the interpreter's lock to another at every
send and receive. A task is a generator; it yields a ``Wait``, and is gone on with once that is over. Whatever raises
while a task waits is raised where it waits.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from executor.retry import StoppedError

if TYPE_CHECKING:
    import threading

TICK_SECONDS = 0.1
"""How soon a stop is heard, and how exact the end of patience with an answer is."""
ASIDE_THREADS = 32


@dataclass(frozen=True, slots=True)
class Ready:
    """Waits until a descriptor can be read or written (``select.POLLIN``, ``select.POLLOUT``).

    After ``seconds`` a TimeoutError is raised.
    """

    descriptor: int
    events: int
    seconds: float = float("inf")


@dataclass(frozen=True, slots=True)
class Pause:
    """Waits for some seconds; a stop ends it with a StoppedError."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Aside:
    """Has a thread of its own do what may block, such as making a connection, and waits for its end."""

    call: Callable[[], object]


T = TypeVar("T")


class Told(Generic[T]):
    """Waits until another task tells a value, or raises something here.

    Attributes:
        value: What was told.
    """

    value: T

    def __init__(self) -> None:
        self._error: Exception | None = None
        self._is_over = False
        self._resume: Callable[[Exception | None], None] | None = None

    def tell(self, value: T) -> None:
        """Go on with this value."""
        self.value = value
        self._end(None)

    def fail(self, error: Exception) -> None:
        """Raise where it is waited for."""
        self._end(error)

    def _end(self, error: Exception | None) -> None:
        self._error, self._is_over = error, True
        resume, self._resume = self._resume, None
        if resume is not None:
            resume(error)

    def then(self, resume: Callable[[Exception | None], None]) -> None:
        """Have this called once it is over."""
        if self._is_over:
            resume(self._error)
        else:
            self._resume = resume


Wait = Ready | Pause | Aside | Told[Any]
Task = Generator[Wait, None, T]


class Loop:
    """Goes on with tasks; a context manager that leaves those behind which have not ended.

    A task must not raise: nobody would know whose error it is. Not safe to share between threads.

    Args:
        stop: Ends pauses when it is set.
    """

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._poll = select.poll()
        self._waiting: dict[int, tuple[Task[None], float]] = {}
        self._pauses: list[tuple[float, int, Task[None]]] = []
        self._able: deque[tuple[Task[None], BaseException | None]] = deque()
        self._numbers = itertools.count()
        self._open: set[Task[None]] = set()
        self._looked_at = 0.0
        self._aside: _Aside | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._aside is not None:
            self._aside.close()

    def start(self, task: Task[None], *, background: bool = False) -> None:
        """Begin a task; one in the background is not waited for."""
        if not background:
            self._open.add(task)
        self._able.append((task, None))

    def run(self) -> None:
        """Go on until every task has ended that is not in the background."""
        self._go_on()
        while self._open:
            for descriptor, _ in self._poll.poll(1_000 * self._seconds_to_wait()):
                if self._aside is not None and descriptor == self._aside.descriptor:
                    self._able += self._aside.ended()
                else:
                    self._resume(descriptor, None)
            self._end_pauses()
            self._end_patience()
            self._go_on()

    def _go_on(self) -> None:
        while self._able:
            task, error = self._able.popleft()
            try:
                wait = task.send(None) if error is None else task.throw(error)
            except StopIteration:
                self._open.discard(task)
            else:
                self._await(task, wait)

    def _await(self, task: Task[None], wait: Wait) -> None:
        match wait:
            case Ready(descriptor, events, seconds):
                self._poll.register(descriptor, events)
                self._waiting[descriptor] = task, time.monotonic() + seconds
            case Pause(seconds):
                heapq.heappush(self._pauses, (time.monotonic() + seconds, next(self._numbers), task))
            case Aside(call):
                self._begin_aside(task, call)
            case Told():
                wait.then(lambda error: self._able.append((task, error)))

    def _begin_aside(self, task: Task[None], call: Callable[[], object]) -> None:
        if self._aside is None:
            self._aside = _Aside()
            self._poll.register(self._aside.descriptor, select.POLLIN)
        self._aside.begin(task, partial(self._unless_stopped, call))

    def _unless_stopped(self, call: Callable[[], object]) -> None:
        if self._stop.is_set():
            raise StoppedError
        call()

    def _seconds_to_wait(self) -> float:
        if not self._pauses:
            return TICK_SECONDS
        return min(TICK_SECONDS, max(0.0, self._pauses[0][0] - time.monotonic()))

    def _end_pauses(self) -> None:
        if not self._pauses:
            return
        if self._stop.is_set():
            self._able += [(task, StoppedError()) for _, _, task in self._pauses]
            self._pauses.clear()
        now = time.monotonic()
        while self._pauses and self._pauses[0][0] <= now:
            self._able.append((heapq.heappop(self._pauses)[2], None))

    def _end_patience(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < TICK_SECONDS:
            return
        self._looked_at = now
        for descriptor in [descriptor for descriptor, (_, until) in self._waiting.items() if until <= now]:
            self._resume(descriptor, TimeoutError("timed out"))

    def _resume(self, descriptor: int, error: BaseException | None) -> None:
        self._poll.unregister(descriptor)
        self._able.append((self._waiting.pop(descriptor)[0], error))


class _Aside:
    """Threads for what may block, and a descriptor that can be read once one of them is done."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(ASIDE_THREADS, "ddbplan-connect")
        self._done: deque[tuple[Task[None], BaseException | None]] = deque()
        self._reader, self._writer = socket.socketpair()
        self._writer.settimeout(0.0)
        self.descriptor = self._reader.fileno()

    def begin(self, task: Task[None], call: Callable[[], object]) -> None:
        self._threads.submit(call).add_done_callback(partial(self._end, task))

    def _end(self, task: Task[None], future: Future[object]) -> None:
        if future.cancelled():
            return
        self._done.append((task, future.exception()))
        with contextlib.suppress(OSError):  # full, which wakes the loop as well, or closed
            self._writer.send(b"\0")

    def ended(self) -> list[tuple[Task[None], BaseException | None]]:
        self._reader.recv(ASIDE_THREADS)
        return [self._done.popleft() for _ in range(len(self._done))]

    def close(self) -> None:
        # A connection that is being made ends by itself, within its own patience.
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._reader.close()
        self._writer.close()
