"""A DynamoDB that answers Scan and Query with pages of made items, as many as wanted, over a real socket."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from planner.values import Json

Maker = Callable[[int], Json]


@contextlib.contextmanager
def pages(count: int, make: Maker, per_page: int = 500) -> Iterator[str]:
    """Serve ``count`` items in pages; yields the endpoint URL. Every request is answered alike.

    Args:
        count: Of items in all.
        make: An item in DynamoDB JSON by its number; its key is ``id``.
        per_page: Items of one page.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Nothing that tells an engine."""
            self.send_error(404)

        def do_POST(self) -> None:
            """The page after the key that the request names."""
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            start = int(request.get("ExclusiveStartKey", {"id": {"S": "-1"}})["id"]["S"]) + 1
            end = min(count, start + per_page)
            answer: dict[str, Json] = {"Items": [make(number) for number in range(start, end)]}
            answer |= {"Count": end - start, "ScannedCount": end - start}
            answer["ConsumedCapacity"] = {"TableName": request["TableName"], "CapacityUnits": 1.0}
            if end < count:
                answer["LastEvaluatedKey"] = {"id": {"S": str(end - 1)}}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
