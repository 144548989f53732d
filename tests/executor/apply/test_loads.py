"""A seed's load that is stopped goes on where it surely got, and counts what is live."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from executor import OutcomeKind, prepare
from executor.apply import Stop
from executor.applying import checkpoints
from executor.events import StepProgress
from executor.loader.counting import SeedCount, count_seed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from executor import ApplyOptions, Clients, LedgerReader, Outcome
    from executor.events import Event
    from planner.checked import CheckedPlan
    from tests.executor.apply.conftest import Load

pytestmark = pytest.mark.engine
ROWS = 2_000
PLAN = """
    ddbplan: 1
    database: {name}
    tables:
      rows: {partition_key: id}
    seed:
      rows: {file: rows.jsonl}
"""


@pytest.fixture
def plan(load: Load, tmp_path: Path) -> CheckedPlan:
    """A plan with a table and many rows."""
    lines = [json.dumps({"id": f"{number:06d}", "n": number}) for number in range(ROWS)]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines))
    return load(PLAN)


def ids(clients: Clients, table: str) -> set[str]:
    """Ids of all items."""
    pages = clients.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {str(item["id"]["S"]) for page in pages for item in page["Items"]}


def stopping(stop: Stop, events: list[StepProgress]) -> Callable[[Event], None]:
    """A listener that stops the run in the middle of its load."""

    def listen(event: Event) -> None:
        if isinstance(event, StepProgress) and event.rate is not None:
            events.append(event)
            stop.asked.set()
            stop.now.set()

    return listen


def test_a_stopped_load_goes_on_where_it_surely_got(
    plan: CheckedPlan,
    run: Callable[..., Outcome],
    clients: Clients,
    reader: LedgerReader,
    unique: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next apply passes over what was surely written, though the application deleted it, and writes the rest."""
    monkeypatch.setattr(checkpoints, "RECORDED_EVERY", 0.0)
    stop, seen = Stop(), []
    stopped = run(plan, listen=stopping(stop, seen), stop=stop)
    sure = reader.records(unique)[1].loads["rows"].done
    clients.dynamodb.delete_item(TableName=f"{unique}_rows", Key={"id": {"S": "000000"}})
    finished = run(plan)

    assert stopped.kind is OutcomeKind.INTERRUPTED
    assert 0 < sure < ROWS
    assert seen[0].total == ROWS
    assert finished.kind is OutcomeKind.DONE, finished.message
    assert ids(clients, f"{unique}_rows") == {f"{number:06d}" for number in range(1, ROWS)}
    assert reader.records(unique)[1].loads == {}
    assert run(plan).kind is OutcomeKind.NOTHING


def test_a_load_of_other_rows_begins_anew(
    plan: CheckedPlan,
    load: Load,
    run: Callable[..., Outcome],
    clients: Clients,
    unique: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a stop a source that changed is loaded from its beginning."""
    monkeypatch.setattr(checkpoints, "RECORDED_EVERY", 0.0)
    stop = Stop()
    run(plan, listen=stopping(stop, []), stop=stop)
    source = tmp_path / "rows.jsonl"
    source.write_text('{"id": "new"}\n' + source.read_text())
    finished = run(load(PLAN))

    assert finished.kind is OutcomeKind.DONE, finished.message
    assert len(ids(clients, f"{unique}_rows")) == ROWS + 1


def test_a_load_in_several_processes(
    plan: CheckedPlan, run: Callable[..., Outcome], clients: Clients, unique: str
) -> None:
    """An apply with workers loads every row."""
    done = run(plan, workers=2, max_write_units=10_000.0)

    assert done.kind is OutcomeKind.DONE, done.message
    assert len(ids(clients, f"{unique}_rows")) == ROWS


def test_rows_are_counted_against_what_is_live(
    plan: CheckedPlan, clients: Clients, options: ApplyOptions, unique: str
) -> None:
    """Rows are told apart by their keys: as the seed has them, with other content, absent."""
    prepared = prepare(plan, clients, options)
    seed, table = prepared.desired.seeds["rows"], f"{unique}_rows"
    nothing = count_seed(clients, seed, table)
    key: Any = [{"AttributeName": "id", "KeyType": "HASH"}]
    types: Any = [{"AttributeName": "id", "AttributeType": "S"}]
    clients.dynamodb.create_table(
        TableName=table, KeySchema=key, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
    )
    clients.dynamodb.put_item(TableName=table, Item={"id": {"S": "000000"}, "n": {"N": "0.0"}})
    clients.dynamodb.put_item(TableName=table, Item={"id": {"S": "000100"}, "n": {"N": "7"}})
    clients.dynamodb.put_item(TableName=table, Item={"id": {"S": "000101"}, "n": {"N": "7"}})

    assert nothing == SeedCount(rows=ROWS, looked_at=ROWS)
    assert count_seed(clients, seed, table) == SeedCount(rows=ROWS, looked_at=ROWS, same=1, differing=2)
    assert count_seed(clients, seed, table, 20) == SeedCount(rows=ROWS, looked_at=20, same=1, differing=1)
    # Where only some attributes are the seed's, the others of an item say nothing.
    clients.dynamodb.put_item(TableName=table, Item={"id": {"S": "000000"}, "n": {"N": "0"}, "own": {"S": "x"}})
    assert count_seed(clients, seed, table).same == 0
    assert count_seed(clients, replace(seed, attributes=("n",)), table).same == 1
