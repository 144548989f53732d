"""What is sent, and what is not any more."""

from __future__ import annotations

import socket
import threading

import pytest
from botocore.credentials import ReadOnlyCredentials

from executor.loader.endpoint import Endpoint
from executor.loader.sender import Sender
from executor.retry import StoppedError
from tests.executor.loader.driving import driven


def test_a_stop_is_seen_when_all_is_ready_to_be_sent() -> None:
    """A lock that is lost while a connection is made and a request signed: the request is not sent."""
    stop = threading.Event()

    def credentials() -> ReadOnlyCredentials:
        stop.set()
        return ReadOnlyCredentials("key", "secret", None)

    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = Endpoint(url=f"http://127.0.0.1:{server.getsockname()[1]}/", region="eu-west-1")
        sender = Sender(endpoint, credentials, stop, lambda _: None, lambda: None, lambda _: None)
        with pytest.raises(StoppedError):
            driven(sender.send("PutItem", b"{}"))
        sender.close()
        connection, _ = server.accept()
        with connection:
            received = connection.recv(1)

    assert received == b""
