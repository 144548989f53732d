"""Waiting is for the real condition: an index that is filled slowly, one that is dropped slowly."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from executor.clients import Clients, Target
from executor.registry import call_function
from executor.result import Result
from tests import engines
from tests.contract.test_changes import INDEX, indexed, schema

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def slow_clients() -> Iterator[Clients]:
    """DynamoDB Local with index changes that take their time."""
    try:
        with (
            engines.dynamodb_local(delay_transient_statuses=True) as engine,
            Clients(Target(endpoint_url=engine.endpoint_url)) as clients,
        ):
            yield clients
    except engines.EngineMissingError as missing:
        pytest.skip(str(missing))


def test_a_slow_index_is_waited_for_and_dropped(slow_clients: Clients, unique: str) -> None:
    """Adding and dropping return when the index is filled and gone, and tell the progress until then."""
    told: list[str] = []

    def call(**arguments: Any) -> Any:
        return call_function(
            "create_table_advanced",
            slow_clients,
            progress=lambda message, _done, _total: told.append(message),
            database_name="waiting",
            **arguments,
        )

    assert call(table_schema=schema(unique)).ok
    started = time.monotonic()
    added = call(table_schema=indexed(unique), change={"kind": "create_index", "index": "by_kind"})
    took = time.monotonic() - started
    (index,) = slow_clients.dynamodb.describe_table(TableName=unique)["Table"]["GlobalSecondaryIndexes"]
    dropped = call(table_schema=schema(unique), change={"kind": "delete_index", "index": "by_kind"})

    assert added.ok, added
    assert took > 10.0
    assert (index["IndexStatus"], index.get("Backfilling", False)) == ("ACTIVE", False)
    assert f"waiting for index by_kind of {unique}: index by_kind CREATING" in told
    assert dropped.ok, dropped
    assert "GlobalSecondaryIndexes" not in slow_clients.dynamodb.describe_table(TableName=unique)["Table"]


def test_a_second_index_waits_for_the_first(slow_clients: Clients, unique: str) -> None:
    """An index asked for while another is filled is asked for once that is filled, and is no error."""
    call_function("create_table_advanced", slow_clients, table_schema=schema(unique), database_name="waiting")
    wanted = indexed(unique)
    other = {**INDEX, "IndexName": "by_other", "Projection": {"ProjectionType": "KEYS_ONLY"}}
    wanted["GlobalSecondaryIndexes"] = [INDEX, other]
    stop = threading.Event()
    first = slow_clients.pool.submit(add, slow_clients, wanted, "by_kind", threading.Event())
    statuses_until(slow_clients, unique, "by_kind")
    second = slow_clients.pool.submit(add, slow_clients, wanted, "by_other", stop)
    statuses = statuses_until(slow_clients, unique, "by_other")
    stop.set()  # that it is filled as well would take as long again, and is the first one's to show

    assert statuses["by_kind"] == "ACTIVE"
    assert first.result().ok, first.result()
    assert second.result().error_code == "Interrupted"


def statuses_until(clients: Clients, table: str, index: str) -> dict[str, str]:
    """The statuses of a table's indexes by name, once there is this one."""
    found: dict[str, str] = {}
    while index not in found:
        time.sleep(0.05)
        described = clients.dynamodb.describe_table(TableName=table)["Table"]
        found = {each["IndexName"]: each["IndexStatus"] for each in described.get("GlobalSecondaryIndexes", ())}
    return found


def add(clients: Clients, wanted: dict[str, Any], index: str, stop: threading.Event) -> Result:
    """Ask for an index."""
    change = {"kind": "create_index", "index": index}
    arguments: dict[str, Any] = {"table_schema": wanted, "database_name": "waiting", "change": change}
    return call_function("create_table_advanced", clients, stop=stop, **arguments)
