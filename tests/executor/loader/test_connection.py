"""What answers may look like on the wire, and what may go wrong with a connection."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore import exceptions as bc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from executor.connection import is_unsent
from executor.loader.connection import Connection
from executor.loader.endpoint import Endpoint
from tests.executor.loader.driving import driven

HEAD = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n"
BODY = b"{}"
Script = Callable[[socket.socket], None]
Serve = Callable[..., int]


def answer(body: bytes, *lines: bytes) -> bytes:
    """A whole answer with a length."""
    head = b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *lines])
    return head + b"\r\n\r\n" + body


def request(conversation: socket.socket) -> bytes:
    """The head of the next request, its body read too."""
    received = b""
    while not received.endswith(b"\r\n\r\n{}"):
        more = conversation.recv(4096)
        if not more:
            return b""
        received += more
    return received


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that plays one script for each connection, in order; gives its port."""
    listening: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(*scripts: Script) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def play() -> None:
            for script in scripts:
                conversation, _ = server.accept()
                with conversation:
                    script(conversation)

        thread = threading.Thread(target=play)
        thread.start()
        threads.append(thread)
        return int(server.getsockname()[1])

    yield start
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()
    for server in listening:
        server.close()


def to(port: int, scheme: str = "http", **more: object) -> Endpoint:
    """An endpoint on this machine."""
    return Endpoint(url=f"{scheme}://localhost:{port}/", region="eu-west-1", **more)  # type: ignore[arg-type] # as given


def says(*answers: bytes) -> Script:
    """A script that answers each request in turn."""

    def script(conversation: socket.socket) -> None:
        for one in answers:
            request(conversation)
            conversation.sendall(one)

    return script


def test_one_connection_serves_many_requests(serve: Serve) -> None:
    """Answers with a length, in chunks and without content follow one another on one connection."""
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
    port = serve(says(answer(b"one"), chunked, answer(b""), answer(b"four")))
    connection = Connection(to(port), None)
    bodies = [driven(connection.exchange(HEAD, BODY)).body for _ in range(4)]
    connection.close()

    assert bodies == [b"one", b"abcde", b"", b"four"]


def test_an_answer_may_come_in_pieces(serve: Serve) -> None:
    """An answer that arrives byte by byte is one answer."""

    def dribble(conversation: socket.socket) -> None:
        request(conversation)
        for byte in answer(b"whole", b"x-amz-crc32: %d" % zlib.crc32(b"whole")):
            conversation.sendall(bytes([byte]))

    connection = Connection(to(serve(dribble)), None)

    assert driven(connection.exchange(HEAD, BODY)).body == b"whole"
    connection.close()


def test_a_connection_that_is_to_be_closed_is_made_anew(serve: Serve) -> None:
    """After an answer that ends its connection, or one without a length, the next request has another."""
    without_length = b"HTTP/1.1 200 OK\r\n\r\nuntil the end"
    port = serve(says(answer(b"last", b"Connection: close")), says(without_length), says(answer(b"new")))
    connection = Connection(to(port), None)
    bodies = [driven(connection.exchange(HEAD, BODY)).body for _ in range(3)]
    connection.close()

    assert bodies == [b"last", b"until the end", b"new"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
    ],
)
def test_a_broken_answer_may_have_been_carried_out(serve: Serve, broken: bytes) -> None:
    """A cut or senseless answer is an error after which the request may have landed, and the next one works."""
    connection = Connection(to(serve(says(broken), says(answer(b"ok")))), None)
    with pytest.raises(bc.ConnectionClosedError) as told:
        driven(connection.exchange(HEAD, BODY))

    assert not is_unsent(told.value)
    assert driven(connection.exchange(HEAD, BODY)).body == b"ok"
    connection.close()


def test_nothing_is_taken_for_a_later_answer(serve: Serve) -> None:
    """What comes after an answer without having been asked for is no answer to the next request."""
    connection = Connection(to(serve(says(answer(b"one") + answer(b"stray")), says(answer(b"two")))), None)
    bodies = [driven(connection.exchange(HEAD, BODY)).body for _ in range(2)]
    connection.close()

    assert bodies == [b"one", b"two"]


def test_a_proxy_that_answers_rubbish_is_none(serve: Serve) -> None:
    """A tunnel that does not come about is told as the client tells it."""

    def rubbish(conversation: socket.socket) -> None:
        received = b""
        while not received.endswith(b"\r\n\r\n"):
            received += conversation.recv(1)
        conversation.sendall(b"hello\r\n\r\n")

    at = Endpoint(url="https://localhost:443/", region="r", proxy=f"http://127.0.0.1:{serve(rubbish)}")
    with pytest.raises(bc.ProxyConnectionError):
        driven(Connection(at, at.tls()).exchange(HEAD, BODY))

    # A socket that nobody closed is an error of whatever runs when it is collected: here, of this test.
    gc.collect()


def test_a_changed_answer_is_refused(serve: Serve) -> None:
    """An answer whose checksum is another one's is no answer."""
    connection = Connection(to(serve(says(answer(b"changed", b"x-amz-crc32: 1")))), None)
    with pytest.raises(bc.ChecksumError):
        driven(connection.exchange(HEAD, BODY))
    connection.close()


def test_silence_ends(serve: Serve) -> None:
    """Who never answers is given up after the time for reading."""
    heard = threading.Event()

    def silent(conversation: socket.socket) -> None:
        request(conversation)
        heard.wait(10)

    connection = Connection(to(serve(silent), read_seconds=0.05), None)
    with pytest.raises(bc.ReadTimeoutError):
        driven(connection.exchange(HEAD, BODY))
    heard.set()


def test_nobody_there_is_known_not_to_have_heard() -> None:
    """A refused connection carried nothing out."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(bc.EndpointConnectionError) as told:
        driven(Connection(to(port), None).exchange(HEAD, BODY))

    assert is_unsent(told.value)


def certificate(folder: Path) -> Path:
    """A self-signed certificate of localhost with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def over_tls(file: Path, script: Script) -> Script:
    """The script behind TLS; a client that does not trust it goes away."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def wrapped(conversation: socket.socket) -> None:
        try:
            with context.wrap_socket(conversation, server_side=True) as tls:
                script(tls)
        except (ssl.SSLError, OSError):
            return

    return wrapped


def test_a_certificate_is_trusted_where_its_authority_is_named(serve: Serve, tmp_path: Path) -> None:
    """With the file of certificates that the configuration names, a private authority is trusted."""
    file = certificate(tmp_path)
    at = to(serve(over_tls(file, says(answer(b"safe")))), "https", ca_file=str(file))
    connection = Connection(at, at.tls())

    assert driven(connection.exchange(HEAD, BODY)).body == b"safe"
    connection.close()


def test_an_unknown_certificate_is_refused(serve: Serve, tmp_path: Path) -> None:
    """Without it nothing is sent, and the error is one of certificates."""
    heard: list[bytes] = []
    at = to(serve(over_tls(certificate(tmp_path), lambda tls: heard.append(request(tls)))), "https")
    with pytest.raises(bc.SSLError):
        driven(Connection(at, at.tls()).exchange(HEAD, BODY))

    assert heard == []


def test_a_proxy_passes_plain_requests_on(serve: Serve) -> None:
    """A plain request goes to the proxy, with its user's name for the proxy alone."""
    heard: list[bytes] = []

    def proxy(conversation: socket.socket) -> None:
        heard.append(request(conversation))
        conversation.sendall(answer(b"passed on"))

    port = serve(proxy)
    at = Endpoint(url="http://dynamodb.example/", region="eu-west-1", proxy=f"http://user:word@127.0.0.1:{port}")
    connection = Connection(at, None)

    assert driven(connection.exchange(HEAD, BODY)).body == b"passed on"
    assert b"Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n" in heard[0]
    connection.close()


def test_a_proxy_tunnels_tls(serve: Serve, tmp_path: Path) -> None:
    """With TLS the proxy sees where to, and nothing of the request."""
    file = certificate(tmp_path)
    asked: list[bytes] = []

    def proxy(conversation: socket.socket) -> None:
        received = b""
        while not received.endswith(b"\r\n\r\n"):
            received += conversation.recv(1)
        asked.append(received)
        conversation.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        over_tls(file, says(answer(b"tunnelled")))(conversation)

    port = serve(proxy)
    at = Endpoint(url="https://localhost:443/", region="r", proxy=f"http://127.0.0.1:{port}", ca_file=str(file))
    connection = Connection(at, at.tls())

    assert driven(connection.exchange(HEAD, BODY)).body == b"tunnelled"
    assert asked[0].startswith(b"CONNECT localhost:443 ")
    connection.close()


def test_a_proxy_may_speak_tls_itself(serve: Serve, tmp_path: Path) -> None:
    """The tunnel of a proxy with a certificate of its own carries TLS inside of TLS."""
    file = certificate(tmp_path)
    behind = serve(over_tls(file, says(answer(b"x" * 100_000), answer(b"again"))))

    def proxy(conversation: socket.socket) -> None:
        received = b""
        while not received.endswith(b"\r\n\r\n"):
            received += conversation.recv(1)
        conversation.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", behind)) as further:
            relay = threading.Thread(target=passed_on, args=(further, conversation))
            relay.start()
            passed_on(conversation, further)
            relay.join()

    at = Endpoint(
        url="https://localhost:443/",
        region="r",
        proxy=f"https://localhost:{serve(over_tls(file, proxy))}",
        ca_file=str(file),
    )
    connection = Connection(at, at.tls())
    sizes = [len(driven(connection.exchange(HEAD, BODY)).body) for _ in range(2)]
    connection.close()

    assert sizes == [100_000, 5]


def passed_on(source: socket.socket, target: socket.socket) -> None:
    """Everything from one to the other, and the end too."""
    with contextlib.suppress(OSError):
        while received := source.recv(65_536):
            target.sendall(received)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_large_requests_and_answers_pass_in_parts(serve: Serve, tmp_path: Path, scheme: str) -> None:
    """Of a request that is taken slowly, and of an answer in many parts, nothing is lost or waited for in vain."""
    body = bytes(range(256)) * 20_000
    head = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n" % len(body)

    def slow(conversation: socket.socket) -> None:
        for _ in range(2):
            received = bytearray()
            while (end := received.find(b"\r\n\r\n")) < 0 or len(received) < end + 4 + len(body):
                received += conversation.recv(60_000)
                time.sleep(0.001)
            conversation.sendall(answer(bytes(received[end + 4 :][::-1])))

    file = certificate(tmp_path)
    script = over_tls(file, slow) if scheme == "https" else slow
    at = to(serve(script), scheme, ca_file=str(file))
    connection = Connection(at, at.tls() if scheme == "https" else None)
    answers = [driven(connection.exchange(head, body)).body for _ in range(2)]
    connection.close()

    assert answers == [body[::-1]] * 2


def test_a_proxy_that_is_not_there_is_named_without_its_password() -> None:
    """The message names the proxy, never the password in its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    at = Endpoint(url="http://dynamodb.example/", region="r", proxy=f"http://user:secret@127.0.0.1:{port}")
    with pytest.raises(bc.ProxyConnectionError) as told:
        driven(Connection(at, None).exchange(HEAD, BODY))

    assert "secret" not in str(told.value)
    assert is_unsent(told.value)
