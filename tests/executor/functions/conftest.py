"""A fault-injecting proxy before the embedded engine, for calls of the functions."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from executor.clients import Clients, Target
from executor.registry import call_function
from executor.result import Result
from tests import engines
from tests.engines import Engine


class Faults:
    """The proxy: rules go in, calls go through."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clients = Clients(Target(endpoint_url=url))

    def inject(self, *rules: dict[str, Any]) -> None:
        """Replace the rules."""
        request = urllib.request.Request(  # noqa: S310 - a loopback address of our own
            f"{self.url}/_microburst/rules",
            data=json.dumps(rules).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - as above
        reset = urllib.request.Request(f"{self.url}/_microburst/fired", method="DELETE")  # noqa: S310 - as above
        urllib.request.urlopen(reset, timeout=10).close()  # noqa: S310 - as above

    def fired(self) -> int:
        """How many faults were injected since the rules were set."""
        with urllib.request.urlopen(f"{self.url}/_microburst/fired", timeout=10) as answer:  # noqa: S310 - as above
            return len(json.load(answer))

    def call(self, name: str, /, **arguments: Any) -> Result:
        """Call a function through the proxy."""
        return call_function(name, self.clients, **arguments)


@pytest.fixture(scope="session")
def proxy(ministack: Engine) -> Iterator[Faults]:
    """The proxy before the embedded engine, shared by a worker's tests."""
    program = engines.ENGINES / "ministack" / "bin" / "microburst"
    if not program.exists():
        pytest.skip("microburst is not installed; `make engines` installs it")
    port = engines.free_port()
    process = subprocess.Popen(
        [str(program), "--upstream", ministack.endpoint_url, "--port", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        engines.wait_until_up(url, process)
        made = Faults(url)
        yield made
        made.clients.close()
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def faults(proxy: Faults) -> Iterator[Faults]:
    """The proxy without any rule."""
    proxy.inject()
    yield proxy
    proxy.inject()


@pytest.fixture
def table(faults: Faults, unique: str) -> str:
    """A table with the partition key ``id``."""
    assert faults.call("create_table_simple", table_name=unique, partition_key="id", database_name="faults").ok
    return unique
