"""Calls of the functions on each engine in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from executor.clients import Clients, Target
from executor.registry import call_function
from executor.result import Result
from tests.engines import Engine


class Call(Protocol):
    """Calls one of the eleven functions on the engine under test."""

    def __call__(self, name: str, /, **arguments: Any) -> Result:
        """The function's result."""
        ...


@pytest.fixture
def clients(engine: Engine) -> Iterator[Clients]:
    """Clients of the engine under test."""
    with Clients(Target(endpoint_url=engine.endpoint_url)) as made:
        yield made


@pytest.fixture
def call(clients: Clients) -> Call:
    """Calls a function on the engine under test."""

    def calls(name: str, /, **arguments: Any) -> Result:
        return call_function(name, clients, **arguments)

    return calls


@pytest.fixture
def table(call: Call, unique: str) -> str:
    """A table with the partition key ``id``."""
    made = call("create_table_simple", table_name=unique, partition_key="id", database_name="contract")
    assert made.ok, made
    return unique
