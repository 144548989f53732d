"""The service on a loopback socket."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.fakes.claude.blocks import Json
from tests.fakes.claude.handling import Handler
from tests.fakes.claude.messages import Author
from tests.fakes.claude.steps import Failure, Script, Step

KEY = "test-key"
_POLL = 0.02


@dataclass(slots=True, kw_only=True)
class Recorded:
    """One request as it arrived.

    Attributes:
        method: Of HTTP.
        path: With its query.
        headers: By lower-case name.
        raw: The body's bytes.
        at: Seconds on a monotonic clock.
        status: What it was answered with; 0 while it is not.
    """

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes
    at: float = field(default_factory=time.monotonic)
    status: int = 0

    @property
    def json(self) -> Json:
        """The body."""
        found: Json = json.loads(self.raw)
        return found

    @property
    def text(self) -> str:
        """Everything that left the caller: path, headers and body."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{self.method} {self.path}\n{headers}\n\n{self.raw.decode('utf-8', 'replace')}"


class FakeClaude:
    """Checks requests, answers them by its script, and records every one of them.

    Attributes:
        requests: All that arrived, in order.
        hangups: How many callers went away before their answer's end.
        unscripted: How many requests passed the checks when the script had no step left.
        first_piece: Set once a piece of text was sent.
    """

    def __init__(self, *script: Script, key: str = KEY) -> None:
        self.key = key
        self.requests: list[Recorded] = []
        self.hangups = 0
        self.unscripted = 0
        self.first_piece = threading.Event()
        self.hung_up = threading.Event()
        self._script: deque[Script] = deque(script)
        self._lock = threading.Lock()
        self._ids = 0
        self.author = Author(self.next_id)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def bodies(self) -> list[Json]:
        """The body of every request."""
        return [request.json for request in self.requests if request.method == "POST"]

    @property
    def left(self) -> int:
        """How many steps of the script were not asked for."""
        return len(self._script)

    def enqueue(self, *script: Script) -> None:
        """Add steps to the end of the script."""
        self._script.extend(script)

    def record(self, request: Recorded) -> None:
        """Keep a request."""
        with self._lock:
            self.requests.append(request)

    def next_step(self, body: Json) -> Step:
        """The step that answers this request; a refusal that nobody repeats when there is none."""
        with self._lock:
            if not self._script:
                self.unscripted += 1
                return Failure(type="invalid_request_error", message="the script has no further step")
            found = self._script.popleft()
        return found(body) if callable(found) else found

    def hang_up(self) -> None:
        """The caller went away."""
        with self._lock:
            self.hangups += 1
        self.hung_up.set()

    def next_id(self, kind: str) -> str:
        """A name that no other thing has."""
        with self._lock:
            self._ids += 1
            return f"{kind}_{self._ids:06d}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
