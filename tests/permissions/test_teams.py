"""Two teams in one account and one ledger, each with the policy that iam prints for its plan, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from executor import ApplyOptions, Clients, Target, apply
from executor.apply import OutcomeKind
from executor.failure import CallError
from executor.ledger.entries import PARTITION_KEY
from executor.ledger.errors import LedgerCallError
from executor.ledger.reader import LedgerReader
from executor.prepare import prepare
from executor.registry import call_function
from planner import load_plan
from planner.permissions import Place, Purpose, documents, grants_for
from tests.permissions.authorizer import ACCOUNT, REGION, Authorizer
from tests.permissions.gate import Gate

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checked import CheckedPlan
    from tests.engines import Engine

pytestmark = pytest.mark.engine
ORDERS = """\
ddbplan: 1
database: {unique}_orders
tables:
  orders: {{partition_key: order_id, tags: {{team: orders}}}}
seed:
  orders:
    - {{order_id: o-1, total: 10}}
transactions:
  first: {{operations: [{{put: {{table: orders, item: {{order_id: o-2, total: 5}}}}}}]}}
"""
BILLING = """\
ddbplan: 1
database: {unique}_billing
tables:
  invoices: {{partition_key: invoice_id}}
  orders:
    name: {unique}_orders_orders
    external: true
    partition_key: order_id
queries:
  order:
    table: orders
    key_condition: order_id = :id
    values: {{id: o-1}}
    live: true
    expect: {{count: 1}}
"""


@dataclass(frozen=True, kw_only=True)
class Teams:
    """Two plans of one ledger, and what each team may do."""

    engine: Engine
    ledger: str
    orders: CheckedPlan
    billing: CheckedPlan

    @property
    def options(self) -> ApplyOptions:
        """How both apply."""
        return ApplyOptions(ledger=self.ledger, lease_seconds=60.0)

    def gate(self, plan: CheckedPlan) -> Gate:
        """Clients with the policy of the team whose plan it is."""
        found = documents(grants_for([plan], Purpose.APPLY, Place(account=ACCOUNT, region=REGION), self.ledger))
        statements: list[Any] = [one for document in found for one in document.as_json()["Statement"]]
        return Gate(self.engine, Authorizer(statements=statements, partition_keys={self.ledger: PARTITION_KEY}))


@pytest.fixture
def teams(ministack: Engine, tmp_path: Path, unique: str) -> Teams:
    """The team of the orders, and the team of the invoices, which reads the orders."""
    return Teams(
        engine=ministack,
        ledger=f"{unique}_ledger",
        orders=_plan(tmp_path / "orders.yaml", ORDERS.format(unique=unique)),
        billing=_plan(tmp_path / "billing.yaml", BILLING.format(unique=unique)),
    )


def _plan(path: Path, text: str) -> CheckedPlan:
    path.write_text(text)
    loaded = load_plan(path)
    assert loaded.plan is not None, loaded.diagnostics
    return loaded.plan


def test_each_team_applies_its_own_plan(teams: Teams) -> None:
    """Both are applied through one ledger; the external table is read, and has no owner but its own team."""
    with teams.gate(teams.orders) as clients:
        first = apply(teams.orders, clients, teams.options)
    with teams.gate(teams.billing) as clients:
        second = apply(teams.billing, clients, teams.options)
        left = prepare(teams.billing, clients, teams.options).diff
        owned = LedgerReader(clients.dynamodb, teams.ledger).records(teams.billing.plan.database)[1].tables

    assert (first.kind, first.message) == (OutcomeKind.DONE, "")
    assert (second.kind, second.message) == (OutcomeKind.DONE, "")
    assert second.warnings == ()
    assert not [step.id for step in left.steps if not step.id.startswith("query.")]
    assert set(owned) == {"invoices"}


def test_a_team_is_refused_the_other_ones_entries(teams: Teams) -> None:
    """Neither read nor written: its policy names its own partition of the ledger alone."""
    with Clients(Target(endpoint_url=teams.engine.endpoint_url, region=REGION)) as clients:
        assert apply(teams.orders, clients, teams.options).kind is OutcomeKind.DONE
    other = teams.orders.plan.database
    key: Any = {PARTITION_KEY: {"S": other}, "entry": {"S": "lock"}}
    with teams.gate(teams.billing) as clients:
        reader = LedgerReader(clients.dynamodb, teams.ledger)
        for read in (lambda: reader.records(other), lambda: reader.lock(other), reader.databases):
            with pytest.raises(LedgerCallError, match="not authorized"):
                read()
        with pytest.raises(clients.dynamodb.exceptions.ClientError, match="not authorized"):
            clients.dynamodb.put_item(TableName=teams.ledger, Item=key)
        with pytest.raises(clients.dynamodb.exceptions.ClientError, match="not authorized"):
            clients.dynamodb.delete_item(TableName=teams.ledger, Key=key)

    with Clients(Target(endpoint_url=teams.engine.endpoint_url, region=REGION)) as clients:
        assert LedgerReader(clients.dynamodb, teams.ledger).lock(other) is not None


def test_a_team_cannot_apply_or_change_what_is_the_other_ones(teams: Teams) -> None:
    """The other plan is refused at its ledger entries, and the table that is only read takes no write."""
    with teams.gate(teams.orders) as clients:
        assert apply(teams.orders, clients, teams.options).kind is OutcomeKind.DONE
    table = next(iter(teams.orders.plan.tables.values())).name
    with teams.gate(teams.billing) as clients:
        with pytest.raises((CallError, LedgerCallError), match="not authorized"):
            apply(teams.orders, clients, teams.options)
        written = call_function("put_item", clients, table_name=table, item={"order_id": {"S": "o-9"}})

    assert written.error_code == "AccessDenied"
