"""A proxy between one client process and an engine: counts API calls, knows the operation, and injects faults.

microburst, which does much of this by rules, knows neither the client's process nor the number of a call, cannot hold
a request until told, and cannot pass half of a batch on; so the harness has its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import socketserver
import threading
import time
from dataclasses import dataclass, field, replace
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
from tests.faults.messages import Message, Upstream, read

UPSTREAM_TIMEOUT = 60.0
GATE_TIMEOUT = 120.0
IDLE_LIMIT = 2.0
"""A connection to the engine that was idle for longer is made anew: the engine may be closing it."""
OK = 200


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


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128
    proxy: Proxy

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed leaves broken connections; they are what the harness is about."""


class _Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self._session = self.server.proxy.session
        self._upstream = Upstream(self.server.proxy.upstream, UPSTREAM_TIMEOUT)
        self._used = 0.0
        self._open = True

    def finish(self) -> None:
        self._upstream.close()
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        while self._open and (request := read(self.rfile)) is not None:
            self._serve(request)
            self._open = self._open and not request.closes

    def _serve(self, request: Message) -> None:
        operation = request.header(b"x-amz-target").decode().rpartition(".")[2] or _query_action(request.body)
        call, action = self._session.decide(operation, request.body)
        status = 0
        try:
            status = self._act(request, call, action)
        finally:
            self._session.note(Record(call=call, action=action, status=status))

    def _act(self, request: Message, call: Call, action: Action) -> int:
        match action:
            case Forward(latency=latency):
                time.sleep(latency)
                answered = self._reply(self._forward(request))
            case Kill(after=after):
                answered = self._forward(request).status if after else 0
                self._session.kill()
                self._hang_up()
            case DropRequest():
                answered = 0
                self._hang_up()
            case DropAnswer():
                answered = self._forward(request).status
                self._hang_up()
            case Hold(gate=gate):
                answered = self._held(request, gate)
            case Answer(status=status, code=code, message=message):
                answered = 0
                self._reply(_error(status, code, message))
            case Unprocessed():
                answered = self._halve(request, call)
            case _:
                assert_never(action)
        return answered

    def _held(self, request: Message, gate: Gate) -> int:
        gate.reached.set()
        if not gate.opened.wait(GATE_TIMEOUT):
            self._hang_up()
            return 0
        answer = self._forward(request)
        gate.status, gate.answer = answer.status, answer.body
        gate.landed.set()
        return self._reply(answer)

    def _halve(self, request: Message, call: Call) -> int:
        if call.operation == "BatchExecuteStatement":
            return self._halve_statements(request, call)
        if call.operation != "BatchWriteItem":
            return self._reply(self._forward(request))
        wanted = json.loads(call.body)
        first, rest = _split(wanted["RequestItems"])
        answer = self._forward(replace(request, body=json.dumps({**wanted, "RequestItems": first}).encode()))
        # The engine's checksum is of its own answer.
        kept = tuple((name, value) for name, value in answer.headers if name.lower() != b"x-amz-crc32")
        body = answer.body
        if answer.status == OK:
            body = json.dumps({**json.loads(body), "UnprocessedItems": rest}).encode()
        return self._reply(replace(answer, headers=kept, body=body))

    def _halve_statements(self, request: Message, call: Call) -> int:
        wanted = json.loads(call.body)
        statements = wanted["Statements"]
        middle = (len(statements) + 1) // 2
        first = json.dumps({**wanted, "Statements": statements[:middle]}).encode()
        answer = self._forward(replace(request, body=first))
        kept = tuple((name, value) for name, value in answer.headers if name.lower() != b"x-amz-crc32")
        body = answer.body
        if answer.status == OK:
            content = json.loads(body)
            refused = {"Error": {"Code": "ThrottlingError", "Message": "Rate exceeded"}}
            content["Responses"] += [refused] * (len(statements) - middle)
            body = json.dumps(content).encode()
        return self._reply(replace(answer, headers=kept, body=body))

    def _forward(self, request: Message) -> Message:
        """Send the request to the engine, once, and return its answer."""
        if time.monotonic() - self._used > IDLE_LIMIT:
            self._upstream.close()
        answer = self._upstream.ask(request.encoded())
        self._used = time.monotonic()
        return answer

    def _reply(self, answer: Message) -> int:
        self.wfile.write(answer.encoded())
        return answer.status

    def _hang_up(self) -> None:
        self._open = False
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def _query_action(body: bytes) -> str:
    """The operation of a service with form parameters, such as STS; empty where there is none."""
    for part in body.split(b"&"):
        if part.startswith(b"Action="):
            return part.removeprefix(b"Action=").decode(errors="replace")
    return ""


def _error(status: int, code: str, message: str) -> Message:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}).encode()
    kind = (b"Content-Type", b"application/x-amz-json-1.0")
    return Message(start=b"HTTP/1.1 %d Fault" % status, headers=(kind,), body=body)


def _split(items: dict[str, list[Any]]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The first half of a batch's requests and the rest, by table; at least one goes through."""
    flat = [(table, request) for table, requests in items.items() for request in requests]
    middle = (len(flat) + 1) // 2
    halves: tuple[dict[str, list[Any]], dict[str, list[Any]]] = ({}, {})
    for place, (table, request) in enumerate(flat):
        halves[place >= middle].setdefault(table, []).append(request)
    return halves
