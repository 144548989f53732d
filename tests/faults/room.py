"""The engines that one process's runs stand on: its own, and a fresh one after many runs or where one breaks."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - the client's own

from tests import engines
from tests.engines import CREDENTIALS, Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS_OF_AN_ENGINE = {"ministack": 80, "DynamoDB Local": 5}
"""A world leaves its tables where they are, and an engine keeps all in memory: it ends with its worlds.

DynamoDB Local expires items and fills indexes in the same few threads: where more tables than about six have a time
to live, a new index waits for ten seconds and more.
"""
STARTERS = {"ministack": engines.ministack, "DynamoDB Local": engines.dynamodb_local}
_FAILURES = frozenset({"InternalFailure", "InternalServerError", "ServiceUnavailable"})


class EngineBrokenError(Exception):
    """The engine itself fails, asked by the harness and past every proxy: nothing is known about the product."""


class Room:
    """Running engines by name; a context manager that ends them."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[Engine, contextlib.ExitStack]] = {}
        self._runs: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in tuple(self._running):
            self.discard(name)

    def engine(self, name: str) -> Engine:
        """An engine for one more run.

        Raises:
            EngineMissingError: It is not installed.
        """
        if self._runs.get(name, 0) >= RUNS_OF_AN_ENGINE[name]:
            self.discard(name)
        if name not in self._running:
            stack = contextlib.ExitStack()
            self._running[name] = stack.enter_context(STARTERS[name]()), stack
        self._runs[name] = self._runs.get(name, 0) + 1
        return self._running[name][0]

    def discard(self, name: str) -> None:
        """End an engine, and all worlds on it; the next run gets a fresh one."""
        self._runs.pop(name, None)
        if name in self._running:
            self._running.pop(name)[1].close()


def connect(engine: Engine) -> Any:
    """A client of the engine itself, past every proxy."""
    return boto3.client(
        "dynamodb",
        endpoint_url=engine.endpoint_url,
        region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"mode": "standard", "max_attempts": 6}, max_pool_connections=20),
    )


@contextlib.contextmanager
def blaming_the_engine() -> Iterator[None]:
    """Around the harness's own calls: what no product can have done to them is the engine's failure.

    Raises:
        EngineBrokenError: It answered 500 or 503 to every attempt, or nothing at all.
    """
    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        raise EngineBrokenError(str(error)) from error
    except ClientError as error:
        if error.response["Error"]["Code"] in _FAILURES:
            raise EngineBrokenError(str(error)) from error
        raise
