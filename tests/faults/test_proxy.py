"""The proxy does to a client's calls what the harness says of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults import client
from tests.faults.actions import (
    BROKEN,
    EXPIRED,
    THROTTLED,
    Action,
    Call,
    DropAnswer,
    DropRequest,
    Forward,
    Gate,
    Hold,
    Kill,
    Unprocessed,
)
from tests.faults.proxy import Proxy
from tests.faults.room import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.engines import Engine

PUT_THREE = """
import sys, boto3
client = boto3.client("dynamodb", endpoint_url=sys.argv[1])
for name in ("one", "two", "three"):
    client.put_item(TableName=sys.argv[2], Item={"id": {"S": name}, "payload": {"S": "x" * 100}})
    print("put", name, flush=True)
"""
PUT_BATCH = """
import sys, boto3
client = boto3.client("dynamodb", endpoint_url=sys.argv[1])
items = [{"PutRequest": {"Item": {"id": {"S": str(n)}}}} for n in range(9)]
while items:
    answer = client.batch_write_item(RequestItems={sys.argv[2]: items})
    items = answer["UnprocessedItems"].get(sys.argv[2], [])
    print("left", len(items), flush=True)
"""


@pytest.fixture
def proxy(engine: Engine) -> Iterator[Proxy]:
    """A proxy before each engine."""
    with Proxy(engine.endpoint_url) as running:
        yield running


@pytest.fixture
def table(engine: Engine, unique: str) -> str:
    """An empty table."""
    connect(engine).create_table(
        TableName=unique,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return unique


def _ids(engine: Engine, table: str) -> set[str]:
    return {item["id"]["S"] for item in connect(engine).scan(TableName=table)["Items"]}


def _start(script: str, proxy: Proxy, table: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, proxy.endpoint_url, table],
        env=client.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    proxy.session.victim = process.pid
    proxy.session.has_victim.set()
    return process


def _at(number: int, action: Action) -> Callable[[Call], Action]:
    return lambda call: action if call.number == number else Forward()


@pytest.mark.parametrize(
    ("when", "stored"),
    [("before", {"one"}), ("after", {"one", "two"})],
)
def test_a_client_is_killed_at_a_call(engine: Engine, proxy: Proxy, table: str, when: str, stored: set[str]) -> None:
    """A kill before call 2 leaves one item, a kill after it two; either way the client saw one answer."""
    proxy.begin(_at(2, Kill(after=when == "after")))
    process = _start(PUT_THREE, proxy, table)
    output, _ = process.communicate(timeout=60)

    assert process.returncode == -signal.SIGKILL
    assert output == "put one\n"
    assert _ids(engine, table) == stored


@pytest.mark.parametrize("action", [DropRequest(), DropAnswer(), BROKEN, THROTTLED], ids=repr)
def test_a_transient_fault_is_tried_again(engine: Engine, proxy: Proxy, table: str, action: Action) -> None:
    """A dropped connection, an error and throttling each cost the client one more call and nothing else."""
    session = proxy.begin(_at(2, action))
    process = _start(PUT_THREE, proxy, table)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert _ids(engine, table) == {"one", "two", "three"}
    assert (session.count, len(session.struck)) == (4, 1)
    assert {record.call.operation for record in session.records} == {"PutItem"}


def test_expired_credentials_end_a_client(engine: Engine, proxy: Proxy, table: str) -> None:
    """Expired credentials reach the client under their own name, and nothing of the call reaches the engine."""
    proxy.begin(_at(2, EXPIRED))
    process = _start(PUT_THREE, proxy, table)
    _, errors = process.communicate(timeout=60)

    assert "ExpiredTokenException" in errors
    assert _ids(engine, table) == {"one"}


def test_a_held_request_lands_after_its_client_died(engine: Engine, proxy: Proxy, table: str) -> None:
    """A request that is under way when its client is killed lands when the gate is opened."""
    gate = Gate()
    proxy.begin(_at(2, Hold(gate=gate)))
    process = _start(PUT_THREE, proxy, table)
    assert gate.reached.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    before = _ids(engine, table)
    gate.opened.set()

    assert gate.landed.wait(60)
    assert (before, _ids(engine, table), gate.status) == ({"one"}, {"one", "two"}, 200)


def test_half_of_a_batch_comes_back_unprocessed(engine: Engine, proxy: Proxy, table: str) -> None:
    """The engine gets the first half, the client the rest as unprocessed, and its checksums still agree."""
    proxy.begin(lambda call: Unprocessed() if call.number < 3 else Forward())
    output, errors = _start(PUT_BATCH, proxy, table).communicate(timeout=60)

    assert output.split() == ["left", "4", "left", "2", "left", "0"], errors
    assert _ids(engine, table) == {str(n) for n in range(9)}


def test_calls_are_counted_once_each_whatever_the_thread(engine: Engine, proxy: Proxy, table: str) -> None:
    """Numbers are given out once each, also to calls at the same time."""
    numbers: list[int] = []

    def schedule(call: Call) -> Action:
        numbers.append(call.number)
        return Forward()

    proxy.begin(schedule)
    processes = [_start(PUT_THREE, proxy, table) for _ in range(3)]
    waiting = [threading.Thread(target=process.communicate) for process in processes]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join(60)

    assert sorted(numbers) == list(range(1, 10))


def test_the_console_script_is_installed() -> None:
    """What the harness starts is the command line as it is installed."""
    assert Path(client.SCRIPT).exists()
