"""A client, a ledger and runs that take its lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from executor.identity import this_process
from executor.ledger.creation import ensure_ledger
from executor.ledger.lock import HeldLock, LockTaker, LockTerms
from executor.ledger.reader import LedgerReader
from tests import engines

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

    from tests.engines import Engine

ACCOUNT = "000000000000"
REGION = "eu-west-1"


@pytest.fixture
def client(engine: Engine) -> Iterator[DynamoDBClient]:
    """A DynamoDB client of the engine."""
    made = boto3.client(
        "dynamodb",
        endpoint_url=engine.endpoint_url,
        region_name=REGION,
        aws_access_key_id=engines.CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=engines.CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(max_pool_connections=20),
    )
    yield made
    made.close()


@pytest.fixture
def ledger_name(unique: str) -> str:
    """The ledger's table, not yet made."""
    return f"ledger_{unique}"


@pytest.fixture
def reader(client: DynamoDBClient, ledger_name: str) -> LedgerReader:
    """Reads a ledger that exists."""
    ensure_ledger(client, ledger_name, account=ACCOUNT, region=REGION)
    return LedgerReader(client, ledger_name)


Take = Callable[..., HeldLock]


@pytest.fixture
def take(client: DynamoDBClient, reader: LedgerReader) -> Iterator[Take]:
    """Takes the lock of database ``bank``; what is still held at the end is released."""
    held: list[HeldLock] = []

    def taking(run: str = "run-1", *, lease: float = 15.0, timeout: float = 0.0, **options: object) -> HeldLock:
        taker = LockTaker(
            client,
            reader,
            database="bank",
            run=run,
            process=options.get("process") or this_process(),  # type: ignore[arg-type] # tests pass a Process
            terms=LockTerms(lease_seconds=lease, timeout=timeout),
        )
        waiting = options.get("waiting") or (lambda *_: None)
        lock = taker.take(waiting, threading.Event())  # type: ignore[arg-type] # as above
        held.append(lock)
        return lock

    yield taking
    for lock in held:
        lock.release()
