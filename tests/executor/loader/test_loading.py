"""Whole loads on a real engine, with everything going wrong that can."""

from __future__ import annotations

import multiprocessing
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from executor.caller import Bulk
from executor.clients import Clients, Target
from executor.loader import load, workers
from executor.registry import call_function
from executor.result import Result
from tests.engines import Engine
from tests.faults.actions import THROTTLED, Action, Answer, Call, DropAnswer, DropRequest, Forward, Unprocessed
from tests.faults.proxy import Proxy

ROWS = 600
LOADING = frozenset({"BatchWriteItem", "BatchExecuteStatement", "PutItem"})
DENIED = Answer(status=400, code="AccessDeniedException", message="not authorized to perform: dynamodb:PartiQLInsert")
LANES = {
    "batches": {"condition": "none"},
    "inserts": {"condition": "absent"},
    "puts": {"condition": "absent", "on_conflict": "fail"},
}


def rows(count: int, who: str = "seed") -> Iterator[dict[str, Any]]:
    """Rows ``000000`` and on."""
    return ({"id": {"S": f"{number:06d}"}, "who": {"S": who}, "n": {"N": str(number)}} for number in range(count))


@pytest.fixture
def clients(engine: Engine) -> Iterator[Clients]:
    """Clients of each engine."""
    with Clients(Target(endpoint_url=engine.endpoint_url)) as made:
        yield made


@pytest.fixture
def table(clients: Clients, unique: str) -> str:
    """A table with the key ``id``."""
    made = call_function("create_table_simple", clients, table_name=unique, partition_key="id", database_name="loader")
    assert made.ok, made
    return unique


@pytest.fixture
def proxy(engine: Engine) -> Iterator[Proxy]:
    """The harness's proxy before each engine."""
    with Proxy(engine.endpoint_url) as running:
        yield running


def put(clients: Clients, table: str, count: int, stop: threading.Event | None = None, **more: Any) -> Result:
    """Load rows from a stream."""
    bulk = more.pop("bulk", {})
    return call_function(
        "batch_write_items",
        clients,
        stop=stop,
        bulk=Bulk(rows=lambda: rows(count), total=count, **bulk),
        table_name=table,
        source={"file": "/given", "sha256": "0" * 64},
        key_names=["id"],
        **more,
    )


def contents(clients: Clients, table: str) -> dict[str, str]:
    """Who wrote each item, by id; a scan that finds an id twice is an error."""
    found = call_function("scan_table", clients, table_name=table, consistent_read=True).value["items"]
    ids = Counter(item["id"]["S"] for item in found)
    assert set(ids.values()) <= {1}
    return {item["id"]["S"]: item["who"]["S"] for item in found}


def chaos(seed: int) -> Callable[[Call], Action]:
    """Three of ten writes come back in part, one is throttled, one lost before or after it landed."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret

    def decide(call: Call) -> Action:
        if call.operation not in LOADING:
            return Forward()
        drawn = chance.random()
        if drawn < 0.3:
            return Unprocessed()
        if drawn < 0.4:
            return THROTTLED
        if drawn < 0.45:
            return DropRequest()
        return DropAnswer() if drawn < 0.5 else Forward()

    return decide


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("processes", [1, 2])
def test_every_row_is_there_once(
    clients: Clients, proxy: Proxy, table: str, monkeypatch: pytest.MonkeyPatch, lane: str, processes: int
) -> None:
    """With unprocessed items, throttles and lost requests and answers, a scan finds every row, each once."""
    count = 150 if lane == "puts" else ROWS
    session = proxy.begin(chaos(7))
    with Clients(Target(endpoint_url=proxy.endpoint_url)) as troubled:
        # The proxy's address does not say what stands behind it; ask the engine by its own.
        monkeypatch.setattr(troubled, "_engine", clients.engine)
        loaded = put(troubled, table, count, bulk={"workers": processes}, **LANES[lane])

    assert loaded.ok, loaded
    assert loaded.value["written"] + loaded.value["kept"] == count
    assert contents(clients, table) == {row["id"]["S"]: "seed" for row in rows(count)}
    assert len(session.struck) > count / 25 / 5


def test_killed_workers_lose_nothing(clients: Clients, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that die in the middle are replaced, and what they had is written by others."""
    begun: list[workers._Process] = []
    original = workers._Process.send

    def deadly(process: workers._Process, piece: Any) -> Any:
        answer = original(process, piece)
        begun.append(process)
        if len(begun) in {10, 30}:
            process._process.kill()
        return answer

    monkeypatch.setattr(workers._Process, "send", deadly)
    loaded = put(clients, table, ROWS, bulk={"workers": 2})

    assert loaded.ok, loaded
    # Of two killed ones each that somebody still needed was replaced.
    assert len(set(map(id, begun))) > 2
    assert len(contents(clients, table)) == ROWS


def test_workers_that_always_die_are_given_up(clients: Clients, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A load whose workers end by themselves again and again says so, and what to do."""
    original = workers._Process.send

    def deadly(process: workers._Process, piece: Any) -> Any:
        process._process.kill()
        process._process.wait()
        return original(process, piece)

    monkeypatch.setattr(workers, "DEATHS_ALLOWED", 1)
    monkeypatch.setattr(workers._Process, "send", deadly)
    failed = put(clients, table, 100, bulk={"workers": 2})

    assert (failed.ok, failed.error_code) == (False, "WorkersFailed")
    assert "without --workers" in failed.message


def test_a_worker_ends_with_its_parent() -> None:
    """A worker whose parent is gone exits by itself, whatever it still had."""
    ours, theirs = multiprocessing.Pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "executor.loader.worker", str(theirs.fileno())], pass_fds=(theirs.fileno(),)
    )
    theirs.close()
    ours.close()

    assert process.wait(timeout=30) == 0


def test_the_application_wins_every_race(clients: Clients, table: str) -> None:
    """Items that another writer changes in the middle of a keep load keep that writer's value."""
    races(clients, table, 400)


def races(clients: Clients, table: str, count: int) -> int:
    """Race a keep load against an application that puts the same keys; how many rows of those the load met."""
    order = [f"{number:06d}" for number in range(0, count, 2)]
    random.Random(1).shuffle(order)  # noqa: S311 - reproducible, not secret
    barrier = threading.Barrier(5)

    def application(mine: list[str]) -> None:
        barrier.wait()
        for name in mine:
            clients.dynamodb.put_item(TableName=table, Item={"id": {"S": name}, "who": {"S": "application"}})

    threads = [threading.Thread(target=application, args=(order[number::4],)) for number in range(4)]
    for thread in threads:
        thread.start()
    barrier.wait()
    loaded = put(clients, table, count)
    for thread in threads:
        thread.join()

    assert loaded.ok, loaded
    who = contents(clients, table)
    assert {name for name, writer in who.items() if writer == "application"} == set(order)
    assert len(who) == count
    return int(loaded.value["kept"])


def test_credentials_that_may_not_insert_put_instead(
    clients: Clients, proxy: Proxy, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PartiQL is not permitted, the rows are put one by one, on absence all the same."""
    call_function("put_item", clients, table_name=table, item={"id": {"S": "000005"}, "who": {"S": "application"}})
    session = proxy.begin(lambda call: DENIED if call.operation == "BatchExecuteStatement" else Forward())
    with Clients(Target(endpoint_url=proxy.endpoint_url)) as limited:
        monkeypatch.setattr(limited, "_engine", clients.engine)
        loaded = put(limited, table, 60)

    assert loaded.value == {"written": 59, "kept": 1, "conflicts": []}
    assert contents(clients, table)["000005"] == "application"
    assert Counter(record.call.operation for record in session.records)["PutItem"] == 60


def test_a_load_goes_on_where_it_surely_got(clients: Clients, table: str) -> None:
    """Rows that are passed over are not put again, even where the application deleted them."""
    loaded = put(clients, table, 100, bulk={"skip": 40})

    assert loaded.value["written"] == 60
    assert min(contents(clients, table)) == "000040"


@pytest.mark.parametrize("processes", [1, 2])
def test_a_conflict_is_met_again(clients: Clients, table: str, processes: int) -> None:
    """A load that met another item does not count it, or what was not begun after it, among the rows that are sure."""
    call_function("put_item", clients, table_name=table, item={"id": {"S": "000070"}, "who": {"S": "application"}})
    sure: list[int] = []
    bulk = {"checkpoint": sure.append, "workers": processes}
    failed = put(clients, table, 100, bulk=bulk, **LANES["puts"])

    assert failed.error_code == "ItemsExist"
    assert max(sure) <= 70
    assert put(clients, table, 100, bulk={"skip": max(sure)}, **LANES["puts"]).error_code == "ItemsExist"


def test_a_stop_ends_workers_too(clients: Clients, table: str) -> None:
    """A load in several processes that is asked to stop ends, and says so."""
    stop = threading.Event()
    stopped = put(
        clients,
        table,
        100_000,
        stop,
        bulk={"workers": 2, "loading": lambda told: stop.set() if told.done else None},
    )

    assert (stopped.ok, stopped.error_code) == (False, "Interrupted")
    assert 0 < len(contents(clients, table)) < 100_000


def test_a_listener_that_fails_ends_the_load(
    clients: Clients, proxy: Proxy, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What listens to workers' progress may raise: the load ends with that, does not hang and loses nothing."""
    proxy.begin(lambda call: THROTTLED if call.operation in LOADING and call.number < 40 else Forward())

    def fail(*_: object) -> None:
        raise ValueError("the listener is broken")

    monkeypatch.setattr(workers.WorkerPool, "_tell", fail)
    with Clients(Target(endpoint_url=proxy.endpoint_url)) as troubled:
        monkeypatch.setattr(troubled, "_engine", clients.engine)
        with pytest.raises(ValueError, match="the listener is broken"):
            put(troubled, table, 500, bulk={"workers": 2})

    assert put(clients, table, 500, condition="absent").ok
    assert len(contents(clients, table)) == 500


def test_an_interrupt_of_a_worker_that_begins_is_no_traceback(
    clients: Clients, table: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C reaches workers before their first line has run; the parent decides what it means."""
    original = subprocess.Popen

    def interrupted(*given: Any, **more: Any) -> Any:
        begun = original(*given, **more)
        begun.send_signal(signal.SIGINT)
        return begun

    monkeypatch.setattr(workers.subprocess, "Popen", interrupted)
    loaded = put(clients, table, 50, bulk={"workers": 2})

    assert loaded.ok, loaded
    assert "Traceback" not in capfd.readouterr().err


def test_a_person_limits_the_rate(clients: Clients, table: str) -> None:
    """With a maximum of write units a load takes its time."""
    started = time.monotonic()
    put(clients, table, 75, bulk={"max_write_units": 25.0})

    assert time.monotonic() - started >= 2.0


def test_attribute_names_of_every_kind_arrive(clients: Clients, table: str) -> None:
    """Names with quotes, dots, spaces and letters of any script are written as they are."""
    names = ["it's", 'so "called"', "a.b", "with space", "né", "back\\slash", "?", "SELECT", "x" * 9_000]
    item = {"id": {"S": "odd"}, "who": {"S": "seed"}, **{name: {"S": name} for name in names}}
    loaded = call_function("batch_write_items", clients, table_name=table, items=[item, *rows(3)])
    (found,) = [
        one for one in call_function("scan_table", clients, table_name=table).value["items"] if one["id"]["S"] == "odd"
    ]

    assert loaded.value["written"] == 4
    assert found == item


def test_what_dynamodb_refuses_names_the_reason(clients: Clients, table: str) -> None:
    """An item without its key is refused for good, with DynamoDB's own words, and says how far the load got."""
    refused = call_function("batch_write_items", clients, table_name=table, items=[*rows(3), {"who": {"S": "x"}}])

    assert (refused.ok, refused.error_code) == (False, "ValidationException")
    assert refused.value is None or refused.value["written"] <= 3


def test_unknown_engines_get_single_puts(clients: Clients) -> None:
    """INSERT is used only where it is known to be refused for an existing key."""
    assert clients.engine in load.EXACT_ON
    assert "moto" not in load.EXACT_ON
