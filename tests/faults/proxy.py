"""A proxy between one client process and an engine: counts API calls, knows the operation, and injects faults.

microburst, which does much of this by rules, knows neither the client's process nor the number of a call, cannot hold
a request until told, and cannot pass half of a batch on; so the harness has its own.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, assert_never
from urllib.parse import urlsplit

from tests.faults.actions import (
    Action,
    Answer,
    Call,
    DropAnswer,
    DropRequest,
    Forward,
    Gate,
    Hold,
    Kill,
    Schedule,
    Unprocessed,
    nothing,
)

UPSTREAM_TIMEOUT = 60.0
GATE_TIMEOUT = 120.0
IDLE_LIMIT = 2.0
"""A connection to the engine that was idle for longer is made anew: the engine may be closing it."""
_HOP_HEADERS = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of one call.

    Attributes:
        call: The call.
        action: What was done to it.
        status: The engine's answer; 0 where the request never reached it.
    """

    call: Call
    action: Action
    status: int


@dataclass(slots=True)
class Session:
    """One client's calls.

    Attributes:
        schedule: Decides about each.
        struck: The calls that something is done to, as soon as that is decided.
        records: What became of each call, in order of their ends.
        victim: The client's process id, once it is known.
    """

    schedule: Schedule = nothing
    struck: list[Call] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    count: int = 0
    victim: int = 0
    has_victim: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def decide(self, operation: str, body: bytes) -> tuple[Call, Action]:
        """Count a call and ask the schedule about it."""
        with self.lock:
            self.count += 1
            call = Call(number=self.count, operation=operation, body=body)
            action = self.schedule(call)
            if action != Forward():
                self.struck.append(call)
            return call, action

    def note(self, record: Record) -> None:
        """Keep what became of a call."""
        with self.lock:
            self.records.append(record)

    def kill(self) -> None:
        """Kill the client, as nothing but the operating system can."""
        self.has_victim.wait(GATE_TIMEOUT)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.victim, signal.SIGKILL)


class Proxy:
    """The proxy's listening side; a context manager.

    ``begin`` starts a session; connections that are made from then on belong to it, and requests of earlier ones go on
    as they were told to.
    """

    def __init__(self, upstream: str) -> None:
        address = urlsplit(upstream)
        self.upstream = (address.hostname or "127.0.0.1", address.port or 80)
        self.session = Session()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    @property
    def endpoint_url(self) -> str:
        """Where clients find it."""
        assert self._server is not None, "the proxy has not begun to listen"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def begin(self, schedule: Schedule = nothing) -> Session:
        """Start a session for a new client."""
        self.session = Session(schedule=schedule)
        return self.session


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    proxy: Proxy

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed leaves broken connections; they are what the harness is about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.session = self.server.proxy.session
        self._upstream: http.client.HTTPConnection | None = None
        self._used = 0.0

    def finish(self) -> None:
        if self._upstream is not None:
            self._upstream.close()
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        """The records are the log."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or _query_action(body)
        call, action = self.session.decide(operation, body)
        status = 0
        try:
            status = self._act(call, action)
        finally:
            self.session.note(Record(call=call, action=action, status=status))

    def _act(self, call: Call, action: Action) -> int:
        match action:
            case Forward(latency=latency):
                time.sleep(latency)
                answered = self._pass_on(call.body)
            case Kill(after=after):
                answered = self._forward(call.body)[0] if after else 0
                self.session.kill()
                self._hang_up()
            case DropRequest():
                answered = 0
                self._hang_up()
            case DropAnswer():
                answered = self._forward(call.body)[0]
                self._hang_up()
            case Hold(gate=gate):
                answered = self._held(call, gate)
            case Answer(status=status, code=code, message=message):
                answered = 0
                self._reply(status, _error(code, message), {"Content-Type": "application/x-amz-json-1.0"})
            case Unprocessed():
                answered = self._halve(call)
            case _:
                assert_never(action)
        return answered

    def _held(self, call: Call, gate: Gate) -> int:
        gate.reached.set()
        if not gate.opened.wait(GATE_TIMEOUT):
            self._hang_up()
            return 0
        status, headers, answer = self._forward(call.body)
        gate.status, gate.answer = status, answer
        gate.landed.set()
        self._reply(status, answer, headers)
        return status

    def _halve(self, call: Call) -> int:
        if call.operation != "BatchWriteItem":
            return self._pass_on(call.body)
        request = json.loads(call.body)
        first, rest = _split(request["RequestItems"])
        status, headers, answer = self._forward(json.dumps({**request, "RequestItems": first}).encode())
        if status == http.HTTPStatus.OK:
            answer = json.dumps({**json.loads(answer), "UnprocessedItems": rest}).encode()
        # The engine's checksum is of its own answer.
        kept = {name: value for name, value in headers.items() if name.lower() != "x-amz-crc32"}
        self._reply(status, answer, kept)
        return status

    def _pass_on(self, body: bytes) -> int:
        status, headers, answer = self._forward(body)
        self._reply(status, answer, headers)
        return status

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send the request to the engine, once, and return its answer."""
        connection = self._connection()
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_HEADERS}
        connection.request(self.command, self.path, body=body, headers=headers)
        response = connection.getresponse()
        answer = response.read()
        self._used = time.monotonic()
        kept = {name: value for name, value in response.getheaders() if name.lower() not in _HOP_HEADERS}
        return response.status, kept, answer

    def _connection(self) -> http.client.HTTPConnection:
        if self._upstream is not None and time.monotonic() - self._used > IDLE_LIMIT:
            self._upstream.close()
            self._upstream = None
        if self._upstream is None:
            host, port = self.server.proxy.upstream
            self._upstream = http.client.HTTPConnection(host, port, timeout=UPSTREAM_TIMEOUT)
            self._upstream.connect()
            self._upstream.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._upstream

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def _query_action(body: bytes) -> str:
    """The operation of a service with form parameters, such as STS; empty where there is none."""
    for part in body.split(b"&"):
        if part.startswith(b"Action="):
            return part.removeprefix(b"Action=").decode(errors="replace")
    return ""


def _error(code: str, message: str) -> bytes:
    return json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}).encode()


def _split(items: dict[str, list[Any]]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The first half of a batch's requests and the rest, by table; at least one goes through."""
    flat = [(table, request) for table, requests in items.items() for request in requests]
    middle = (len(flat) + 1) // 2
    halves: tuple[dict[str, list[Any]], dict[str, list[Any]]] = ({}, {})
    for place, (table, request) in enumerate(flat):
        halves[place >= middle].setdefault(table, []).append(request)
    return halves
