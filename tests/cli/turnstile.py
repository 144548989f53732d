"""A small proxy before an engine that holds one chosen request until told, so that a test can act in the middle."""

from __future__ import annotations

import http.client
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import urlsplit

PATIENCE = 60.0
_HOP_HEADERS = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


@dataclass(slots=True, kw_only=True)
class Held:
    """One request to hold.

    Attributes:
        operation: DynamoDB's name of the operation.
        containing: Text that its body has to contain.
        when: ``before`` the engine sees it, or ``after`` it answered.
        reached: Set once the request is held.
        opened: Lets it go on.
        landed: Set once the engine answered it.
    """

    operation: str
    containing: str = ""
    when: Literal["before", "after"] = "before"
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    landed: threading.Event = field(default_factory=threading.Event)

    def wait_until_reached(self) -> None:
        """Return once the request is held."""
        assert self.reached.wait(PATIENCE), f"no {self.operation} with {self.containing!r} came in"


class Turnstile:
    """The proxy; a context manager that lets everything through when it ends."""

    def __init__(self, upstream: str) -> None:
        address = urlsplit(upstream)
        self.upstream = (address.hostname or "127.0.0.1", address.port or 80)
        self.operations: list[str] = []
        self._held: list[Held] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.turnstile = self

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for held in self._held:
            held.opened.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def endpoint_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def hold(self, operation: str, containing: str = "", when: Literal["before", "after"] = "before") -> Held:
        """Hold the first request of this kind that comes from now on."""
        held = Held(operation=operation, containing=containing, when=when)
        with self._lock:
            self._held.append(held)
        return held

    def held_by(self, operation: str, body: bytes) -> Held | None:
        """What holds a request that just came in, if anything does."""
        with self._lock:
            self.operations.append(operation)
            for held in self._held:
                if held.operation == operation and held.containing.encode() in body and not held.reached.is_set():
                    if held.when == "before":
                        held.reached.set()
                    return held
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    turnstile: Turnstile

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed leaves broken connections."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        held = self.server.turnstile.held_by(operation, body)
        if held is not None and held.when == "before":
            held.opened.wait(PATIENCE)
        status, headers, answer = self._forward(body)
        if held is not None:
            held.landed.set()
            held.reached.set()
            if held.when == "after":
                held.opened.wait(PATIENCE)
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(*self.server.turnstile.upstream, timeout=PATIENCE)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_HEADERS}
            connection.request(self.command, self.path, body=body, headers=headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in _HOP_HEADERS}
            return response.status, kept, response.read()
        finally:
            connection.close()
