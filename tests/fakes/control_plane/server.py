"""The fake behind a real socket, so that the real command line can be run against it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.fakes.control_plane.account import Account
from tests.fakes.control_plane.wire import respond


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that runs.

    Attributes:
        endpoint_url: Where it listens.
        account: Who answers.
    """

    endpoint_url: str
    account: Account


@contextlib.contextmanager
def serve(account: Account, port: int = 0) -> Iterator[Running]:
    """Listen on the loopback interface.

    Args:
        account: Who answers.
        port: Where; 0 for any that is free.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            """Every call of every service."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            target, scope = self.headers.get("X-Amz-Target", ""), self.headers.get("Authorization", "")
            answer = respond(account, target, scope, body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def do_GET(self) -> None:
            """Questions about which engine this is: none of them."""
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Running(endpoint_url=f"http://127.0.0.1:{server.server_address[1]}", account=account)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
