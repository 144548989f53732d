"""Several processes for a load that one core is too slow for: the parent reads and encodes, workers sign and send.

Every piece stays with the parent until its worker told what became of it. A worker that dies takes nothing with it: its
pieces are written by another, and a row that it had put already is found there.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import select
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from executor.errors import CallError
from executor.loader.loop import Pause, Ready, Told
from executor.loader.tally import Outcome
from executor.loader.worker import INTERRUPTED
from executor.retry import StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection as Pipe

    from executor.caller import Caller
    from executor.loader.endpoint import Endpoint
    from executor.loader.loop import Loop, Task
    from executor.loader.pieces import Piece, Way
    from executor.loader.rate import Rate

DEATHS_ALLOWED = 3
"""Workers that may die for each one that was asked for; more is no accident."""
_PACKAGES = Path(__file__).resolve().parents[2]


class WorkerDiedError(Exception):
    """A worker ended before it answered."""


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process that is begun meanwhile never hears Ctrl-C, not even before it can say so itself."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Process:
    """One worker, seen from the parent."""

    def __init__(self, pool: WorkerPool, settings: bytes) -> None:
        self._pool = pool
        self._waiting: dict[int, Told[dict[str, Any]]] = {}
        self._number = 0
        self._told: tuple[str, str, str | None] | None = None
        self.is_dead = False
        ours, theirs = multiprocessing.Pipe()
        self._pipe: Pipe[bytes, bytes] = ours
        # The very code that runs here, never what stands in the folder that the command was started in.
        environment = {**os.environ, "PYTHONPATH": str(_PACKAGES)}
        with _deaf_to_interrupts():
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, with a module of our own
                [sys.executable, "-P", "-m", "executor.loader.worker", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                env=environment,
                pass_fds=(theirs.fileno(),),
            )
        theirs.close()
        self._pipe.send_bytes(settings)

    @property
    def busy(self) -> int:
        """How many pieces it has."""
        return len(self._waiting)

    def send(self, piece: Piece) -> Told[dict[str, Any]]:
        """Hand it a piece; what is told is what became of it.

        Raises:
            WorkerDiedError: It is gone.
        """
        if self.is_dead:
            raise WorkerDiedError
        keys = self._pool.credentials()
        self._number += 1
        head = orjson.dumps({"id": self._number})
        try:
            if keys != self._told:
                self._pipe.send_bytes(orjson.dumps({"credentials": keys}))
                self._told = keys
            self._pipe.send_bytes(b"\n".join([head, *(row.text for row in piece.rows)]))
        except OSError as error:
            raise WorkerDiedError from error
        answer = self._waiting[self._number] = Told()
        return answer

    def stop(self) -> None:
        """Have it begin nothing more."""
        if not self.is_dead:
            # One that has just died begins nothing more either, and the others have to be told.
            with contextlib.suppress(OSError):
                self._pipe.send_bytes(orjson.dumps({"stop": True}))

    def fail(self, problem: Exception) -> None:
        """Raise it where pieces are waited for."""
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer.fail(problem)

    def end(self) -> None:
        """Have it end; whatever it still has is given up."""
        self._process.terminate()
        self._process.wait()

    def listen(self) -> Task[None]:
        """Take what it says until it is gone."""
        may_be_read = Ready(self._pipe.fileno(), select.POLLIN)
        while True:
            yield may_be_read
            try:
                told = orjson.loads(self._pipe.recv_bytes())
            except (EOFError, OSError):
                break
            if "id" not in told:
                self._pool.told(told)
            elif told["id"] in self._waiting:
                self._waiting.pop(told["id"]).tell(told)
        self.is_dead = True
        self._pipe.close()
        self.fail(WorkerDiedError())


class WorkerPool:
    """Writes pieces in other processes.

    Args:
        caller: The call that this is for.
        loop: Goes on with who listens to them.
        endpoint: Where to send.
        table_name: The table.
        key_names: Its key attributes, partition first.
        way: How rows are written.
        rate: How many units a second; kept here for all of them.
        fail: A key that exists with other content is a conflict.
    """

    def __init__(
        self,
        caller: Caller,
        loop: Loop,
        endpoint: Endpoint,
        table_name: str,
        key_names: Sequence[str],
        way: Way,
        rate: Rate,
        *,
        fail: bool,
    ) -> None:
        self._caller = caller
        self._loop = loop
        self._rate = rate
        self._deaths_left = DEATHS_ALLOWED * caller.bulk.workers
        self._problem: Exception | None = None
        self._settings = orjson.dumps(
            {
                "endpoint": asdict(endpoint),
                "table": table_name,
                "keys": list(key_names),
                "way": way,
                "fail": fail,
            }
        )
        self._workers = [self._begun() for _ in range(caller.bulk.workers)]
        loop.start(self._stop(), background=True)

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.end()

    def credentials(self) -> tuple[str, str, str | None]:
        """The credentials of this moment, for a worker over its own pipe."""
        keys = self._caller.clients.frozen_credentials()
        return keys.access_key, keys.secret_key, keys.token

    def told(self, message: dict[str, Any]) -> None:
        """Take what a worker says beside its answers; whoever listens to it may fail, which ends the load."""
        try:
            self._tell(message)
        except Exception as problem:  # noqa: BLE001 - raised again where pieces are waited for
            self._problem = problem
            for worker in self._workers:
                worker.fail(problem)

    def _tell(self, message: dict[str, Any]) -> None:
        if "throttled" in message:
            self._rate.throttled()
        elif "waiting" in message:
            self._caller.progress(f"waiting: {message['waiting']}", None, None)
        elif "request" in message:
            self._caller.note_request_id(message["request"])

    def perform(self, piece: Piece) -> Task[Outcome]:
        """Have a worker write a piece, and another where that one dies.

        Raises:
            CallError: It failed for good.
            StoppedError: A stop was asked for.
            Exception: What the listener of the progress raised.
        """
        if self._caller.stop.is_set():
            raise StoppedError
        seconds = self._rate.delay(piece.units)
        if seconds > 0:
            yield Pause(seconds)
        while self._problem is None:
            worker = min(self._workers, key=lambda worker: worker.busy)
            try:
                answer = worker.send(piece)
                yield answer
            except WorkerDiedError:
                self._replace(worker)
            else:
                return self._outcome(answer.value, piece)
        raise self._problem

    def _outcome(self, told: dict[str, Any], piece: Piece) -> Outcome:
        if told.get("code") == INTERRUPTED:
            raise StoppedError
        if "code" in told:
            raise CallError(told["code"], told["message"])
        outcome = Outcome(written=told["written"], kept=told["kept"], conflicts=told["conflicts"], units=told["units"])
        counted = sum(outcome.units.values())
        if counted:
            self._rate.correct(counted - piece.units)
        return outcome

    def _begun(self) -> _Process:
        worker = _Process(self, self._settings)
        self._loop.start(worker.listen(), background=True)
        return worker

    def _stop(self) -> Task[None]:
        """Tell the workers of a stop."""
        try:
            yield Pause(math.inf)
        except StoppedError:
            for worker in self._workers:
                worker.stop()

    def _replace(self, dead: _Process) -> None:
        """Start another in a dead worker's place, once.

        Raises:
            CallError: Too many have died.
        """
        if self._caller.stop.is_set():
            raise StoppedError
        if dead not in self._workers:
            return
        dead.end()
        if self._deaths_left == 0:
            message = "The worker processes of the load keep ending by themselves. Look for what ends them (memory?)"
            raise CallError("WorkersFailed", f"{message}, and run the same command again, or without --workers.")
        self._deaths_left -= 1
        self._workers[self._workers.index(dead)] = self._begun()
