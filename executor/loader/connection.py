"""One kept connection that speaks as much HTTP/1.1 as DynamoDB answers with, in tasks of a loop.

urllib3 makes the connection (name, proxy, tunnel, TLS); requests and answers then go over its socket directly: a
general client spends ten times as long on an answer's headers as DynamoDB's few need.
"""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import exceptions as bc
from botocore.httpsession import ProxyConfiguration
from urllib3 import exceptions as u3
from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig
from urllib3.util import Url, parse_url

from executor.loader.loop import Aside, Ready

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.loader.endpoint import Endpoint
    from executor.loader.loop import Task

_READ = 65_536
_MAX_HEAD = 65_536
_END = b"\r\n"
_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the service whose checksum, where it has one, is right."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes


class Connection:
    """A connection for one request at a time; made when first used, and anew after it broke.

    Args:
        endpoint: Where to.
        tls: What verifies it; None without TLS.
    """

    def __init__(self, endpoint: Endpoint, tls: ssl.SSLContext | None) -> None:
        self._endpoint = endpoint
        self._tls = tls
        self._connected: HTTPConnection | None = None
        self._buffer = bytearray()
        self._sock: socket.socket
        self._blocks = False
        self._readable: Ready
        self._writable: Ready

    def close(self) -> None:
        """Give the socket back."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    def open(self) -> Task[None]:
        """Connect, where it is not.

        Raises:
            BotoCoreError: No connection came about, as botocore calls it.
        """
        if self._connected is None:
            yield Aside(self._connect)

    def exchange(self, head: bytes, body: bytes) -> Task[Answer]:
        """Send a request and read its answer; connects where ``open`` has not.

        Args:
            head: Request line and headers, each with its end of line.
            body: The content.

        Raises:
            BotoCoreError: No connection came about, or it broke, as botocore calls it.
        """
        yield from self.open()
        try:
            yield from self._send(b"%b%b\r\n%b" % (head, self._extra, body))
            answer, keep = yield from self._read()
        except TimeoutError as error:
            self.close()
            raise bc.ReadTimeoutError(endpoint_url=self._endpoint.url, error=error) from error
        except OSError as error:
            self.close()
            raise bc.ConnectionClosedError(endpoint_url=self._endpoint.url, error=error) from error
        except BaseException:
            self.close()
            raise
        # What follows an answer belongs to no request of ours.
        if not keep or self._buffer:
            self.close()
        _check(answer)
        return answer

    def _connect(self) -> None:
        self._buffer.clear()
        connection = self._new()
        try:
            connection.connect()
        except (u3.HTTPError, http.client.HTTPException, OSError) as error:
            # A tunnel may fail with the way to the proxy open.
            connection.close()
            raise self._unmade(error) from error
        self._sock = connection.sock
        # TLS inside of a proxy's TLS is no socket of the system's, and loses what it cannot send at once.
        self._blocks = not isinstance(self._sock, socket.socket)
        self._sock.settimeout(self._endpoint.read_seconds if self._blocks else 0.0)
        descriptor, seconds = self._sock.fileno(), self._endpoint.read_seconds
        self._readable = Ready(descriptor, select.POLLIN, seconds)
        self._writable = Ready(descriptor, select.POLLOUT, seconds)
        self._connected = connection

    def _unmade(self, error: Exception) -> bc.BotoCoreError:
        at = self._endpoint
        if isinstance(error, (u3.SSLError, ssl.SSLError)):
            return bc.SSLError(endpoint_url=at.url, error=error)
        timed_out = isinstance(error, (u3.ConnectTimeoutError, TimeoutError))
        # urllib3 counts every connection that was not made among those that took too long.
        if timed_out and not isinstance(error, u3.NewConnectionError):
            return bc.ConnectTimeoutError(endpoint_url=at.url, error=error)
        if at.proxy:
            return bc.ProxyConnectionError(proxy_url=_without_user(at.proxy), error=error)
        return bc.EndpointConnectionError(endpoint_url=at.url, error=error)

    def _new(self) -> HTTPConnection:
        at = self._endpoint
        made = HTTPSConnection if at.is_tls else HTTPConnection
        options: dict[str, Any] = {"ssl_context": self._tls} if at.is_tls else {}
        if not at.proxy:
            connection = made(at.name, at.port, timeout=at.connect_seconds, **options)
            self._extra = b""
            return connection
        proxy: Url = parse_url(at.proxy)
        headers = ProxyConfiguration().proxy_headers_for(at.proxy)
        connection = made(proxy.host or "", proxy.port or 80, timeout=at.connect_seconds, proxy=proxy, **options)
        if at.is_tls:
            # The proxy's own certificate, where it has one, is trusted as the endpoint's is.
            connection.proxy_config = ProxyConfig(self._tls, False, None, None)  # noqa: FBT003 - no names in urllib3
            connection.set_tunnel(at.name, at.port, headers, scheme=proxy.scheme or "http")
            headers = {}
        self._extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("latin-1")
        return connection

    def _send(self, text: bytes) -> Task[None]:
        left = memoryview(text)
        while left:
            try:
                left = left[self._sock.send(left) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                yield self._writable
            except ssl.SSLWantReadError:
                yield self._readable

    def _read(self) -> Task[tuple[Answer, bool]]:
        buffer = self._buffer
        while (end := buffer.find(_END_OF_HEAD)) < 0:
            if len(buffer) > _MAX_HEAD:
                raise OSError("the head of the answer has no end")
            yield from self._more()
        first, *lines = bytes(buffer[:end]).split(_END)
        del buffer[: end + len(_END_OF_HEAD)]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        status = _status(first)
        body, ended = yield from self._body(headers)
        keep = ended and headers.get(b"connection", b"").lower() != b"close" and first.startswith(b"HTTP/1.1")
        return Answer(status, headers, body), keep

    def _body(self, headers: Mapping[bytes, bytes]) -> Task[tuple[bytes, bool]]:
        """The body, and whether its end was told rather than the connection's."""
        if b"chunked" in headers.get(b"transfer-encoding", b"").lower():
            return (yield from self._chunks()), True
        length = headers.get(b"content-length")
        if length is not None:
            return (yield from self._take(_number(length, 10))), True
        while (yield from self._received()):
            pass
        return bytes(self._buffer), False

    def _chunks(self) -> Task[bytes]:
        parts = []
        while size := _number((yield from self._line()).partition(b";")[0], 16):
            parts.append((yield from self._take(size)))
            yield from self._line()
        while (yield from self._line()):
            pass
        return b"".join(parts)

    def _line(self) -> Task[bytes]:
        while (end := self._buffer.find(_END)) < 0:
            yield from self._more()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + len(_END)]
        return line

    def _take(self, size: int) -> Task[bytes]:
        while len(self._buffer) < size:
            yield from self._more()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _more(self) -> Task[None]:
        if not (yield from self._received()):
            raise ConnectionResetError("the connection was closed before the answer's end")

    def _received(self) -> Task[bool]:
        """Whether more came, rather than the end."""
        sock = self._sock
        # What TLS has deciphered already makes no descriptor readable.
        if not (self._blocks or (isinstance(sock, ssl.SSLSocket) and sock.pending())):
            yield self._readable
        while True:
            try:
                received = sock.recv(_READ)
            except (BlockingIOError, ssl.SSLWantReadError):
                yield self._readable
            except ssl.SSLWantWriteError:
                yield self._writable
            else:
                self._buffer += received
                return bool(received)


def _status(line: bytes) -> int:
    parts = line.split(None, 2)
    if len(parts) < 2 or not line.startswith(b"HTTP/1."):  # noqa: PLR2004 - version and status
        raise OSError("the answer is no HTTP")
    return _number(parts[1], 10)


def _number(text: bytes, base: int) -> int:
    try:
        return int(text, base)
    except ValueError:
        raise OSError("a length in the answer is no number") from None


def _check(answer: Answer) -> None:
    """Refuse an answer that was changed on its way.

    Raises:
        ChecksumError: Its own checksum says so.
    """
    told = answer.headers.get(b"x-amz-crc32")
    if told is None:
        return
    found = str(zlib.crc32(answer.body))
    if told != found.encode():
        raise bc.ChecksumError(checksum_type="crc32", expected_checksum=told.decode("latin-1"), actual_checksum=found)


def _without_user(proxy: str) -> str:
    parts = parse_url(proxy)
    return f"{parts.scheme}://{parts.host}:{parts.port}"
