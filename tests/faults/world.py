"""One database on an engine with a plan of its own, the proxy before it, and the command line in front of both."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from tests.faults import client, subject
from tests.faults.actions import Schedule, nothing
from tests.faults.proxy import Proxy, Session
from tests.faults.room import EngineBrokenError, blaming_the_engine, connect
from tests.faults.subject import KEYS, Item, Subject, Tables
from tests.faults.verdict import Verdict, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engines import Engine
    from tests.faults.client import Client, Ended, How

_COUNT = itertools.count()
_TO_WIRE, _FROM_WIRE = TypeSerializer(), TypeDeserializer()
INDEX_PATIENCE = 60.0
RESUMES = 4
"""How often an apply is started again, at most, until it says that it is done."""


class World:
    """A fresh database name, ledger name and folder; a context manager that removes the folder.

    Its tables stay until their engine ends: to delete them would cost a run a tenth of its time.

    Attributes:
        subject: The plan.
        plan: Its file.
        ledger: The ledger's table.
        written: What the application wrote, and nobody may write over.
        runs: How many times the command line was started.
        injected: Faults that were injected.
    """

    def __init__(self, engine: Engine, *, how: How, mutant: str = "", seed: int = 0) -> None:
        name = f"w{os.getpid()}x{next(_COUNT)}"
        self.engine, self._aws, self._how, self._mutant = engine, connect(engine), how, mutant
        self.subject: Subject = subject.generate(name, seed)
        self.ledger = f"{name}_ledger"
        self.folder = Path(tempfile.mkdtemp(prefix="ddbplan-faults-"))
        self.plan = subject.write(self.subject, self.folder)
        self.written: Tables = {}
        self.runs = 0
        self.injected = 0
        self.proxy = Proxy(engine.endpoint_url)
        self._sessions: list[Session] = []

    def __enter__(self) -> Self:
        self.proxy.__enter__()
        with blaming_the_engine():
            self._make_existing_table()
        return self

    def __exit__(self, *_: object) -> None:
        self.proxy.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    # What the application does.

    def _make_existing_table(self) -> None:
        table = subject.EXISTING_TABLE
        self.make_table(table)
        rows = subject.index(table, self.subject.existing)
        puts = [{"PutRequest": {"Item": _wire(row)}} for row in rows.values()]
        answer = self._aws.batch_write_item(RequestItems={self.subject.table_name(table): puts})
        assert not answer["UnprocessedItems"]
        self.written[table] = rows

    def make_table(self, table: str) -> None:
        """Make a table with its partition key only, as somebody other than ddbplan."""
        key = KEYS[table][0]
        self._aws.create_table(
            TableName=self.subject.table_name(table),
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def add_index_behind_the_back(self) -> None:
        """Give the existing table an index that no plan names."""
        create = {
            "IndexName": "by_name",
            "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
        self._aws.update_table(
            TableName=self.subject.table_name(subject.EXISTING_TABLE),
            AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": create}],
        )
        self._wait_for_indexes(subject.EXISTING_TABLE)

    def _wait_for_indexes(self, table: str) -> None:
        """Return once every index of a table is filled.

        DynamoDB Local knows of a new index before its store has a column for it, and fails every write until it has.

        Raises:
            EngineBrokenError: It is not filled in time.
        """
        deadline = time.monotonic() + INDEX_PATIENCE
        while time.monotonic() < deadline:
            described = self._aws.describe_table(TableName=self.subject.table_name(table))["Table"]
            indexes = described.get("GlobalSecondaryIndexes", ())
            if all(index["IndexStatus"] == "ACTIVE" for index in indexes):
                return
            time.sleep(0.05)
        raise EngineBrokenError(f"an index of {table} is not filled within {INDEX_PATIENCE:.0f} s")

    def drop_index_behind_the_back(self) -> None:
        """Take that index away again."""
        self._aws.update_table(
            TableName=self.subject.table_name(subject.EXISTING_TABLE),
            GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_name"}}],
        )

    def application_writes(self) -> None:
        """Write over one item of each table that exists by now; no apply may undo it."""
        with blaming_the_engine():
            self._put("customers", {"customer_id": "customer-051", "region": "region-8", "name": "The application"})
            self._put("products", {"product_id": "product-007", "category": "category-x", "price": -1})
            self._name_account("account-03")

    def _put(self, table: str, row: Item) -> None:
        with _unless_missing():
            self._wait_for_indexes(table)
            self._aws.put_item(TableName=self.subject.table_name(table), Item=_wire(row))
            self.written.setdefault(table, {}).update(subject.index(table, (row,)))

    def _name_account(self, account: str) -> None:
        # Only where the account is there already: otherwise its seed would find it without a balance, and keep it so.
        with _unless_missing():
            self._aws.update_item(
                TableName=self.subject.table_name("accounts"),
                Key=_wire({"account_id": account}),
                UpdateExpression="SET nickname = :name",
                ConditionExpression="attribute_exists(account_id)",
                ExpressionAttributeValues={":name": {"S": "the application's"}},
            )
            self.written.setdefault("accounts", {})[account] = {"nickname": "the application's"}

    # What is there.

    def table_names(self) -> tuple[str, ...]:
        """Physical names of the tables of the plan and of the ledger, there or not."""
        return (self.ledger, *(self.subject.table_name(table) for table in KEYS))

    def scan(self) -> Tables:
        """Every item of every table of the plan; a table that is missing has none."""
        with blaming_the_engine():
            return {table: self._scan(table) for table in KEYS}

    def _scan(self, table: str) -> dict[str, Item]:
        rows: list[Item] = []
        with _unless_missing():
            pages = self._aws.get_paginator("scan")
            for page in pages.paginate(TableName=self.subject.table_name(table), ConsistentRead=True):
                rows += [_plain(item) for item in page["Items"]]
        return subject.index(table, rows)

    def drop(self, table_name: str) -> None:
        """Delete a table, whatever protects it."""
        with _unless_missing():
            described = self._aws.describe_table(TableName=table_name)["Table"]
            if described.get("DeletionProtectionEnabled"):
                self._aws.update_table(TableName=table_name, DeletionProtectionEnabled=False)
            self._aws.delete_table(TableName=table_name)

    # What the command line does.

    def start(
        self,
        *arguments: str,
        schedule: Schedule = nothing,
        proxy: Proxy | None = None,
        product: bool = False,
    ) -> tuple[Client, Session]:
        """Start the command line behind a proxy.

        Args:
            arguments: From the command's name on; endpoint and ledger are added.
            schedule: What happens to its calls.
            proxy: Another proxy than this world's own.
            product: The product itself, even in the world of a mutant.
        """
        through = proxy or self.proxy
        session = through.begin(schedule)
        line = [*arguments, "--endpoint-url", through.endpoint_url, "--ledger", self.ledger]
        mutant = "" if product else self._mutant
        running = client.launch(line, folder=self.folder, how=self._how, mutant=mutant)
        session.victim = running.pid
        session.has_victim.set()
        self.runs += 1
        self._sessions.append(session)
        return running, session

    def apply_line(self, *more: str) -> tuple[str, ...]:
        """The arguments of an apply of the plan."""
        return ("apply", str(self.plan), "--yes", "--adopt", f"table.{subject.EXISTING_TABLE}", *more)

    def apply(self, *more: str, schedule: Schedule = nothing) -> tuple[Ended, Session]:
        """Run an apply to its end, whatever end that is."""
        running, session = self.start(*self.apply_line(*more), schedule=schedule)
        return running.wait(), session

    def apply_until_done(self, *more: str) -> Ended:
        """Run the same apply until it ends with 0, as a person would; the last end after ``RESUMES`` attempts."""
        for _ in range(RESUMES):
            ended, _session = self.apply(*more)
            if ended.code == 0:
                break
        return ended

    def diff(self) -> Ended:
        """``diff --detailed-exitcode`` by the product itself: 0 is no difference."""
        running, _session = self.start("diff", str(self.plan), "--detailed-exitcode", product=True)
        return running.wait()

    # How it ended.

    def judge(self, last: Ended | None = None) -> Verdict:
        """Compare the final state with what must be there.

        Args:
            last: The end of the last apply, which must be 0.
        """
        self.injected += sum(len(session.struck) for session in self._sessions)
        self._sessions.clear()
        verdict = compare(self.subject, subject.expected(self.subject), self.scan(), self.written)
        if last is not None and last.code != 0:
            verdict.wrong.append(f"the last apply ended with {last.code}: {last.output[-1500:]}")
        difference = self.diff()
        if difference.code != 0:
            verdict.wrong.append(f"the next diff ended with {difference.code}: {difference.output[-1500:]}")
        return verdict


@contextlib.contextmanager
def _unless_missing() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceNotFoundException", "ConditionalCheckFailedException"):
            raise


def _wire(row: Item) -> dict[str, Any]:
    return {name: _TO_WIRE.serialize(value) for name, value in row.items()}


def _plain(item: dict[str, Any]) -> Item:
    values = {name: _FROM_WIRE.deserialize(value) for name, value in item.items()}
    return {name: int(value) if not isinstance(value, str) else value for name, value in values.items()}
