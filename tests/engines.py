"""The real engines that tests run against: started as processes, spoken to over loopback sockets."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINES = Path(os.environ.get("DDBPLAN_TEST_ENGINES", ROOT / ".engines"))
START_TIMEOUT = 60.0
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "ddbplantest",
    "AWS_SECRET_ACCESS_KEY": "ddbplantest",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A running engine.

    Attributes:
        name: ``ministack``, ``DynamoDB Local`` or ``moto``, as ``Clients.engine`` calls it.
        endpoint_url: Where it listens.
        pid: Its process.
    """

    name: str
    endpoint_url: str
    pid: int


class EngineMissingError(Exception):
    """An engine is not installed; the message says how to get it."""


def free_port() -> int:
    """A TCP port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the engine answers HTTP at all.

    Raises:
        RuntimeError: It ended, or did not answer in time.
    """
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the engine for {url} ended with {process.returncode} at its start")
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - a loopback address of our own
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the engine for {url} did not answer within {START_TIMEOUT:.0f} s")


@contextlib.contextmanager
def _running(name: str, command: list[str], port: int, env: dict[str, str]) -> Iterator[Engine]:
    # DynamoDB Local leaves files where it is started.
    folder = tempfile.TemporaryDirectory(prefix="engine-")
    process = subprocess.Popen(
        command,
        env=env,
        cwd=folder.name,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_up(url, process)
        yield Engine(name=name, endpoint_url=url, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        folder.cleanup()


def ministack_program() -> Path:
    """The embedded engine's program.

    Raises:
        EngineMissingError: It is not installed.
    """
    program = ENGINES / "ministack" / "bin" / "ministack"
    if not program.exists():
        raise EngineMissingError("ministack is not installed; `make engines` installs it")
    return program


@contextlib.contextmanager
def ministack() -> Iterator[Engine]:
    """The embedded engine, in memory."""
    port = free_port()
    env = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "LOG_LEVEL": "WARNING"}
    with _running("ministack", [str(ministack_program())], port, env) as engine:
        yield engine


@contextlib.contextmanager
def emptied(engine: Engine) -> Iterator[str]:
    """A ministack with nothing in it, as a throwaway engine is at a hundred times the cost; yields its endpoint URL."""
    request = urllib.request.Request(f"{engine.endpoint_url}/_ministack/reset", method="POST")  # noqa: S310 - loopback
    urllib.request.urlopen(request, timeout=START_TIMEOUT).close()  # noqa: S310 - as above
    yield engine.endpoint_url


@contextlib.contextmanager
def moto() -> Iterator[Engine]:
    """The engine that has DynamoDB's sibling services; wrong in much of DynamoDB itself.

    Raises:
        EngineMissingError: It is not installed.
    """
    program = ENGINES / "moto" / "bin" / "moto_server"
    if not program.exists():
        raise EngineMissingError("moto is not installed; `make engines` installs it")
    port = free_port()
    with _running("moto", [str(program), "-H", "127.0.0.1", "-p", str(port)], port, dict(os.environ)) as engine:
        yield engine


@contextlib.contextmanager
def dynamodb_local(*, delay_transient_statuses: bool = False) -> Iterator[Engine]:
    """Amazon's DynamoDB Local, in memory.

    Args:
        delay_transient_statuses: Index changes take about 15 s, as a test of waiting.

    Raises:
        EngineMissingError: Java or the engine is not installed.
    """
    jar = ENGINES / "dynamodb-local" / "DynamoDBLocal.jar"
    java = shutil.which("java")
    if java is None:
        raise EngineMissingError("java is not installed, which DynamoDB Local needs (Debian: default-jre-headless)")
    if not jar.exists():
        raise EngineMissingError("DynamoDB Local is not installed; `make engines` installs it")
    port = free_port()
    # The quick compiler and one collector: an engine lives for minutes, and would spend most of them on better ones.
    command = [
        java,
        "-Xmx512m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}",
    ]
    command += ["-jar", str(jar), "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    if delay_transient_statuses:
        command.append("-delayTransientStatuses")
    with _running("DynamoDB Local", command, port, dict(os.environ)) as engine:
        yield engine
