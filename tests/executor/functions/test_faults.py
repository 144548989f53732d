"""What the network and the service can do to a call, and what must come of it all the same."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest

from executor.caller import Bulk
from executor.ledger.entries import encode_lock
from executor.ledger.values import LockInfo
from executor.registry import call_function
from executor.wire import to_client
from tests.executor.functions.conftest import Faults

LOST_ANSWER = {"response": {"abort_bytes": 0}}
ABSENT = "attribute_not_exists(id)"


def rule(operation: str, times: int = 1, **effect: Any) -> dict[str, Any]:
    """A fault of one operation of DynamoDB."""
    return {"service": "dynamodb", "operation": operation, "times": times, **effect}


def error(code: str, status: int = 400) -> dict[str, Any]:
    """An error in place of the call."""
    return {"error": {"code": code, "status": status}}


def cancellation(reasons: list[dict[str, str]]) -> dict[str, Any]:
    """A cancelled transaction in place of the call."""
    return {"error": {**error("TransactionCanceledException")["error"], "fields": {"CancellationReasons": reasons}}}


def items(count: int) -> list[dict[str, Any]]:
    """Rows ``0000`` and on."""
    return [{"id": {"S": f"{number:04d}"}} for number in range(count)]


def ids(faults: Faults, table: str) -> list[str]:
    """All ids, sorted, read without faults."""
    faults.inject()
    found = faults.call("scan_table", table_name=table, consistent_read=True).value["items"]
    return sorted(item["id"]["S"] for item in found)


def test_unprocessed_items_are_sent_again(faults: Faults, table: str) -> None:
    """Items that an answer leaves unprocessed are written in the end, each once."""
    left = {table: [{"PutRequest": {"Item": item}} for item in items(25)]}
    ok = {"error": {"code": "Ok", "status": 200, "fields": {"UnprocessedItems": left}}}
    faults.inject(rule("BatchWriteItem", 3, **ok))
    written = faults.call("batch_write_items", table_name=table, items=items(25), condition="none")
    fired = faults.fired()

    assert fired == 3
    assert written.value == {"written": 25, "kept": 0, "conflicts": []}
    assert len(ids(faults, table)) == 25


def test_throttled_batches_are_sent_again(faults: Faults, table: str) -> None:
    """Throttling that outlasts the client's own tries drops no item."""
    faults.inject(rule("BatchWriteItem", 6, **error("ProvisionedThroughputExceededException")))
    written = faults.call("batch_write_items", table_name=table, items=items(30), condition="none")
    fired = faults.fired()

    assert fired == 6
    assert written.value["written"] == 30
    assert len(ids(faults, table)) == 30


@pytest.mark.parametrize(
    "fault", [error("InternalServerError", 500), LOST_ANSWER, {"reset": True}, {"truncate_frac": 0.5}]
)
def test_a_put_survives(faults: Faults, table: str, fault: dict[str, Any]) -> None:
    """A conditional put is written once and said to be written, whatever happened to its first answer."""
    faults.inject(rule("PutItem", 1, **fault))
    put = faults.call("put_item", table_name=table, item={"id": {"S": "a"}}, condition_expression=ABSENT)
    fired = faults.fired()

    assert fired == 1
    assert put.value == {"written": True, "kept": False}, put
    assert ids(faults, table) == ["a"]


def test_lost_answers_of_conditional_puts_conflict_with_nothing(faults: Faults, table: str) -> None:
    """A row that landed although its answer was lost is no conflict with itself."""
    faults.inject(rule("PutItem", 5, **LOST_ANSWER))
    written = faults.call("batch_write_items", table_name=table, items=items(20), on_conflict="fail")
    fired = faults.fired()

    assert fired == 5
    assert written.ok, written
    assert written.value["written"] + written.value["kept"] == 20
    assert len(ids(faults, table)) == 20


def test_a_create_whose_answer_was_lost_is_finished(faults: Faults, unique: str) -> None:
    """A table that was made although the answer was lost gets its settings, and counts as success."""
    faults.inject(rule("CreateTable", 1, **LOST_ANSWER))
    schema = {
        "TableName": unique,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ends"},
    }
    made = faults.call("create_table_advanced", table_schema=schema, database_name="faults")
    fired = faults.fired()
    ttl = faults.call("get_table_info", table_name=unique, aspects=["time_to_live"]).value["TimeToLive"]

    assert fired == 1
    assert made.ok, made
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"}


def test_a_transaction_whose_answer_was_lost_happens_once(faults: Faults, table: str) -> None:
    """The same token goes with the second try, so that a counter is raised once."""
    faults.call("put_item", table_name=table, item={"id": {"S": "a"}, "n": {"N": "0"}})
    raise_counter = {
        "Update": {
            "TableName": table,
            "Key": {"id": {"S": "a"}},
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        },
    }
    faults.inject(rule("TransactWriteItems", 2, **LOST_ANSWER))
    done = faults.call(
        "execute_transaction",
        transaction_items=[raise_counter],
        client_request_token=uuid.uuid4().hex,
    )
    fired = faults.fired()
    (item,) = faults.call("scan_table", table_name=table).value["items"]

    assert fired == 2
    assert done.ok, done
    assert item["n"] == {"N": "1"}


def test_a_marked_transaction_never_answered_is_found_done(faults: Faults, table: str, unique: str) -> None:
    """When every answer is lost, even under another token, the marker says that it was done."""
    ledger = f"{unique}_ledger"
    faults.call("create_table_simple", table_name=ledger, partition_key="database", sort_key="entry", database_name="x")
    lock = LockInfo(
        database="bank",
        fence=1,
        held=True,
        owner="",
        host="",
        boot_id="",
        pid=1,
        process_started="",
        run="run",
        since="",
    )
    faults.clients.dynamodb.put_item(TableName=ledger, Item=to_client(encode_lock(lock)))
    marker = {"table_name": ledger, "database": "bank", "entry": "transaction#t", "fence": 1, "content_hash": "h"}
    member = {"Put": {"TableName": table, "Item": {"id": {"S": "a"}}}}
    faults.inject(rule("TransactWriteItems", 1, **LOST_ANSWER))
    first = faults.call(
        "execute_transaction",
        transaction_items=[member],
        client_request_token=uuid.uuid4().hex,
        marker=marker,
    )
    again = faults.call(
        "execute_transaction",
        transaction_items=[member],
        client_request_token=uuid.uuid4().hex,
        marker=marker,
    )

    assert first.value == {"recorded": True, "already": False}
    assert again.value == {"recorded": True, "already": True}


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transient_cancellation_is_sent_again(faults: Faults, table: str, reason: str) -> None:
    """A cancellation whose every reason is transient is tried again until it passes."""
    reasons = [{"Code": "None"}, {"Code": reason, "Message": "try again"}]
    fields = {
        "error": {"code": "TransactionCanceledException", "status": 400, "fields": {"CancellationReasons": reasons}}
    }
    faults.inject(rule("TransactWriteItems", 3, **fields))
    members = [{"Put": {"TableName": table, "Item": item}} for item in items(2)]
    done = faults.call("execute_transaction", transaction_items=members, client_request_token=uuid.uuid4().hex)
    fired = faults.fired()

    assert fired == 3
    assert done.ok, done
    assert len(ids(faults, table)) == 2


def test_a_mixed_cancellation_is_final(faults: Faults, table: str) -> None:
    """One final reason beside a transient one ends the transaction at once, on the operation that caused it."""
    reasons = [{"Code": "TransactionConflict"}, {"Code": "ValidationError", "Message": "no."}]
    fields = {
        "error": {"code": "TransactionCanceledException", "status": 400, "fields": {"CancellationReasons": reasons}}
    }
    faults.inject(rule("TransactWriteItems", 5, **fields))
    members = [{"Put": {"TableName": table, "Item": item}} for item in items(2)]
    done = faults.call("execute_transaction", transaction_items=members, client_request_token=uuid.uuid4().hex)
    fired = faults.fired()

    assert fired == 1
    assert (done.error_code, done.value["operation"]) == ("InvalidOperation", 1)
    assert ids(faults, table) == []


def test_expired_credentials_in_the_middle_stop_with_one_sentence(faults: Faults, table: str) -> None:
    """A session that ends during a load stops it, says how far it got and how to sign in again."""
    faults.inject(rule("BatchWriteItem", 99, **error("ExpiredTokenException")))
    stopped = faults.call("batch_write_items", table_name=table, items=items(60), condition="none")

    assert (stopped.ok, stopped.error_code) == (False, "CredentialsExpired")
    assert stopped.message == "The credentials' session has ended. Sign in again:\n  aws sso login"
    assert stopped.value == {"written": 0, "kept": 0, "conflicts": []}


def test_a_stop_ends_a_load_between_two_writes(faults: Faults, table: str) -> None:
    """A load that is asked to stop finishes what is in flight and begins nothing new."""
    stop = threading.Event()
    readings: list[int] = []

    def slowly() -> Any:
        # Read once to see that the rows are those agreed on, and once to write them.
        readings.append(len(readings))
        loading = len(readings) > 1
        for number, row in enumerate(items(2_000)):
            if loading and number == 300:
                stop.set()
            yield row

    stopped = call_function(
        "batch_write_items",
        faults.clients,
        stop=stop,
        bulk=Bulk(rows=slowly),
        table_name=table,
        source={"file": "/given", "sha256": "0" * 64},
        key_names=["id"],
    )

    assert (stopped.ok, stopped.error_code) == (False, "Interrupted")
    assert 200 < len(ids(faults, table)) <= 301


def test_a_page_is_read_again_after_a_cut_answer(faults: Faults, table: str) -> None:
    """A cut or corrupted page is never taken for an empty one."""
    faults.call("batch_write_items", table_name=table, items=items(50), condition="none")
    faults.inject(rule("Scan", 2, response={"truncate_frac": 0.5}))
    read = faults.call("scan_table", table_name=table)
    fired = faults.fired()

    assert fired == 2
    assert read.value["count"] == 50, read
