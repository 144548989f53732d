"""A server that accepts every write of DynamoDB at once, so that a client's own cost can be seen.

``python -m tests.fakes.sink PORT``: one process, asyncio, no storage. It answers DescribeTable with a table whose key
is ``id``, and everything else as if all of it had been written.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator

from tests import engines

TABLE = {
    "Table": {
        "TableName": "sink",
        "TableStatus": "ACTIVE",
        "TableId": "00000000-0000-0000-0000-000000000000",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "CreationDateTime": 1_700_000_000,
        "ItemCount": 0,
    },
}


def _answer(content: object) -> bytes:
    body = json.dumps(content).encode()
    head = (
        "HTTP/1.1 200 OK\r\nServer: sink\r\nContent-Type: application/x-amz-json-1.0\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\nx-amzn-RequestId: SINK\r\n"
        f"x-amz-crc32: {zlib.crc32(body)}\r\n\r\n"
    )
    return head.encode() + body


_TABLE = _answer(TABLE)
_BATCH = _answer({"UnprocessedItems": {}})
_PUT = _answer({})
_HEALTH = _answer({"services": {}})
"""The sink is taken for the embedded engine: a load sends there what it sends to DynamoDB."""
_STATEMENTS = {count: _answer({"Responses": [{"TableName": "sink"}] * count}) for count in range(26)}


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers go to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                if b"100-continue" in head:
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            self._transport.write(self._of(head, end + 4, length))
            del self._buffer[: end + 4 + length]

    def _of(self, head: bytes, start: int, length: int) -> bytes:
        if b"get /_ministack/health" in head:
            return _HEALTH
        if b"describetable" in head:
            return _TABLE
        if b"batchwriteitem" in head:
            return _BATCH
        if b"batchexecutestatement" in head:
            return _STATEMENTS[self._buffer.count(b'"Statement":', start, start + length)]
        return _PUT


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The sink as a process of its own; its address."""
    port = engines.free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.fakes.sink", str(port)], cwd=engines.ROOT)
    try:
        engines.wait_until_up(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
