"""What the ledger keeps comes back as it was, and nothing else is taken for it."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from executor.ledger import entries
from executor.ledger.creation import ensure_ledger
from executor.ledger.errors import WrongLedgerError
from executor.ledger.forgetting import of_database, of_table
from executor.ledger.guard import check_marks
from executor.ledger.reader import LedgerReader
from executor.ledger.values import RunRecord, StepRecord
from executor.ledger.writer import LedgerWriter
from planner.state import LedgerState, LiveState, OwnedTable, SeedRecord, TableState, TransactionRecord
from tests.executor.ledger.conftest import ACCOUNT, REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

    from tests.engines import Engine
    from tests.executor.ledger.conftest import Take

pytestmark = pytest.mark.engine
TABLE = OwnedTable(key="accounts", name="bank_accounts", table_id="id-1", settings={"billing": "on_demand"})


def digest(number: int) -> str:
    """A hash as the planner makes them."""
    return hashlib.sha256(str(number).encode()).hexdigest()


SEED = SeedRecord(
    table="accounts",
    table_id="id-1",
    source_hash=digest(0),
    rows={digest(n): digest(n + 1) for n in range(10_000)},
    count=10_000,
)
MARKER = TransactionRecord(name="t1", content_hash=digest(1), outcome="skipped", table_ids={"bank_accounts": "id-1"})
RUN = RunRecord(
    id="20260101T000000Z-abc",
    database="bank",
    command="apply",
    owner="alice@host",
    arn="arn:aws:iam::111122223333:user/alice",
    host="host",
    git_commit="c0ffee+",
    plan_file="plans/bank.yaml",
    plan_hash=digest(2),
    environment="",
    steps_hash=digest(3),
    approval="",
    tool_version="0.1.0",
    fence=1,
    planned=2,
    outcome="running",
    started_at="2026-01-01T00:00:00.000Z",
)
STEP = StepRecord(
    number=1,
    id="table.accounts",
    address="table.accounts",
    function="create_table_simple",
    content_hash=digest(4),
    outcome="failed",
    started_at="2026-01-01T00:00:01.000Z",
    finished_at="2026-01-01T00:00:02.000Z",
    error_code="AccessDenied",
    message="no",
    request_ids=("a", "b"),
)


@pytest.fixture
def writer(client: DynamoDBClient, reader: LedgerReader, take: Take) -> LedgerWriter:
    """Writes under a lock that is held."""
    return LedgerWriter(client, reader.table_name, take())


def test_records_come_back_as_they_were_written(writer: LedgerWriter, reader: LedgerReader) -> None:
    """Owned tables, 10,000 seed rows and markers survive the way through the ledger, in one transaction."""
    writer.write([writer.table(TABLE), *writer.seed(SEED), writer.marker(MARKER, "run-1")])

    _, records = reader.records("bank")
    assert records.tables == {"accounts": TABLE}
    assert records.seeds == {"accounts": SEED}
    assert records.transactions == {"t1": MARKER}


def test_announced_table_has_no_id(writer: LedgerWriter, reader: LedgerReader) -> None:
    """A table whose making was announced comes back without a TableId, and as fresh."""
    announced = replace(TABLE, table_id="", fresh=True)
    writer.write([writer.table(announced)])

    assert reader.records("bank")[1].tables == {"accounts": announced}


def test_runs_and_steps_come_back(writer: LedgerWriter, reader: LedgerReader) -> None:
    """History shows runs without their steps, and one run with them."""
    writer.write([writer.run(RUN)])
    writer.write([writer.step(RUN.id, STEP)])

    assert reader.runs("bank") == (RUN,)
    assert reader.run("bank", RUN.id) == replace(RUN, steps=(STEP,))
    assert reader.databases() == ("bank",)


def test_runs_are_listed_newest_first_without_reading_steps(
    writer: LedgerWriter, reader: LedgerReader, client: DynamoDBClient
) -> None:
    """However many steps there are, a list of runs reads heads alone, and no more than it was asked for."""
    later = replace(RUN, id="20260102T000000Z-abc")
    for run in (RUN, later):
        writer.write([writer.run(run), *(writer.step(run.id, replace(STEP, number=n)) for n in range(1, 4))])
    read: list[int] = []
    client.meta.events.register("after-call.dynamodb.Query", lambda parsed, **_: read.append(parsed["ScannedCount"]))

    assert reader.runs("bank") == (later, RUN)
    assert reader.runs("bank", limit=1) == (later,)
    assert reader.records("bank")[1].tables == {}
    assert read == [2, 1, 0, 0]


def test_entry_of_a_newer_version_is_refused(
    writer: LedgerWriter,
    reader: LedgerReader,
    client: DynamoDBClient,
) -> None:
    """An older ddbplan does not guess what a newer one wrote."""
    item = entries.encode_table("bank", TABLE)
    client.put_item(TableName=reader.table_name, Item={**item, "version": {"N": "2"}})

    with pytest.raises(WrongLedgerError, match="written by a newer ddbplan: its form is version 2"):
        reader.records("bank")


def test_missing_chunk_of_rows_is_refused(writer: LedgerWriter, reader: LedgerReader, client: DynamoDBClient) -> None:
    """A seed record whose rows were removed by something else is not read as an empty one."""
    writer.write(writer.seed(SEED))
    client.delete_item(TableName=reader.table_name, Key=entries.key("bank", "seed#accounts#rows#0001"))

    with pytest.raises(WrongLedgerError, match="seed#accounts#rows#0001"):
        reader.records("bank")


def test_forgetting_a_database_keeps_its_lock_and_history(writer: LedgerWriter, reader: LedgerReader) -> None:
    """What a destroyed database leaves is its fencing number and its runs."""
    writer.write([writer.table(TABLE), *writer.seed(SEED), writer.marker(MARKER, "run-1"), writer.run(RUN)])
    writer.write([writer.step(RUN.id, STEP)])
    writer.forget(of_database(reader.entry_names("bank")))

    assert reader.entry_names("bank") == ("lease", "lock", f"run#{RUN.id}", f"step#{RUN.id}#0001")


def test_forgetting_a_table_keeps_markers(writer: LedgerWriter, reader: LedgerReader) -> None:
    """A transaction may have touched other tables too: its marker stays."""
    writer.write([writer.table(TABLE), *writer.seed(SEED), writer.marker(MARKER, "run-1")])
    writer.forget(of_table(reader.entry_names("bank"), "accounts"))

    assert reader.entry_names("bank") == ("lease", "lock", "transaction#t1")


def test_two_creators_agree_on_one_ledger(client: DynamoDBClient, ledger_name: str) -> None:
    """Runs that make the ledger at the same time get the same ledger."""
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda _: ensure_ledger(client, ledger_name, account=ACCOUNT, region=REGION), range(4)),
        )

    assert len(set(made)) == 1
    assert made[0] == LedgerReader(client, ledger_name).identity()


def test_ledger_is_protected_from_deletion(client: DynamoDBClient, reader: LedgerReader) -> None:
    """The ledger's table cannot be deleted by accident."""
    table = client.describe_table(TableName=reader.table_name)["Table"]

    assert table["DeletionProtectionEnabled"]


def test_ledger_has_recovery_and_mark_where_the_engine_has_them(
    engine: Engine,
    client: DynamoDBClient,
    reader: LedgerReader,
) -> None:
    """On an engine with backups and tags the ledger has both."""
    if engine.name != "ministack":
        pytest.skip("DynamoDB Local has neither backups nor tags")
    backups = client.describe_continuous_backups(TableName=reader.table_name)["ContinuousBackupsDescription"]
    arn = client.describe_table(TableName=reader.table_name)["Table"]["TableArn"]
    identity = reader.identity()

    assert identity is not None
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "ddbplan:ledger", "Value": identity.ledger_id},
    ]


def test_unfinished_creation_is_finished(client: DynamoDBClient, reader: LedgerReader) -> None:
    """A creation that broke off before the ledger's own entry is completed by the next one."""
    before = reader.identity()
    client.delete_item(TableName=reader.table_name, Key=entries.key("#ledger", "meta"))
    after = ensure_ledger(client, reader.table_name, account=ACCOUNT, region=REGION)

    assert before == after


@pytest.mark.parametrize(("account", "region"), [("111122223333", REGION), (ACCOUNT, "us-east-1")])
def test_ledger_of_another_place_is_refused(
    client: DynamoDBClient,
    reader: LedgerReader,
    account: str,
    region: str,
) -> None:
    """A ledger that was copied to another account or Region is not this one's."""
    with pytest.raises(WrongLedgerError, match="What it records happened there, not here"):
        ensure_ledger(client, reader.table_name, account=account, region=region)


def test_a_table_that_is_no_ledger_is_refused(client: DynamoDBClient, ledger_name: str) -> None:
    """A table with other keys is not written to."""
    client.create_table(
        TableName=ledger_name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    with pytest.raises(WrongLedgerError, match="exists and is no ledger"):
        ensure_ledger(client, ledger_name, account=ACCOUNT, region=REGION)


@pytest.mark.parametrize(
    ("ledger", "says"),
    [
        (LedgerState(), "does not exist"),
        (LedgerState(exists=True), "is empty"),
        (LedgerState(exists=True, ledger_id="other"), "is ledger other"),
    ],
)
def test_marked_tables_need_their_ledger(ledger: LedgerState, says: str) -> None:
    """A missing, empty or other ledger is refused while a table bears a ledger's mark."""
    table = TableState(name="bank_accounts", settings={}, table_id="id-1", ledger_id="mine")
    live = LiveState(tables={table.name: table}, ledger=ledger)

    with pytest.raises(WrongLedgerError, match=says):
        check_marks(live, "bank")
    check_marks(live, "bank", adopted=["bank_accounts"])


def test_more_changes_than_a_transaction_takes_are_written_in_order(writer: LedgerWriter, reader: LedgerReader) -> None:
    """Hundreds of tables are recorded in several transactions."""
    tables = {f"t{n:03d}": replace(TABLE, key=f"t{n:03d}") for n in range(250)}
    writer.write([writer.table(table) for table in tables.values()])

    assert reader.records("bank")[1].tables == tables
