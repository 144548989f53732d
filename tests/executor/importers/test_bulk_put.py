"""Rows that StartBulkPutItems writes into a table that exists, on the strict fake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from executor.caller import Bulk
from executor.registry import call_function
from executor.result import Result
from tests.fakes.control_plane import Account, times
from tests.fakes.control_plane.in_process import FakeClients, virtual_time
from tests.fakes.control_plane.state import Busy

Json = dict[str, Any]
CONDITION = {
    "ConditionExpression": "attribute_not_exists(#key)",
    "ExpressionAttributeNames": {"#key": "id"},
}


def record(name: str, value: str, **more: Any) -> Json:
    """One record."""
    return {"Item": {"id": {"S": name}, "value": {"S": value}}, **more}


def put_into(account: Account, *records: Json) -> None:
    """Rows in S3."""
    text = "\n".join(json.dumps(one) for one in records)
    account.sites["eu-west-1"].buckets["lake-in"] = {"rows/1.json": text.encode()}


@pytest.fixture
def account() -> Iterator[Account]:
    """An account with a table of one item, on virtual time."""
    made = Account()
    made.handle(
        "CreateTable",
        {
            "TableName": "lake_events",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )
    made.clock.advance(60)
    site = made.sites["eu-west-1"]
    table = site.table("lake_events")
    site.importers.rows[table.table_id] = {json.dumps([{"S": "a"}]): record("a", "theirs")["Item"]}
    with virtual_time(made.clock):
        yield made


def written(account: Account, bulk: Bulk | None = None, *, conditional: bool = True, named: str = "first") -> Result:
    """The call of a step that has DynamoDB write rows."""
    source = {
        "identity": "0" * 64,
        "import_from": {"S3Bucket": "lake-in", "S3KeyPrefix": "rows/", "InputFormat": "DYNAMODB_JSON"},
        "errors": {"S3Bucket": "lake-out", "S3KeyPrefix": "errors/"},
        "conditional": conditional,
        "client_token": named,
    }
    with FakeClients(account) as clients:
        return call_function(
            "batch_write_items", clients, bulk=bulk, table_name="lake_events", source=source, condition="absent"
        )


def items(account: Account) -> dict[str, str]:
    """Values of the table's items by key."""
    site = account.sites["eu-west-1"]
    rows = site.importers.rows[site.table("lake_events").table_id].values()
    return {row["id"]["S"]: row["value"]["S"] for row in rows}


def test_records_with_conditions_keep_what_is_there(account: Account) -> None:
    """A row whose key exists is no error, and the item stays as the application wrote it."""
    put_into(account, record("a", "ours", **CONDITION), record("b", "ours", **CONDITION))

    result = written(account)

    assert result.ok, result.message
    assert (result.value["processed"], result.value["failed"]) == (2, 0)
    assert items(account) == {"a": "theirs", "b": "ours"}
    output = next(c for c in account.calls if c.operation == "StartBulkPutItems").params["OutputS3Configuration"]
    assert output["OutputType"] == ["ERROR", "CONDITION_CHECK_FAILURE"]


def test_records_without_conditions_replace_items(account: Account) -> None:
    """That is what `on_conflict: overwrite` says."""
    put_into(account, record("a", "ours"))

    assert written(account, conditional=False).ok
    assert items(account) == {"a": "ours"}


def test_an_operation_is_announced_before_it_is_watched_and_gone_on_with_by_its_arn(account: Account) -> None:
    """Whoever keeps the ARN never starts a second one, however long ago the first was started."""
    put_into(account, record("b", "ours"))
    told: list[str] = []
    first = written(account, Bulk(started=told.append))
    account.clock.advance(times.TOKEN + times.HOUR)

    again = written(account, Bulk(tried=True, operation=told[0]))

    assert first.ok
    assert again.ok
    assert again.value["operation"] == told[0]
    assert account.counted()["StartBulkPutItems"] == 1


def test_an_operation_whose_answer_was_lost_is_found_by_its_token(account: Account) -> None:
    """Among other operations, over several pages of the listing, also after the token has expired."""
    put_into(account, record("b", "ours"))
    first = written(account)
    for number in range(30):
        assert written(account, named=f"other-{number}").ok
    account.clock.advance(times.TOKEN + times.HOUR)

    again = written(account, Bulk(tried=True))

    assert again.value["operation"] == first.value["operation"]
    assert account.counted()["StartBulkPutItems"] == 31


def test_rows_that_cannot_be_written_are_counted_and_said_where(account: Account) -> None:
    """The other rows are written; the operation has ended, so that the next apply starts another."""
    put_into(account, record("b", "ours"), {"Item": {"value": {"S": "a secret"}}})
    account.sites["eu-west-1"].buckets["lake-out"] = {"errors/of-another/ERROR/1.json": b'{"ErrorMessage": "Another"}'}

    result = written(account)

    assert result.error_code == "BulkFailed"
    assert "COMPLETED_WITH_ERRORS: 1 of 2 rows could not be written, the others are." in result.message
    assert "s3://lake-out/errors/" in result.message
    assert "The first of them: One of the required keys was not given a value." in result.message
    assert "secret" not in result.message
    assert result.value["ended"] is True
    assert items(account)["b"] == "ours"


def test_reports_that_cannot_be_read_change_nothing(account: Account) -> None:
    """The credentials of an apply need not be allowed to read them."""
    put_into(account, {"Item": {"value": {"S": "no key"}}})

    result = written(account)

    assert result.error_code == "BulkFailed"
    assert result.value["reported"] == []


def test_an_index_that_is_being_made_is_waited_for(account: Account) -> None:
    """StartBulkPutItems is not sent before, since DynamoDB would refuse it."""
    put_into(account, record("b", "ours"))
    account.handle(
        "UpdateTable",
        {
            "TableName": "lake_events",
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "value", "AttributeType": "S"},
            ],
            "GlobalSecondaryIndexUpdates": [
                {
                    "Create": {
                        "IndexName": "by_value",
                        "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                }
            ],
        },
    )
    account.clock.advance(times.DESCRIBE_LAG)

    assert written(account).ok
    assert account.refusals == ()


def test_a_global_table_is_refused_before_anything_is_started(account: Account) -> None:
    """DynamoDB takes none."""
    table = account.sites["eu-west-1"].table("lake_events")
    table.replicas["us-east-1"] = {"RegionName": "us-east-1", "ReplicaStatus": "ACTIVE"}
    account.sites["eu-west-1"].changed(table)
    account.clock.advance(60)

    result = written(account)

    assert result.error_code == "BulkFailed"
    assert "takes no global table" in result.message
    assert account.counted()["StartBulkPutItems"] == 0


def test_fewer_write_units_than_the_importer_takes_are_refused(account: Account) -> None:
    """A limit that is not kept would be none."""
    put_into(account, record("b", "ours"))

    refused, kept = written(account, Bulk(max_write_units=500)), written(account, Bulk(max_write_units=2000))

    assert refused.error_code == "InvalidArguments"
    assert "takes no less than 1024" in refused.message
    assert kept.ok
    started = [c for c in account.calls if c.operation == "StartBulkPutItems"]
    assert [c.params["MaxWriteRequestUnits"] for c in started] == [2000]


def test_the_fake_refuses_a_table_whose_index_is_being_made(account: Account) -> None:
    """The rule that the executor keeps is one of the fake."""
    table = account.sites["eu-west-1"].table("lake_events")
    table.start(Busy.BACKFILL, account.clock.now() + 60)
    put_into(account, record("b", "ours"))

    with pytest.raises(Exception, match="index that is being created"):
        account.handle(
            "StartBulkPutItems",
            {
                "TableName": "lake_events",
                "InputS3Configuration": {"S3Bucket": "lake-in", "InputFormat": "DYNAMODB_JSON"},
                "OutputS3Configuration": {"S3Bucket": "lake-out", "OutputType": ["ERROR"]},
            },
        )
