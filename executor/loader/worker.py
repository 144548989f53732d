"""The process of one worker: takes pieces from its parent, writes them, and tells what became of each.

It is told where to send to and with which credentials; it reads no configuration, and ends when its parent does.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from multiprocessing.connection import Connection as Pipe
from typing import Any

import orjson

from executor.caller import failed
from executor.errors import CLIENT_ERRORS, CallError, understand
from executor.loader.endpoint import Endpoint
from executor.loader.loop import Loop, Ready, Task
from executor.loader.performing import LocalPerformer
from executor.loader.pieces import Piece, Row, Way
from executor.loader.sender import Sender
from executor.loader.signing import Keys
from executor.retry import StoppedError

INTERRUPTED = "Interrupted"


class Worker:
    """One worker.

    Args:
        pipe: To and from the parent.
    """

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._stop = threading.Event()
        self._keys = Keys("")

    def run(self) -> None:
        """Serve until the parent goes away."""
        told = orjson.loads(self._pipe.recv_bytes())
        endpoint = Endpoint(**told["endpoint"])
        sender = Sender(
            endpoint,
            lambda: self._keys,
            self._stop,
            waiting=lambda message: self._tell({"waiting": message}),
            throttled=lambda: self._tell({"throttled": True}),
            answered=lambda request_id: self._tell({"request": request_id}),
        )
        performer = LocalPerformer(sender, told["table"], told["keys"], Way(told["way"]), fail=told["fail"])
        with Loop(self._stop) as loop:
            loop.start(self._serve(performer, endpoint, loop))
            loop.run()

    def _serve(self, performer: LocalPerformer, endpoint: Endpoint, loop: Loop) -> Task[None]:
        may_be_read = Ready(self._pipe.fileno(), select.POLLIN)
        while True:
            yield may_be_read
            try:
                head, _, rest = self._pipe.recv_bytes().partition(b"\n")
            except (EOFError, OSError):
                return
            told = orjson.loads(head)
            if "credentials" in told:
                self._keys = Keys(*told["credentials"])
            elif "stop" in told:
                self._stop.set()
            else:
                rows = tuple(Row(orjson.loads(text), text) for text in rest.split(b"\n"))
                task = self._write(told["id"], Piece(first=0, rows=rows), performer, endpoint)
                loop.start(task, background=True)

    def _write(self, number: int, piece: Piece, performer: LocalPerformer, endpoint: Endpoint) -> Task[None]:
        self._tell({"id": number, **(yield from _performed(performer, piece, endpoint))})

    def _tell(self, message: dict[str, Any]) -> None:
        # A parent that is gone is noticed where its next word is waited for.
        with contextlib.suppress(OSError):
            self._pipe.send_bytes(orjson.dumps(message))


def _performed(performer: LocalPerformer, piece: Piece, endpoint: Endpoint) -> Task[dict[str, Any]]:
    """What became of a piece, as the parent is told it."""
    try:
        outcome = yield from performer.perform(piece)
    except CallError as error:
        return {"code": error.code, "message": error.message}
    except StoppedError:
        return {"code": INTERRUPTED, "message": ""}
    except CLIENT_ERRORS as error:
        problem = failed(error, understand(error, endpoint=endpoint.url))
        return {"code": problem.code, "message": problem.message}
    except Exception as error:  # noqa: BLE001 - the last resort: the parent waits for an answer to this very piece
        return {"code": "Unexpected", "message": f"A worker met an unexpected {type(error).__name__}."}
    return {
        "written": outcome.written,
        "kept": outcome.kept,
        "conflicts": outcome.conflicts,
        "units": outcome.units,
    }


def main(descriptor: int) -> None:
    """Serve over an inherited pipe."""
    # Ctrl-C at a terminal reaches the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        Worker(Pipe(descriptor)).run()
    # What is in flight is not awaited: without a parent nobody counts it, and nobody may take the lock to be held.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
