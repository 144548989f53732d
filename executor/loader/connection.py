"""One kept connection that speaks as much HTTP/1.1 as DynamoDB answers with.

urllib3 makes the connection (name, proxy, tunnel, TLS); requests and answers then go over its socket directly: a
general client spends ten times as long on an answer's headers as DynamoDB's few need.
"""

from __future__ import annotations

import ssl
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import exceptions as bc
from botocore.httpsession import ProxyConfiguration
from urllib3 import exceptions as u3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Url, parse_url

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from executor.loader.endpoint import Endpoint

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

    def close(self) -> None:
        """Give the socket back."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    def open(self) -> socket.socket:
        """The socket, connected.

        Raises:
            BotoCoreError: No connection came about, as botocore calls it.
        """
        if self._connected is None:
            self._connected = self._connect()
        sock: socket.socket = self._connected.sock
        return sock

    def exchange(self, head: bytes, body: bytes) -> Answer:
        """Send a request and read its answer; connects where ``open`` has not.

        Args:
            head: Request line and headers, each with its end of line.
            body: The content.

        Raises:
            BotoCoreError: No connection came about, or it broke, as botocore calls it.
        """
        sock = self.open()
        try:
            sock.sendall(b"%b%b\r\n%b" % (head, self._extra, body))
            answer, keep = self._read(sock)
        except TimeoutError as error:
            self.close()
            raise bc.ReadTimeoutError(endpoint_url=self._endpoint.url, error=error) from error
        except OSError as error:
            self.close()
            raise bc.ConnectionClosedError(endpoint_url=self._endpoint.url, error=error) from error
        except BaseException:
            self.close()
            raise
        if not keep:
            self.close()
        _check(answer)
        return answer

    def _connect(self) -> HTTPConnection:
        self._buffer.clear()
        at = self._endpoint
        connection = self._new()
        try:
            connection.connect()
        except (u3.HTTPError, OSError) as error:
            raise self._unmade(error) from error
        connection.sock.settimeout(at.read_seconds)
        return connection

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
            connection.set_tunnel(at.name, at.port, headers, scheme=proxy.scheme or "http")
            headers = {}
        self._extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("latin-1")
        return connection

    def _read(self, sock: socket.socket) -> tuple[Answer, bool]:
        buffer = self._buffer
        while (end := buffer.find(_END_OF_HEAD)) < 0:
            if len(buffer) > _MAX_HEAD:
                raise OSError("the head of the answer has no end")
            self._more(sock)
        first, *lines = bytes(buffer[:end]).split(_END)
        del buffer[: end + len(_END_OF_HEAD)]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        status = _status(first)
        body, ended = self._body(sock, headers)
        keep = ended and headers.get(b"connection", b"").lower() != b"close" and first.startswith(b"HTTP/1.1")
        return Answer(status, headers, body), keep

    def _body(self, sock: socket.socket, headers: Mapping[bytes, bytes]) -> tuple[bytes, bool]:
        """The body, and whether its end was told rather than the connection's."""
        if b"chunked" in headers.get(b"transfer-encoding", b"").lower():
            return self._chunks(sock), True
        length = headers.get(b"content-length")
        if length is not None:
            return self._take(sock, _number(length, 10)), True
        buffer = self._buffer
        while received := sock.recv(_READ):
            buffer += received
        return bytes(buffer), False

    def _chunks(self, sock: socket.socket) -> bytes:
        parts = []
        while size := _number(self._line(sock).partition(b";")[0], 16):
            parts.append(self._take(sock, size))
            self._line(sock)
        while self._line(sock):
            pass
        return b"".join(parts)

    def _line(self, sock: socket.socket) -> bytes:
        while (end := self._buffer.find(_END)) < 0:
            self._more(sock)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + len(_END)]
        return line

    def _take(self, sock: socket.socket, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more(sock)
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _more(self, sock: socket.socket) -> None:
        received = sock.recv(_READ)
        if not received:
            raise ConnectionResetError("the connection was closed before the answer's end")
        self._buffer += received


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
