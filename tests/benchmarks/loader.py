"""What a load costs the client, beside the ways that people use today: ``python -m tests.benchmarks.loader``.

Items of 200 bytes and of 1 KB go to a server that accepts everything at once (*sink*), to DynamoDB Local and to the
embedded engine. Every sender runs in a process of its own, which counts its own CPU time. The loader reads a .jsonl
file; the others are given their items. *lean* is the ceiling: the loader's requests, from items in DynamoDB JSON, by
orjson, one signature each, a kept connection, nothing retried. Senders take turns for some rounds, and the best of each
counts: what else a machine does only ever makes it slower.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import orjson
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from executor.caller import Bulk
from executor.clients import Clients, Target
from executor.loader.endpoint import Endpoint
from executor.loader.signing import Signer
from executor.registry import call_function
from tests import engines
from tests.fakes import sink

SIZES = (200, 1_000)
BATCH = 25
THREADS = 8
REGION = "eu-west-1"
KEY = "ddbplanbench"
AWS_CLI = "AWS_CLI"
"""Names the aws program where it is not on PATH, such as one in an environment of its own."""


def item(number: int, size: int) -> dict[str, Any]:
    """A row of about this many bytes, as plain JSON."""
    row = {
        "id": f"user-{number:010d}",
        "name": "Alice Liddell",
        "score": number % 1_000,
        "active": number % 2 == 0,
        "city": "Oxford",
        "joined": "2026-01-02T03:04:05Z",
    }
    return {**row, "note": "x" * (size - 95)}


def typed(row: dict[str, Any]) -> dict[str, Any]:
    """The row in DynamoDB JSON."""

    def value(content: Any) -> dict[str, Any]:
        if isinstance(content, bool):
            return {"BOOL": content}
        return {"N": str(content)} if isinstance(content, int) else {"S": content}

    return {name: value(content) for name, content in row.items()}


def write_rows(path: Path, count: int, size: int) -> None:
    """A .jsonl file of rows."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(item(number, size)) + "\n")


def _client(url: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY,
        config=Config(max_pool_connections=THREADS),
    )


Work = Callable[[], object]


def loader(url: str, table: str, count: int, size: int, **arguments: Any) -> Work:
    """This loader, from a file."""
    folder = tempfile.mkdtemp()
    path = Path(folder) / "rows.jsonl"
    write_rows(path, count, size)
    source = {"file": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}

    clients = Clients(Target(endpoint_url=url, local=True))
    # The AWS client and what it imports are made beforehand, as for the other senders.
    call_function("batch_write_items", clients, table_name=table, items=[], **arguments)

    def work() -> None:
        done = call_function("batch_write_items", clients, table_name=table, source=source, **arguments)
        shutil.rmtree(folder)
        if not done.ok or done.value["written"] != count:
            raise SystemExit(f"{done}")

    return work


def loader_conditional(url: str, table: str, count: int, size: int) -> Work:
    """This loader, only where nothing is, as seeds are loaded."""
    return loader(url, table, count, size, condition="absent")


def loader_puts(url: str, table: str, count: int, size: int) -> Work:
    """The same by single puts, as ``on_conflict: fail`` and credentials without PartiQL have it."""
    return loader(url, table, count, size, condition="absent", on_conflict="fail")


def loader_batches(url: str, table: str, count: int, size: int) -> Work:
    """This loader over whatever is there."""
    return loader(url, table, count, size, condition="none")


def loader_workers(url: str, table: str, count: int, size: int) -> Work:
    """The same with two processes."""
    return loader(url, table, count, size, condition="none", bulk=Bulk(workers=2))


def batch_writer(url: str, table: str, count: int, size: int) -> Work:
    """boto3's own way for many items."""
    rows = [item(number, size) for number in range(count)]
    target = boto3.resource(
        "dynamodb", endpoint_url=url, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=KEY
    ).Table(table)

    def work() -> None:
        with target.batch_writer() as writer:
            for row in rows:
                writer.put_item(Item=row)

    return work


def threads(url: str, table: str, count: int, size: int) -> Work:
    """boto3's client with batches of 25 in eight threads."""
    rows = [{"PutRequest": {"Item": typed(item(number, size))}} for number in range(count)]
    client = _client(url)

    def send(start: int) -> None:
        left = {table: rows[start : start + BATCH]}
        while left:
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]

    return _spread(send, range(0, count, BATCH))


def puts(url: str, table: str, count: int, size: int) -> Work:
    """boto3's conditional put_item in eight threads."""
    rows = [typed(item(number, size)) for number in range(count)]
    client = _client(url)

    def send(number: int) -> None:
        client.put_item(TableName=table, Item=rows[number], ConditionExpression="attribute_not_exists(id)")

    return _spread(send, range(count))


def _spread(send: Callable[[int], None], parts: Sequence[int]) -> Work:
    def work() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(send, parts):
                pass

    return work


def lean(url: str, table: str, count: int, size: int) -> Work:
    """The ceiling."""
    rows = [typed(item(number, size)) for number in range(count)]
    endpoint = Endpoint(url=f"{url}/", region=REGION)
    keys = ReadOnlyCredentials(KEY, KEY, None)
    signer = Signer(endpoint)
    at = urlsplit(url)
    # One connection on the sink, where a second only waits for the first; as many as the loader has on an engine.
    connections = THREADS if table != "sink" else 1

    def some(first: int) -> None:
        connection = http.client.HTTPConnection(at.hostname or "", at.port)
        for start in range(first * BATCH, count, connections * BATCH):
            puts = [{"PutRequest": {"Item": row}} for row in rows[start : start + BATCH]]
            # The loader's own request: what DynamoDB Local reckons up for this member is a third of its time.
            body = orjson.dumps({"RequestItems": {table: puts}, "ReturnConsumedCapacity": "TOTAL"})
            head = signer.head("BatchWriteItem", body, keys).decode("latin-1").split("\r\n")
            headers = dict(line.split(":", 1) for line in head[1:] if line)
            connection.request("POST", "/", body, headers)
            answer = orjson.loads(connection.getresponse().read())
            if answer.get("UnprocessedItems"):
                raise SystemExit("the lean sender retries nothing")
        connection.close()

    def work() -> None:
        with ThreadPoolExecutor(connections) as pool:
            list(pool.map(some, range(connections)))

    return work


def aws_cli(url: str, table: str, count: int, size: int) -> Work:
    """A process of the AWS command line for each batch, as shell scripts do it."""
    program = os.environ.get(AWS_CLI) or shutil.which("aws")
    assert program, "asked for without the program"
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }

    def work() -> None:
        for start in range(0, count, BATCH):
            puts = [{"PutRequest": {"Item": typed(item(n, size))}} for n in range(start, min(count, start + BATCH))]
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump({table: puts}, file)
                file.flush()
                command = [program, "--endpoint-url", url, "dynamodb", "batch-write-item"]
                subprocess.run(
                    [*command, "--request-items", f"file://{file.name}"],
                    env=environment,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )

    return work


SENDERS: dict[str, Callable[[str, str, int, int], Work]] = {
    "lean": lean,
    "loader, batches": loader_batches,
    "loader, batches, 2 processes": loader_workers,
    "loader, on absence": loader_conditional,
    "loader, on absence by puts": loader_puts,
    "boto3 batch_writer": batch_writer,
    "boto3 batches, 8 threads": threads,
    "boto3 conditional put, 8 threads": puts,
    "aws dynamodb batch-write-item": aws_cli,
}
SHARE = {
    # Slow ones get fewer items, so that all take about as long.
    "loader, on absence by puts": 0.2,
    "boto3 batch_writer": 0.2,
    "boto3 batches, 8 threads": 0.2,
    "boto3 conditional put, 8 threads": 0.05,
    "aws dynamodb batch-write-item": 0.005,
}


def one(sender: str, url: str, table: str, count: int, size: int) -> None:
    """Run one sender here, and print its seconds and its CPU seconds, children's included."""
    work = SENDERS[sender](url, table, count, size)
    before, started = _cpu(), time.perf_counter()
    work()
    print(json.dumps([time.perf_counter() - started, _cpu() - before]))


def _cpu() -> float:
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def measured(sender: str, url: str, table: str, count: int, size: int) -> tuple[float, float]:
    """Items a second, and client CPU microseconds an item."""
    command = [sys.executable, "-m", "tests.benchmarks.loader", "--one", sender, url, table, str(count), str(size)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=engines.ROOT)
    seconds, cpu = json.loads(run.stdout)
    return count / seconds, cpu / count * 1e6


@contextlib.contextmanager
def targets(names: Sequence[str]) -> Iterator[Iterator[tuple[str, str]]]:
    """Name and address of each server, one running at a time."""
    made: dict[str, Callable[[], Any]] = {
        "sink": sink.running,
        "ministack": engines.ministack,
        "dynamodb_local": engines.dynamodb_local,
    }

    def each() -> Iterator[tuple[str, str]]:
        for name in names:
            try:
                with made[name]() as running:
                    yield name, running if isinstance(running, str) else running.endpoint_url
            except engines.EngineMissingError as missing:
                print(f"{name}: {missing}")

    yield each()


def new_table(name: str, url: str) -> str:
    """A new table with the key ``id``; the sink has one of its own."""
    if name == "sink":
        return "sink"
    table = f"bench{time.monotonic_ns()}"
    _client(url).create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return table


def report(name: str, size: int, found: dict[str, tuple[float, float]]) -> list[str]:
    """Print a table; the targets that are missed."""
    print(f"\n{name}, items of {size} bytes")
    print(f"{'sender':<36}{'items/s':>10}{'CPU us':>9}{'/ lean':>8}{'/ batch_writer, CPU':>21}")
    for sender, (rate, cpu) in found.items():
        of_lean, of_writer = rate / found["lean"][0], found["boto3 batch_writer"][1] / cpu
        print(f"{sender:<36}{rate:>10,.0f}{cpu:>9.1f}{of_lean:>8.2f}{of_writer:>21.1f}")
    rows = {key: value[0] for key, value in found.items()}
    cpu = {key: value[1] for key, value in found.items()}
    on_sink = name == "sink"
    checks = {
        "8 x batch_writer per core": not on_sink or cpu["boto3 batch_writer"] >= 8 * cpu["loader, batches"],
        "half of the ceiling": not on_sink or rows["loader, batches"] >= 0.5 * rows["lean"],
        "0.9 of the ceiling": on_sink or rows["loader, batches"] >= 0.9 * rows["lean"],
        "3 x conditional put": rows["loader, on absence"] >= 3 * rows["boto3 conditional put, 8 threads"],
    }
    return [f"{name}, {size} bytes: {check}" for check, good in checks.items() if not good]


def main(arguments: Sequence[str] = ()) -> int:
    """Print the figures; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50_000, help="items for the fastest senders on the sink")
    parser.add_argument("--on", nargs="*", default=["sink", "dynamodb_local", "ministack"])
    parser.add_argument("--rounds", type=int, default=3, help="times that each sender runs")
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES))
    given = parser.parse_args(arguments)
    with_cli = bool(os.environ.get(AWS_CLI) or shutil.which("aws"))
    if not with_cli:
        print(f"aws is not on PATH (nor named by {AWS_CLI}): left out")
    missed: list[str] = []
    with targets(given.on) as servers:
        for name, url in servers:
            for size in given.sizes:
                count = given.count if name == "sink" else given.count // 10
                found: dict[str, tuple[float, float]] = {}
                for sender in [sender for _ in range(given.rounds) for sender in SENDERS]:
                    if sender != "aws dynamodb batch-write-item" or with_cli:
                        part = max(BATCH, int(count * SHARE.get(sender, 1.0)))
                        rate, cpu = measured(sender, url, new_table(name, url), part, size)
                        best = found.get(sender, (rate, cpu))
                        found[sender] = max(rate, best[0]), min(cpu, best[1])
                missed += report(name, size, found)
    print(f"\n{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print("\n".join(f"missed: {one}" for one in missed) or "every target is met")
    return 1 if missed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _, _, sender, url, table, count, size = sys.argv
        one(sender, url, table, int(count), int(size))
    else:
        sys.exit(main(sys.argv[1:]))
