"""How one connection is served."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from tests.fakes.claude.access import Door, check_access, door
from tests.fakes.claude.blocks import Json, sequence, tokens
from tests.fakes.claude.events import BrokenOffError, Event, events
from tests.fakes.claude.models import MODELS
from tests.fakes.claude.refusal import STATUS, RefusedError
from tests.fakes.claude.rules import check
from tests.fakes.claude.steps import Answer, Failure

if TYPE_CHECKING:
    from tests.fakes.claude.server import FakeClaude, Recorded

MAX_BYTES = 32 * 1024 * 1024


class _GoneError(Exception):
    """The caller closed the connection while it was waited on."""


class Handler(BaseHTTPRequestHandler):
    """Serves the connections of one `FakeClaude`."""

    protocol_version = "HTTP/1.1"
    fake: FakeClaude
    recorded: Recorded
    request_id: str

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's signature
        """Say nothing."""

    def handle(self) -> None:
        """Serve until the caller goes, and note one that goes too soon."""
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError, _GoneError):
            self.fake.hang_up()
            self.close_connection = True

    def do_GET(self) -> None:
        """The list of models, or one of them."""
        self._record(b"")
        way = door(self.path)
        path = self.path.partition("?")[0].removeprefix(way.prefix)
        try:
            check_access(self.recorded.headers, way, self.fake.key)
            name = path.removeprefix("/v1/models/")
            if name not in MODELS:
                raise RefusedError(f"model: {name}", type="not_found_error")  # noqa: TRY301 - one place answers refusals
        except RefusedError as refused:
            self._fail(Failure(type=refused.type, message=refused.message))
            return
        self._json(200, {"type": "model", "id": name, "display_name": name, "max_tokens": MODELS[name].max_output})

    def do_POST(self) -> None:
        """Check a request, then answer it by the script."""
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        self._record(raw)
        try:
            body = self._checked(raw)
        except RefusedError as refused:
            self._fail(Failure(type=refused.type, message=refused.message))
            return
        if self.path.partition("?")[0].endswith("/count_tokens"):
            self._json(200, {"input_tokens": sum(tokens(block.text) for block in sequence(body))})
            return
        step = self.fake.next_step(body)
        self._pause(step.wait)
        if isinstance(step, Failure):
            self._fail(step)
            return
        message = self.fake.author.message(body, step)
        if body.get("stream"):
            self._stream(message, step)
        else:
            self._json(200, message)

    def _checked(self, raw: bytes) -> Json:
        way = door(self.path)
        path = self.path.partition("?")[0].removeprefix(way.prefix)
        check_access(self.recorded.headers, way, self.fake.key)
        if len(raw) > MAX_BYTES:
            raise RefusedError("Request exceeds the maximum size", type="request_too_large")
        if path not in {"/v1/messages", "/v1/messages/count_tokens"}:
            raise RefusedError("Not Found", type="not_found_error")
        body = _parsed(raw, way)
        check(body, self.fake.author.made_under, counting=path.endswith("/count_tokens"))
        return body

    def _record(self, raw: bytes) -> None:
        from tests.fakes.claude.server import Recorded  # noqa: PLC0415 - the server is made of this module

        headers = {name.lower(): value for name, value in self.headers.items()}
        self.recorded = Recorded(method=self.command, path=self.path, headers=headers, raw=raw)
        self.request_id = self.fake.next_id("req")
        self.fake.record(self.recorded)

    def _start(self, status: int, headers: Mapping[str, str]) -> None:
        self.recorded.status = status
        self.send_response(status)
        for name, value in {"request-id": self.request_id, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _json(self, status: int, payload: Json, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(payload).encode()
        self._start(status, {"content-type": "application/json", "content-length": str(len(data)), **(headers or {})})
        self.wfile.write(data)

    def _fail(self, failure: Failure) -> None:
        error = {"type": failure.type, "message": failure.message}
        details = {"details": dict(failure.details)} if failure.details else {}
        payload = {"type": "error", "error": {**error, **details}, "request_id": self.request_id}
        self._json(failure.status or STATUS[failure.type], payload, failure.headers)

    def _stream(self, message: Json, answer: Answer) -> None:
        self._start(200, {"content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked"})
        try:
            for event in events(message, answer):
                self._send(event)
                if event[1].get("delta", {}).get("type") == "text_delta":
                    self.fake.first_piece.set()
                    self._pause(answer.pause)
        except BrokenOffError as broken:
            if broken.how.how == "cut":
                self._cut()
                return
            if broken.how.how == "error":
                error = {"type": broken.how.type, "message": broken.how.message}
                self._send(("error", {"type": "error", "error": error, "request_id": self.request_id}))
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, event: Event) -> None:
        name, data = event
        raw = f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))
        self.wfile.flush()

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _pause(self, seconds: float) -> None:
        """Wait, unless the caller goes away meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([self.connection], [], [], left)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise _GoneError


def _parsed(raw: bytes, way: Door) -> Json:
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        raise RefusedError("The request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise RefusedError("The request body is not a JSON object")
    name = body.get("model")
    if way.model_prefix and isinstance(name, str):
        if not name.startswith(way.model_prefix):
            raise RefusedError(f"model: {name}", type="not_found_error")
        body["model"] = name.removeprefix(way.model_prefix)
    return body
