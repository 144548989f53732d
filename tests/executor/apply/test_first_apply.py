"""Whose a table is that a first apply announced or made, and how long nothing on it needs a permission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse

from executor import OutcomeKind
from executor.ledger.entries import encode_table
from executor.ledger.errors import WrongLedgerError
from planner.state import OwnedTable
from planner.steps import HazardKind
from tests.executor.apply.conftest import BALANCES, BANK, balances

if TYPE_CHECKING:
    from executor import ApplyOptions, Clients, LedgerReader, Outcome
    from tests.engines import Engine
    from tests.executor.apply.conftest import Load

pytestmark = pytest.mark.engine
Run = Callable[..., "Outcome"]
CHANGES = frozenset({"CHANGES_DATA:transaction.transfer_001", "CHANGES_DATA:transaction.transfer_002"})
OVERWRITING = BANK[: BANK.index("    transactions:")].replace(
    "      accounts:\n        - {{account_id: acc-001",
    "      accounts:\n        on_conflict: overwrite\n        items:\n        - {{account_id: acc-001",
)


def make_accounts(clients: Clients, unique: str, **tags: str) -> None:
    """Make the accounts table as somebody else would."""
    marks: Any = {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]} if tags else {}
    clients.dynamodb.create_table(
        TableName=f"{unique}_accounts",
        KeySchema=[{"AttributeName": "account_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **marks,
    )


def announce(clients: Clients, options: ApplyOptions, unique: str, at: datetime) -> None:
    """Leave the ledger as a run does that dies just before it sends CreateTable."""
    table = OwnedTable(
        key="accounts",
        name=f"{unique}_accounts",
        table_id="",
        settings={},
        fresh=True,
        announced=at.isoformat(),
    )
    clients.dynamodb.put_item(TableName=options.ledger, Item=encode_table(unique, table))


def test_announced_table_that_somebody_else_made_is_not_taken(
    load: Load, run: Run, clients: Clients, options: ApplyOptions, unique: str
) -> None:
    """A run announced a table and never made it: the one of that name needs --adopt, and every permission."""
    plan = load()
    run(plan, only=("table.postings",))
    announce(clients, options, unique, datetime.now(UTC) - timedelta(hours=2))
    make_accounts(clients, unique)
    refused = run(plan)
    asked = run(plan, adopt=frozenset({"table.accounts"}))

    assert refused.kind is OutcomeKind.REFUSED
    assert [found.code for found in refused.refusals] == ["DDB204"]
    assert asked.kind is OutcomeKind.REFUSED
    assert set(asked.flags) == {*CHANGES, "DELETES_BY_TTL:table.accounts.time_to_live"}


def test_refused_creation_leaves_no_announcement(
    load: Load, run: Run, clients: Clients, reader: LedgerReader, unique: str
) -> None:
    """Where CreateTable was refused, the ledger no longer says that the table is on its way."""
    refused = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}

    def deny(params: dict[str, Any], **_: Any) -> Any:
        if f"{unique}_accounts" not in str(params["body"]):
            return None
        return AWSResponse("", 400, {}, None), {**refused, "ResponseMetadata": {"HTTPStatusCode": 400}}

    clients.dynamodb.meta.events.register("before-call.dynamodb.CreateTable", deny)
    failed = run(load())
    tables = reader.records(unique)[1].tables

    assert failed.kind is OutcomeKind.FAILED
    assert set(tables) == {"postings"}


def test_limited_run_ends_the_first_apply_of_what_it_made(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """After `--only` the application may write: a later apply asks before it writes over that."""
    plan = load(OVERWRITING)
    assert run(plan, only=("table.accounts",)).kind is OutcomeKind.DONE
    item = {"account_id": {"S": "acc-001"}, "balance": {"N": "7"}}
    clients.dynamodb.put_item(TableName=f"{unique}_accounts", Item=item)
    refused = run(plan)

    assert refused.kind is OutcomeKind.REFUSED
    assert set(refused.flags) == {"OVERWRITES_ITEMS:seed.accounts"}
    assert balances(clients, f"{unique}_accounts") == {"acc-001": 7}


def test_failed_run_ends_the_first_apply_of_tables_that_are_done(
    load: Load, run: Run, reader: LedgerReader, unique: str
) -> None:
    """What is left of a failed first apply needs no permission; tables on which nothing is left are no longer fresh."""
    failed = run(load(**{"amount: 100": "amount: 5000"}))
    fresh = {key: table.fresh for key, table in reader.records(unique)[1].tables.items()}
    finished = run(load())

    assert failed.kind is OutcomeKind.FAILED
    assert fresh == {"accounts": True, "postings": False}
    assert finished.kind is OutcomeKind.DONE, finished.message


def test_table_made_again_with_anothers_mark_needs_the_permission(
    load: Load, run: Run, clients: Clients, engine: Engine, unique: str
) -> None:
    """The marks of a table are read again when it is another one than the ledger records."""
    if engine.name == "DynamoDB Local":
        pytest.skip("DynamoDB Local has no tags")
    plan = load(BANK[: BANK.index("    transactions:")])
    run(plan)
    clients.dynamodb.delete_table(TableName=f"{unique}_accounts")
    make_accounts(clients, unique, **{"ddbplan:database": "other"})
    refused = run(plan)
    clients.dynamodb.delete_table(TableName=f"{unique}_accounts")
    make_accounts(clients, unique, **{"ddbplan:ledger": "other"})

    assert refused.kind is OutcomeKind.REFUSED
    assert any(flag.startswith(f"{HazardKind.OWNED_ELSEWHERE}:table.accounts") for flag in refused.flags)
    with pytest.raises(WrongLedgerError):
        run(plan)


def test_announced_table_that_a_run_made_is_taken(
    load: Load, run: Run, clients: Clients, options: ApplyOptions, unique: str
) -> None:
    """A run made the table and died before it recorded that: the next one goes on without any permission."""
    plan = load()
    run(plan, only=("table.postings",))
    announce(clients, options, unique, datetime.now(UTC))
    make_accounts(clients, unique, **({} if clients.engine == "DynamoDB Local" else {"ddbplan:database": unique}))
    finished = run(plan)

    assert finished.kind is OutcomeKind.DONE, finished.message
    assert balances(clients, f"{unique}_accounts") == BALANCES
