"""The part of GitHub's API that the comment of a pull request needs, strict about it, over a real socket."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

LONGEST_COMMENT = 65_536
TOKEN = "token-of-the-job"  # noqa: S105 - the fake's own


class GitHub(ThreadingHTTPServer):
    """A repository ``owner/name`` with one pull request, number 7.

    Attributes:
        comments: Its comments, oldest first.
        methods: What was asked, in order.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.comments: list[dict[str, Any]] = []
        self.methods: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: GitHub

    def do_GET(self) -> None:
        """A page of comments; whose token it is, a job may not ask."""
        address = urlsplit(self.path)
        if not self._may("GET") or address.path != "/repos/owner/name/issues/7/comments":
            self._answer(404, {"message": "Not Found"})
            return
        query = {name: int(values[0]) for name, values in parse_qs(address.query).items()}
        size, page = min(query.get("per_page", 30), 100), query.get("page", 1)
        self._answer(200, self.server.comments[(page - 1) * size : page * size])

    def do_POST(self) -> None:
        """A new comment."""
        body = self._body()
        if not self._may("POST") or self.path != "/repos/owner/name/issues/7/comments":
            self._answer(404, {"message": "Not Found"})
        elif self._fits(body):
            made = {
                "id": len(self.server.comments) + 1,
                "user": {"login": "github-actions[bot]", "type": "Bot"},
                "body": body["body"],
                "html_url": f"{self.server.url}/made",
            }
            self.server.comments.append(made)
            self._answer(201, made)

    def do_PATCH(self) -> None:
        """A comment written anew."""
        body = self._body()
        found = re.fullmatch(r"/repos/owner/name/issues/comments/(\d+)", self.path)
        one = next((c for c in self.server.comments if found and c["id"] == int(found[1])), None)
        if not self._may("PATCH") or one is None:
            self._answer(404, {"message": "Not Found"})
        elif self._fits(body):
            one["body"] = body["body"]
            self._answer(200, one)

    def _may(self, method: str) -> bool:
        self.server.methods.append(method)
        return self.headers["Authorization"] == f"Bearer {TOKEN}" and bool(self.headers["User-Agent"])

    def _body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return found

    def _fits(self, body: dict[str, Any]) -> bool:
        if 0 < len(body["body"]) <= LONGEST_COMMENT:
            return True
        self._answer(422, {"message": "Validation Failed"})
        return False

    def _answer(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's signature
        """Say nothing."""
