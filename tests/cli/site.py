"""A folder with a plan, and an engine to apply it to, through the real command line."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import boto3
from click.testing import CliRunner, Result

from ddbplan.main import program
from tests.cli.support import PROGRAM, ddbplan, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from tests.engines import Engine

CANARIES = ("CANARYOWNER", "871623", "CANARYNOTE")
"""Values of items and of operations that may be shown nowhere and recorded nowhere."""

PLAN = """\
ddbplan: 1
database: {database}
tables:
  accounts:
    partition_key: account_id
    global_secondary_indexes:
      by_owner: {{partition_key: owner}}
  postings: {{partition_key: account_id, sort_key: posted_at}}
seed:
  accounts:
    - {{account_id: acc-1, owner: CANARYOWNER, balance: 871623}}
    - {{account_id: acc-2, owner: Bob, balance: 5}}
transactions:
  first:
    operations:
      - update:
          {{table: accounts, key: {{account_id: acc-1}}, expression: SET balance = balance - :a, values: {{a: 10}}}}
      - update:
          {{table: accounts, key: {{account_id: acc-2}}, expression: SET balance = balance + :a, values: {{a: 10}}}}
  second:
    operations:
      - put: {{table: postings, item: {{account_id: acc-1, posted_at: "2026-01-02", note: CANARYNOTE}}}}
      - update:
          {{table: accounts, key: {{account_id: acc-2}}, expression: SET balance = balance + :a, values: {{a: 1}}}}
"""
BALANCES = {"acc-1": "871613", "acc-2": "16"}
"""What the accounts hold once everything happened once."""


class Site:
    """A folder with a plan, and an engine; names and ledger are the site's own."""

    def __init__(self, folder: Path, engine: Engine, database: str) -> None:
        self.folder = folder
        self.engine = engine
        self.database = database
        self.ledger = f"{database}_ledger"
        self.endpoint_url = engine.endpoint_url
        self.plan = folder / "plan.yaml"
        self.write(PLAN)

    def write(self, text: str) -> None:
        """Write the plan."""
        self.plan.write_text(text.format(database=self.database))

    def change(self, old: str, new: str) -> None:
        """Change the plan's text."""
        text = self.plan.read_text()

        assert old in text

        self.plan.write_text(text.replace(old, new))

    def words(self, command: str, *words: str, endpoint_url: str = "") -> list[str]:
        """A command line with the site's target and ledger."""
        ledger = () if command in {"query", "report", "call"} or "--ledger" in words else ("--ledger", self.ledger)
        return [command, *words, "--endpoint-url", endpoint_url or self.endpoint_url, *ledger]

    def run(self, command: str, *words: str) -> Result:
        """Run a command in this process."""
        return CliRunner().invoke(program, self.words(command, *words))

    def json(self, command: str, *words: str) -> Any:
        """The JSON that a command answers with."""
        return json.loads(self.run(command, *words, "--format", "json").stdout)

    def process(self, command: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a process."""
        return ddbplan(*self.words(command, *words), folder=self.folder, **more)

    @contextlib.contextmanager
    def started(self, command: str, *words: str, endpoint_url: str) -> Iterator[subprocess.Popen[str]]:
        """A command as a process that goes on beside the test; killed at the end if it still runs."""
        command_line = [*PROGRAM, *self.words(command, *words, endpoint_url=endpoint_url)]
        with subprocess.Popen(
            command_line,
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            try:
                yield running
            finally:
                running.kill()

    def client(self) -> DynamoDBClient:
        """A client of the engine, for what other people do to it."""
        return boto3.client("dynamodb", endpoint_url=self.endpoint_url)

    def has_table(self, name: str) -> bool:
        """Whether a table exists, by its physical name; the engine may hold more than ListTables answers at once."""
        pages = self.client().get_paginator("list_tables").paginate()
        return any(name in page["TableNames"] for page in pages)

    def items(self, table: str) -> list[dict[str, Any]]:
        """All items of a table, by its physical name."""
        return self.client().scan(TableName=table, ConsistentRead=True)["Items"]

    def balances(self) -> dict[str, str]:
        """What each account holds."""
        found = self.items(f"{self.database}_accounts")
        return {item["account_id"]["S"]: item["balance"]["N"] for item in found}

    def last_run(self) -> Any:
        """The latest run of the database, with its steps, as JSON."""
        (latest,) = self.json("history", self.database, "--limit", "1")["runs"]
        return self.json("history", latest["id"])["run"]

    def wait_for_step(self, name: str, outcome: str) -> None:
        """Return once the latest run records this outcome of a step."""
        deadline = time.monotonic() + 60
        while {(step["id"], step["outcome"]) for step in self.last_run()["steps"]}.isdisjoint({(name, outcome)}):
            assert time.monotonic() < deadline, f"{name} did not come to be {outcome}"

            time.sleep(0.1)

    def is_complete(self) -> bool:
        """Whether everything happened once, and the next diff is empty."""
        left = self.run("diff", str(self.plan), "--detailed-exitcode").exit_code
        return left == 0 and self.balances() == BALANCES and len(self.items(f"{self.database}_postings")) == 1
