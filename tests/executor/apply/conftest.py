"""Plans as text, clients of an engine, and a ledger for each test."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from executor import ApplyOptions, Clients, LedgerReader, Outcome, Target, apply
from planner import load_plan

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checked import CheckedPlan
    from tests.engines import Engine

BANK = """
    ddbplan: 1
    database: {name}
    tables:
      accounts:
        partition_key: account_id
        time_to_live: expires_at
      postings:
        partition_key: account_id
        sort_key: posted_at
        global_secondary_indexes:
          by_reference: {{partition_key: reference}}
    seed:
      accounts:
        - {{account_id: acc-001, owner: Alice-the-secret, balance: 1000, currency: USD}}
        - {{account_id: acc-002, owner: Bob-the-secret, balance: 250, currency: USD}}
      postings:
        - {{account_id: acc-001, posted_at: "2026-01-01", reference: opening}}
    transactions:
      transfer_001:
        operations:
          - update:
              table: accounts
              key: {{account_id: acc-001}}
              expression: SET balance = balance - :amount
              condition: balance >= :amount
              values: {{amount: 100}}
          - update:
              table: accounts
              key: {{account_id: acc-002}}
              expression: SET balance = balance + :amount
              values: {{amount: 100}}
      transfer_002:
        operations:
          - update:
              table: accounts
              key: {{account_id: acc-002}}
              expression: SET balance = balance - :amount
              condition: balance >= :amount
              values: {{amount: 50}}
          - update:
              table: accounts
              key: {{account_id: acc-001}}
              expression: SET balance = balance + :amount
              values: {{amount: 50}}
"""
BALANCES = {"acc-001": 950, "acc-002": 300}


@pytest.fixture
def clients(engine: Engine) -> Iterator[Clients]:
    """Clients of the engine."""
    with Clients(Target(endpoint_url=engine.endpoint_url)) as made:
        yield made


@pytest.fixture
def options(unique: str) -> ApplyOptions:
    """A ledger of the test's own, and a short lease."""
    return ApplyOptions(ledger=f"ledger_{unique}", lease_seconds=3.0)


Load = Callable[..., "CheckedPlan"]


@pytest.fixture
def load(tmp_path: Path, unique: str) -> Load:
    """Reads and checks a plan whose text has ``{name}`` for its database."""

    def loading(text: str = BANK, **changes: str) -> CheckedPlan:
        path = tmp_path / "plan.yaml"
        written = textwrap.dedent(text).replace("{{", "{").replace("}}", "}").replace("{name}", unique)
        for old, new in changes.items():
            assert old in written
            written = written.replace(old, new)
        path.write_text(written)
        loaded = load_plan(path)
        assert loaded.plan is not None, loaded.diagnostics
        return loaded.plan

    return loading


@pytest.fixture
def reader(clients: Clients, options: ApplyOptions) -> LedgerReader:
    """Reads the test's ledger."""
    return LedgerReader(clients.dynamodb, options.ledger)


@pytest.fixture
def run(clients: Clients, options: ApplyOptions) -> Callable[..., Outcome]:
    """Applies a plan with the test's ledger."""

    def running(plan: CheckedPlan, **changes: Any) -> Outcome:
        passed = {name: changes.pop(name) for name in ("confirm", "listen", "stop") if name in changes}
        return apply(plan, clients, replace(options, **changes), **passed)

    return running


def balances(clients: Clients, table: str) -> dict[str, int]:
    """Each account's balance."""
    items = clients.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
    return {item["account_id"]["S"]: int(item["balance"]["N"]) for item in items}


def table_names(clients: Clients) -> set[str]:
    """Every table of an engine, which may hold more than ListTables answers at once."""
    pages = clients.dynamodb.get_paginator("list_tables").paginate()
    return {name for page in pages for name in page["TableNames"]}
