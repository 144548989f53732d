"""Transactions behave alike on every engine, however it words a refusal."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from executor.clients import Clients
from executor.ledger.entries import decode_marker, encode_lock
from executor.ledger.values import LockInfo
from executor.result import Result
from executor.wire import to_client
from tests.contract.conftest import Call


def put(table: str, name: str, **more: Any) -> dict[str, Any]:
    """The put of an item with this id."""
    return {"Put": {"TableName": table, "Item": {"id": {"S": name}}, **more}}


def absent(table: str, name: str) -> dict[str, Any]:
    """The put of an item that must not be there."""
    condition = {"ConditionExpression": "attribute_not_exists(#key)", "ExpressionAttributeNames": {"#key": "id"}}
    return put(table, name, ReturnValuesOnConditionCheckFailure="ALL_OLD", **condition)


def ids(call: Call, table: str) -> list[str]:
    """All ids, sorted."""
    found = call("scan_table", table_name=table, consistent_read=True).value["items"]
    return sorted(item["id"]["S"] for item in found)


class Ledger:
    """A ledger's table with a lock under one fencing number."""

    def __init__(self, call: Call, clients: Clients, name: str, fence: int = 7) -> None:
        self.call, self.clients, self.name = call, clients, name
        call("create_table_simple", table_name=name, partition_key="database", sort_key="entry", database_name="ledger")
        self.lock(fence)

    def lock(self, fence: int) -> None:
        """Let a holder take the lock under this number."""
        lock = LockInfo(
            database="bank",
            fence=fence,
            held=True,
            owner="me",
            host="here",
            boot_id="",
            pid=1,
            process_started="",
            run="run",
            since="2026-01-01T00:00:00Z",
        )
        self.clients.dynamodb.put_item(TableName=self.name, Item=to_client(encode_lock(lock)))

    def marker(self, *, content_hash: str = "hash", fence: int = 7) -> dict[str, Any]:
        """The marker of the transaction ``t1``."""
        return {
            "table_name": self.name,
            "database": "bank",
            "entry": "transaction#t1",
            "fence": fence,
            "content_hash": content_hash,
            "table_ids": {"accounts": "id-1"},
            "run": "run",
            "at": "2026-01-01T00:00:00Z",
        }

    def run(self, members: list[dict[str, Any]], marker: dict[str, Any], token: str = "") -> Result:
        """Run a transaction with a marker."""
        return self.call(
            "execute_transaction",
            transaction_items=members,
            client_request_token=token or uuid.uuid4().hex,
            marker=marker,
        )


@pytest.fixture
def ledger(call: Call, clients: Clients, unique: str) -> Ledger:
    """A ledger whose lock is held under the fencing number 7."""
    return Ledger(call, clients, f"{unique}_ledger")


def test_a_marker_is_written_with_the_operations(call: Call, ledger: Ledger, table: str) -> None:
    """A transaction with a marker leaves both, and the marker says what was done."""
    done = ledger.run([put(table, "a"), put(table, "b")], ledger.marker())
    (item,) = call(
        "query_table",
        table_name=ledger.name,
        key_condition_expression="#d = :d AND begins_with(#e, :t)",
        expression_attribute_names={"#d": "database", "#e": "entry"},
        expression_attribute_values={":d": {"S": "bank"}, ":t": {"S": "transaction#"}},
    ).value["items"]
    record = decode_marker(item)

    assert done.value == {"recorded": True, "already": False}
    assert ids(call, table) == ["a", "b"]
    assert (record.name, record.content_hash, record.outcome) == ("t1", "hash", "done")
    assert record.table_ids == {"accounts": "id-1"}


def test_a_marked_transaction_happens_once(call: Call, ledger: Ledger, table: str) -> None:
    """Under another token the marker decides: done already, and nothing is written twice."""
    ledger.run([put(table, "a")], ledger.marker())
    call(
        "execute_transaction",
        transaction_items=[{"Delete": {"TableName": table, "Key": {"id": {"S": "a"}}}}],
        client_request_token=uuid.uuid4().hex,
    )
    again = ledger.run([put(table, "a")], ledger.marker())

    assert again.value == {"recorded": True, "already": True}
    assert ids(call, table) == []


def test_a_changed_transaction_is_refused(call: Call, ledger: Ledger, table: str) -> None:
    """A marker of the same name with another content hash refuses the transaction."""
    ledger.run([put(table, "a")], ledger.marker())
    changed = ledger.run([put(table, "b")], ledger.marker(content_hash="other"))

    assert (changed.ok, changed.error_code) == (False, "TransactionChanged")
    assert ids(call, table) == ["a"]


def test_a_lost_lock_refuses_the_transaction(call: Call, ledger: Ledger, table: str) -> None:
    """A fencing number that somebody raised refuses the transaction, and nothing is written."""
    ledger.lock(8)
    lost = ledger.run([put(table, "a")], ledger.marker(fence=7))

    assert (lost.ok, lost.error_code) == (False, "LockLost")
    assert ids(call, table) == []


def test_the_same_token_twice_is_done_once(call: Call, ledger: Ledger, table: str) -> None:
    """Sending the same transaction again under its token succeeds and does nothing more."""
    token = uuid.uuid4().hex
    outcomes = [ledger.run([put(table, "a")], ledger.marker(), token) for _ in range(2)]

    assert [each.ok for each in outcomes] == [True, True], outcomes
    assert ids(call, table) == ["a"]


def test_the_order_of_members_in_a_mapping_does_not_matter(call: Call, table: str) -> None:
    """The same operation written in another order of names is the same request to every engine."""
    token = uuid.uuid4().hex
    one = {"Put": {"TableName": table, "Item": {"id": {"S": "a"}, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}}}}
    two = {"Put": {"Item": {"m": {"M": {"y": {"N": "2.0"}, "x": {"N": "1"}}}, "id": {"S": "a"}}, "TableName": table}}
    outcomes = [
        call("execute_transaction", transaction_items=[each], client_request_token=token) for each in (one, two)
    ]

    assert [each.ok for each in outcomes] == [True, True], outcomes


def test_a_token_of_another_request_is_refused(call: Call, table: str) -> None:
    """A token that another request used is refused, and nothing is written."""
    token = uuid.uuid4().hex
    call("execute_transaction", transaction_items=[put(table, "a")], client_request_token=token)
    other = call("execute_transaction", transaction_items=[put(table, "b")], client_request_token=token)

    assert (other.ok, other.error_code) == (False, "TokenReused")
    assert ids(call, table) == ["a"]


@pytest.mark.parametrize("marked", [True, False])
def test_a_failed_condition_names_its_operation(call: Call, ledger: Ledger, table: str, marked: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A refused condition names the operation as the plan counts it, the condition with real names, and the key."""
    call("put_item", table_name=table, item={"id": {"S": "b"}, "secret": {"S": "value"}})
    members = [put(table, "a"), absent(table, "b")]
    if marked:
        failed = ledger.run(members, ledger.marker())
    else:
        failed = call("execute_transaction", transaction_items=members, client_request_token=uuid.uuid4().hex)

    assert (failed.ok, failed.error_code) == (False, "ConditionFailed")
    assert failed.value == {
        "operation": 1,
        "condition": "attribute_not_exists(id)",
        "table": table,
        "key": {"id": {"S": "b"}},
        "found": {"id": {"S": "b"}, "secret": {"S": "value"}},
    }
    assert failed.message == (
        f"The condition of operation 1 (put of id b in {table}) does not hold: attribute_not_exists(id). "
        "Nothing was changed."
    )
    assert ids(call, table) == ["b"]


def test_a_bad_member_is_an_invalid_operation(call: Call, clients: Clients, table: str) -> None:
    """A member that DynamoDB refuses is one error code, whether the engine names the member or not."""
    call("put_item", table_name=table, item={"id": {"S": "a"}})
    bad = {
        "Update": {
            "TableName": table,
            "Key": {"id": {"S": "a"}},
            "UpdateExpression": "SET n = n + :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        },
    }
    failed = call(
        "execute_transaction",
        transaction_items=[put(table, "b"), bad],
        client_request_token=uuid.uuid4().hex,
    )

    assert (failed.ok, failed.error_code) == (False, "InvalidOperation")
    assert failed.value["operation"] == (None if clients.engine == "DynamoDB Local" else 1)
    assert ids(call, table) == ["a"]


def test_a_misspelt_member_is_refused_before_it_is_sent(call: Call, table: str) -> None:
    """A member that DynamoDB's model does not know is an invalid argument."""
    refused = call(
        "execute_transaction",
        transaction_items=[{"Put": {"TableName": table, "Item": {"id": {"S": "a"}}, "Condition": "x"}}],
        client_request_token=uuid.uuid4().hex,
    )

    assert (refused.ok, refused.error_code) == (False, "InvalidArguments")
    assert "Condition" in refused.message


def test_a_missing_table_is_named(call: Call, unique: str) -> None:
    """A transaction on a table that does not exist says so."""
    failed = call("execute_transaction", transaction_items=[put(unique, "a")], client_request_token=uuid.uuid4().hex)

    assert (failed.ok, failed.error_code) == (False, "TableMissing")
