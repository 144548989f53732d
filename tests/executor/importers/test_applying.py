"""Whole applies of seeds in S3, with their ledger, on the fake behind a socket: stopped, gone on with, begun once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from executor import ApplyOptions, Clients, LedgerReader, Outcome, Target, apply
from executor.apply import OutcomeKind, Stop
from executor.events import StepProgress
from planner import load_plan
from tests.fakes.control_plane import Account, ScaledClock, times
from tests.fakes.control_plane.items import Items
from tests.fakes.control_plane.server import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engines import Engine

pytestmark = pytest.mark.engine
SPEED = 300.0
PLAN = """\
ddbplan: 1
database: lake
tables:
  events:
    partition_key: id
    time_to_live: expires_at
    tags: {team: core}
    deletion_protection: true
seed:
  events: {source: "s3://lake-in/PREFIX/", format: dynamodb_json, errors: "s3://lake-out/", MORE}
"""
CONDITION = {
    "ConditionExpression": "attribute_not_exists(#key)",
    "ExpressionAttributeNames": {"#key": "id"},
}


@dataclass(slots=True)
class Lake:
    """An account behind a socket, and a plan that is applied to it.

    Attributes:
        account: The fake.
        clients: Clients of it.
        folder: Where the plan is.
        stop_at: A beginning of a progress message at which the run is stopped; empty for never.
    """

    account: Account
    clients: Clients
    folder: Path
    stop_at: str = ""
    stop: Stop = field(default_factory=Stop)

    def put(self, prefix: str, *records: dict[str, Any]) -> None:
        """Objects below a prefix."""
        text = "\n".join(json.dumps(record) for record in records)
        self.account.sites["eu-west-1"].buckets["lake-in"][f"{prefix}/1.json"] = text.encode()

    def apply(self, prefix: str, more: str = "conditional: true", *, stop_at: str = "", **options: Any) -> Outcome:
        """Apply the plan with the objects below a prefix."""
        self.stop, self.stop_at = Stop(), stop_at
        path = self.folder / "lake.yaml"
        path.write_text(PLAN.replace("PREFIX", prefix).replace("MORE", more))
        loaded = load_plan(path)
        assert loaded.plan is not None, loaded.diagnostics
        return apply(loaded.plan, self.clients, ApplyOptions(**options), listen=self._hear, stop=self.stop)

    def _hear(self, event: object) -> None:
        if self.stop_at and isinstance(event, StepProgress) and self.stop_at in event.message:
            self.stop.press()
            self.stop.press()

    def await_table(self) -> None:
        """Ask until DynamoDB shows the table, which an import has begun to make."""
        while True:
            try:
                self.clients.dynamodb.describe_table(TableName="lake_events")
            except self.clients.dynamodb.exceptions.ResourceNotFoundException:
                continue
            return

    def values(self) -> dict[str, str]:
        """Values of the table's items by key."""
        found = self.clients.dynamodb.scan(TableName="lake_events")["Items"]
        return {item["id"]["S"]: item["value"]["S"] for item in found}

    def started(self, operation: str) -> int:
        """How many jobs there were."""
        jobs = self.account.sites["eu-west-1"].importers
        return len(jobs.imports if operation == "ImportTable" else jobs.operations)


@pytest.fixture
def lake(ministack: Engine, tmp_path: Path) -> Iterator[Lake]:
    """An empty account with two buckets."""
    account = Account(ScaledClock(SPEED, time.time()), items=Items(ministack.endpoint_url))
    account.sites["eu-west-1"].buckets |= {"lake-in": {}, "lake-out": {}}
    with serve(account) as running, Clients(Target(endpoint_url=running.endpoint_url)) as clients:
        made = Lake(account=account, clients=clients, folder=tmp_path)
        made.put("one", *(record(name, "one") for name in "ab"))
        yield made


def record(name: str, value: str, **more: Any) -> dict[str, Any]:
    """One record."""
    return {"Item": {"id": {"S": name}, "value": {"S": value}}, **more}


def test_an_import_that_was_stopped_is_gone_on_with(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while it goes on, the next apply finds it, sets what it could not carry, and leaves no difference."""
    # Long enough for the next apply to meet a table that is being made.
    monkeypatch.setattr(times, "IMPORT", 1_200.0)
    stopped = lake.apply("one", stop_at="waiting for import")
    lake.await_table()
    again = lake.apply("one")
    empty = lake.apply("one")
    seeds = LedgerReader(lake.clients.dynamodb, "ddbplan_ledger").records("lake")[1].seeds

    assert stopped.kind is OutcomeKind.INTERRUPTED
    assert again.kind is OutcomeKind.DONE, again
    assert [report.step.id for report in again.steps] == [
        "table.events",
        "table.events.time_to_live",
        "table.events.deletion_protection",
    ]
    assert empty.kind is OutcomeKind.NOTHING
    assert lake.started("ImportTable") == 1
    assert lake.values() == {"a": "one", "b": "one"}
    assert seeds["events"].count == 2


def test_a_bulk_operation_that_was_stopped_is_gone_on_with(lake: Lake) -> None:
    """Another source for a table that exists: begun once, items that exist stay, and then nothing is left to do."""
    lake.apply("one")
    lake.put("two", record("a", "two", **CONDITION), record("c", "two", **CONDITION))
    stopped = lake.apply("two", stop_at="waiting for bulk operation")
    again = lake.apply("two")
    empty = lake.apply("two")
    ledger = LedgerReader(lake.clients.dynamodb, "ddbplan_ledger").records("lake")[1]

    assert stopped.kind is OutcomeKind.INTERRUPTED
    assert again.kind is OutcomeKind.DONE, again
    assert empty.kind is OutcomeKind.NOTHING
    assert lake.started("StartBulkPutItems") == 1
    assert lake.values() == {"a": "one", "b": "one", "c": "two"}
    assert ledger.loads == {}


def test_a_bulk_operation_that_failed_is_begun_again(lake: Lake) -> None:
    """Once the source is mended, the next apply starts another one under another token."""
    lake.apply("one")
    lake.put("two", record("c", "two", **CONDITION), {"Item": {"value": {"S": "no key"}}})
    failed = lake.apply("two")
    lake.put("two", record("c", "two", **CONDITION), record("d", "two", **CONDITION))
    again = lake.apply("two")

    assert failed.kind is OutcomeKind.FAILED
    assert failed.steps[0].result is not None
    assert failed.steps[0].result.error_code == "BulkFailed"
    assert again.kind is OutcomeKind.DONE, again
    assert lake.started("StartBulkPutItems") == 2
    assert lake.values() == {"a": "one", "b": "one", "c": "two", "d": "two"}


def test_an_import_that_failed_leaves_an_owned_table_and_says_what_to_do(lake: Lake) -> None:
    """The table is in the ledger with its TableId; its seed is not, and is refused until somebody decides."""
    lake.put("bad", record("a", "bad"), {"Item": {"value": {"S": "no key"}}})
    failed = lake.apply("bad", more="conditional: false")
    again = lake.apply("bad", more="conditional: false")
    ledger = LedgerReader(lake.clients.dynamodb, "ddbplan_ledger").records("lake")[1]

    assert failed.kind is OutcomeKind.FAILED
    assert again.kind is OutcomeKind.REFUSED
    assert ledger.tables["events"].table_id
    assert ledger.seeds == {}
    assert lake.started("ImportTable") == 1
