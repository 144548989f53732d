"""Creating tables behaves alike on every engine."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from executor.clients import Clients
from tests.contract.conftest import Call


def schema(name: str, **more: Any) -> dict[str, Any]:
    """A schema with the key ``id``."""
    return {
        "TableName": name,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        **more,
    }


def test_a_simple_table_has_its_key_and_is_active(call: Call, unique: str) -> None:
    """A simple table is ACTIVE with the named keys and types, on demand, when the call returns."""
    made = call(
        "create_table_simple",
        table_name=unique,
        partition_key="account",
        sort_key="at",
        key_types={"at": "N"},
        database_name="bank",
    )
    info = call("get_table_info", table_name=unique).value["Table"]

    assert made.ok, made
    assert made.value["tables"][unique]["created"] is True
    assert made.value["tables"][unique]["table_id"] == info["TableId"]
    assert made.value["tables"][unique]["arn"] == info["TableArn"]
    assert info["TableStatus"] == "ACTIVE"
    assert [key["AttributeName"] for key in info["KeySchema"]] == ["account", "at"]
    assert {"AttributeName": "at", "AttributeType": "N"} in info["AttributeDefinitions"]
    assert info["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_same_table_again_is_not_created_again(call: Call, unique: str) -> None:
    """Creating a table that exists with the same schema succeeds and says that it was not created."""
    first = call("create_table_simple", table_name=unique, partition_key="id", database_name="bank")
    again = call("create_table_simple", table_name=unique, partition_key="id", database_name="bank")

    assert again.ok, again
    assert again.value["tables"][unique]["created"] is False
    assert again.value["tables"][unique]["table_id"] == first.value["tables"][unique]["table_id"]


def test_another_table_of_that_name_is_refused(call: Call, table: str) -> None:
    """A table of that name with another key is an error that says what differs, and stays as it is."""
    made = call("create_table_simple", table_name=table, partition_key="other", database_name="bank")

    assert (made.ok, made.error_code) == (False, "TableExists")
    assert "its key is another" in made.message


def test_settings_of_somebody_elses_table_are_not_changed(call: Call, table: str) -> None:
    """A table that another database made is not given a time to live by creating it again."""
    wanted = schema(table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})
    made = call("create_table_advanced", table_schema=wanted, database_name="other")

    assert (made.ok, made.error_code) == (False, "TableExists")
    ttl = call("get_table_info", table_name=table, aspects=["time_to_live"]).value["TimeToLive"]
    assert ttl["TimeToLiveStatus"] == "DISABLED"


def test_indexes_and_settings_are_made(call: Call, clients: Clients, unique: str) -> None:
    """Indexes, stream, protection, expiry, recovery and tags are there afterwards, or named as unsupported."""
    wanted = schema(
        unique,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "kind")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]},
            },
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        DeletionProtectionEnabled=True,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"},
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        Tags=[{"Key": "team", "Value": "core"}],
    )
    made = call("create_table_advanced", table_schema=wanted, database_name="bank")
    info = call("get_table_info", table_name=unique).value

    assert made.ok, made
    assert info["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"
    assert info["Table"]["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert info["Table"]["DeletionProtectionEnabled"] is True
    assert info["TimeToLive"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"}
    if clients.engine == "DynamoDB Local":
        assert made.value["unsupported"] == ["point_in_time_recovery", "tags"]
        assert info["Unsupported"] == ["point_in_time_recovery", "tags"]
    else:
        assert made.value["unsupported"] == []
        recovery = info["ContinuousBackups"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
        assert info["Tags"] == {"team": "core", "ddbplan:database": "bank"}


def test_an_engine_that_drops_the_days_of_recovery_says_so(call: Call, clients: Clients, unique: str) -> None:
    """Days of recovery that an engine does not keep are named as unsupported and never a silent success."""
    wanted = schema(
        unique,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 14},
    )
    made = call("create_table_advanced", table_schema=wanted, database_name="bank")

    assert made.ok, made
    lacking = "point_in_time_recovery" if clients.engine == "DynamoDB Local" else "point_in_time_recovery.days"
    assert made.value["unsupported"] == [lacking]


def test_provisioned_indexes_take_the_tables_capacity(call: Call, unique: str) -> None:
    """An index without capacity of its own is made with the table's."""
    wanted = schema(
        unique,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "kind")],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 2},
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    )
    made = call("create_table_advanced", table_schema=wanted, database_name="bank")
    (index,) = call("get_table_info", table_name=unique).value["Table"]["GlobalSecondaryIndexes"]

    assert made.ok, made
    assert index["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    assert index["ProvisionedThroughput"]["WriteCapacityUnits"] == 2


def test_several_tables_are_made_in_one_call(call: Call, unique: str) -> None:
    """Each table of the call is reported by its name."""
    names = [f"{unique}_{number}" for number in range(3)]
    made = call("create_multiple_tables", table_schemas=[schema(name) for name in names], database_name="bank")

    assert made.ok, made
    assert {name: entry["created"] for name, entry in made.value["tables"].items()} == dict.fromkeys(names, True)


def test_one_bad_table_keeps_no_other_from_being_made(call: Call, unique: str) -> None:
    """A table that DynamoDB refuses is reported beside those that were made."""
    good, bad = schema(f"{unique}_good"), schema(f"{unique}_bad")
    bad["AttributeDefinitions"] = [{"AttributeName": "other", "AttributeType": "S"}]
    made = call("create_multiple_tables", table_schemas=[good, bad], database_name="bank")

    assert (made.ok, made.error_code) == (False, "SomeFailed")
    assert made.value["tables"][f"{unique}_good"]["created"] is True
    assert made.value["tables"][f"{unique}_bad"]["error_code"] == "ValidationException"


def test_a_name_given_twice_is_refused(call: Call, unique: str) -> None:
    """Two schemas of one name are refused before anything is made."""
    made = call("create_multiple_tables", table_schemas=[schema(unique), schema(unique)], database_name="bank")

    assert (made.ok, made.error_code) == (False, "InvalidArguments")
    assert call("get_table_info", table_name=unique).value is None


def test_the_same_table_of_another_database_is_refused(call: Call, clients: Clients, unique: str) -> None:
    """Where the engine has tags, a table that another database made is not taken for ours, however alike."""
    if clients.engine == "DynamoDB Local":
        pytest.skip("DynamoDB Local has no tags")
    call("create_table_simple", table_name=unique, partition_key="id", database_name="other")
    made = call("create_table_simple", table_name=unique, partition_key="id", database_name="bank")

    assert (made.ok, made.error_code) == (False, "TableExists")
    assert made.message == f"The table {unique} exists, and belongs to the ddbplan database other."


def test_a_throttled_try_made_no_table(call: Call, clients: Clients, unique: str) -> None:
    """A table that somebody else makes between a throttled try and the next is not taken for ours."""
    if clients.engine == "DynamoDB Local":
        pytest.skip("DynamoDB Local has no tags")
    tries: list[str] = []

    def throttle(**_: Any) -> Any:
        tries.append("sent")
        if len(tries) > 1:
            return None
        tries.append("made by somebody else")
        clients.dynamodb.create_table(BillingMode="PAY_PER_REQUEST", **schema(unique))
        error = {"Code": "ThrottlingException", "Message": "Rate exceeded"}
        return AWSResponse("", 400, {}, None), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}

    clients.dynamodb.meta.events.register("before-call.dynamodb.CreateTable", throttle)
    made = call("create_table_simple", table_name=unique, partition_key="id", database_name="bank")
    clients.dynamodb.meta.events.unregister("before-call.dynamodb.CreateTable", throttle)

    assert (made.ok, made.error_code) == (False, "TableExists")
    assert made.message == f"The table {unique} exists, and was not made for bank."
