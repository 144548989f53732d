"""HTTP/1.1 messages as bytes: what clients and engines use of it, at a fraction of ``http.client``'s cost."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import BinaryIO

_FRAMING = frozenset({b"connection", b"content-length", b"keep-alive", b"transfer-encoding"})
LINE_LIMIT = 65_536


class BrokenMessageError(Exception):
    """The other side ended in the middle of a message, or sent no HTTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request or an answer.

    Attributes:
        start: Its first line, without the line's end.
        headers: Its header lines without those that frame the body, in order: the name as sent, and the value.
        body: The whole body.
        closes: Whether its sender closes the connection after it.
    """

    start: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    closes: bool = False

    def header(self, name: bytes) -> bytes:
        """A header's value by its name in lower case; empty where it is missing."""
        return next((value for each, value in self.headers if each.lower() == name), b"")

    @property
    def status(self) -> int:
        """An answer's status."""
        return int(self.start.split(b" ", 2)[1])

    def encoded(self) -> bytes:
        """As it goes over the wire."""
        lines = [self.start, *(name + b": " + value for name, value in self.headers)]
        return b"\r\n".join([*lines, b"Content-Length: %d" % len(self.body), b"", self.body])


def read(stream: BinaryIO) -> Message | None:
    """The next message of a connection; None where the other side has ended.

    Raises:
        BrokenMessageError: It ends in the middle of one.
    """
    start = stream.readline(LINE_LIMIT)
    if not start:
        return None
    headers, framing = [], {}
    while (line := stream.readline(LINE_LIMIT)) not in (b"\r\n", b"\n"):
        name, colon, value = line.partition(b":")
        if not colon:
            raise BrokenMessageError(line)
        if name.lower() in _FRAMING:
            framing[name.lower()] = value.strip().lower()
        else:
            headers.append((name, value.strip()))
    body = (
        _chunks(stream) if b"transfer-encoding" in framing else _exactly(stream, int(framing.get(b"content-length", 0)))
    )
    closes = framing.get(b"connection") == b"close"
    return Message(start=start.rstrip(), headers=tuple(headers), body=body, closes=closes)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    body = stream.read(size) if size else b""
    if len(body) != size:
        raise BrokenMessageError(body)
    return body


def _chunks(stream: BinaryIO) -> bytes:
    parts = []
    while size := int(stream.readline(LINE_LIMIT).split(b";")[0] or b"0", 16):
        parts.append(_exactly(stream, size))
        stream.readline(LINE_LIMIT)
    while stream.readline(LINE_LIMIT) not in (b"\r\n", b"\n", b""):
        pass
    return b"".join(parts)


class Upstream:
    """A connection to an engine, made when it is first needed, and anew where it is stale."""

    def __init__(self, address: tuple[str, int], timeout: float) -> None:
        self._address, self._timeout = address, timeout
        self._socket: socket.socket | None = None
        self._stream: BinaryIO | None = None

    def ask(self, request: bytes) -> Message:
        """Send a request, once, and return its answer.

        Raises:
            BrokenMessageError: The engine ended before it answered.
            OSError: It cannot be reached.
        """
        if self._socket is None or self._stream is None:
            self._socket = socket.create_connection(self._address, self._timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._stream = self._socket.makefile("rb")
        self._socket.sendall(request)
        answer = read(self._stream)
        if answer is None:
            raise BrokenMessageError(b"")
        if answer.closes:
            self.close()
        return answer

    def close(self) -> None:
        """Close it; the next request makes it anew."""
        if self._socket is not None and self._stream is not None:
            self._stream.close()
            self._socket.close()
        self._socket = self._stream = None
