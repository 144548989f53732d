"""Server defaults and echoes of DynamoDB's answers, in canonical form. Each case is a sentence of AWS's behaviour."""

from __future__ import annotations

from typing import Any

import pytest

from planner.canonical import table_state

KEYS = {
    "TableName": "shop_orders",
    "TableStatus": "ACTIVE",
    "TableId": "id-1",
    "TableArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/shop_orders",
    "KeySchema": [
        {"AttributeName": "order_id", "KeyType": "HASH"},
        {"AttributeName": "line", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "line", "AttributeType": "N"},
        {"AttributeName": "order_id", "AttributeType": "S"},
    ],
}
ON_DEMAND = {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}
ZEROS = {"ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}}
UNITS = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2, "NumberOfDecreasesToday": 3}}
INDEX = {
    "IndexName": "by_state",
    "IndexStatus": "ACTIVE",
    "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total", "amount"]},
}


def settings(table: dict[str, Any] | None = None, **info: Any) -> dict[str, Any]:
    """The canonical settings of some answers."""
    return dict(table_state({"Table": {**KEYS, **(table or {})}, **info}).settings)


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        ({}, "billing", "provisioned"),
        (ON_DEMAND, "billing", "on_demand"),
        ({**ON_DEMAND, **ZEROS}, "capacity", None),
        ({**UNITS}, "capacity", {"read": 5, "write": 2}),
        ({**ON_DEMAND, **UNITS}, "capacity", None),
        ({}, "table_class", "standard"),
        ({"TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"}}, "table_class", "infrequent_access"),
        ({}, "deletion_protection", False),
        ({"LatestStreamArn": "arn", "LatestStreamLabel": "x"}, "stream", "off"),
        ({"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}, "stream", "NEW_IMAGE"),
        ({"StreamSpecification": {"StreamEnabled": False}}, "stream", "off"),
        ({}, "encryption", "aws_owned"),
        ({"SSEDescription": {"Status": "DISABLED"}}, "encryption", "aws_owned"),
        ({"SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": "arn:k"}}, "encryption", "arn:k"),
        ({}, "maximum", "off"),
        ({"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 9}}, "maximum", {"write": 9}),
        ({"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}}, "maximum", "off"),
        ({}, "keys", {"partition_key": "order_id", "sort_key": "line"}),
        ({}, "key_types", {"line": "N", "order_id": "S"}),
    ],
)
def test_describe_table_in_canonical_form(table: dict[str, Any], name: str, value: Any) -> None:
    """An answer of DescribeTable means this setting."""
    assert settings(table).get(name) == value


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"TimeToLiveStatus": "DISABLED"}, "off"),
        ({"TimeToLiveStatus": "DISABLED", "AttributeName": "expires_at"}, "off"),
        ({"TimeToLiveStatus": "DISABLING", "AttributeName": "expires_at"}, "off"),
        ({"TimeToLiveStatus": "ENABLING", "AttributeName": "expires_at"}, "expires_at"),
        ({"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}, "expires_at"),
    ],
)
def test_time_to_live_in_canonical_form(answer: dict[str, Any], value: str) -> None:
    """A status in between counts as what it leads to."""
    assert settings(TimeToLive=answer)["time_to_live"] == value


@pytest.mark.parametrize(
    ("description", "value"),
    [
        ({"PointInTimeRecoveryStatus": "DISABLED"}, "off"),
        ({"PointInTimeRecoveryStatus": "DISABLED", "RecoveryPeriodInDays": 14}, "off"),
        ({"PointInTimeRecoveryStatus": "ENABLED"}, "on"),
        ({"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 14}, {"days": 14}),
    ],
)
def test_recovery_in_canonical_form(description: dict[str, Any], value: Any) -> None:
    """PointInTimeRecoveryStatus decides; ContinuousBackupsStatus is always enabled."""
    answer = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": description}

    assert settings(ContinuousBackups=answer)["point_in_time_recovery"] == value


def test_tags_are_the_users_own() -> None:
    """AWS's tags and ddbplan's marks are no setting; the marks say who has the table."""
    tags = {"aws:cloudformation:stack-name": "s", "ddbplan:database": "shop", "ddbplan:ledger": "l", "team": "core"}
    state = table_state({"Table": KEYS, "Tags": tags})

    assert state.settings["tags"] == {"team": "core"}
    assert (state.claimed_by, state.database, state.ledger_id) == ("CloudFormation stack s", "shop", "l")


def test_what_was_not_read_is_absent() -> None:
    """An aspect without an answer is not compared as if it were off."""
    assert not {"time_to_live", "point_in_time_recovery", "tags"} & settings().keys()


def test_an_index_is_compared_by_name_and_set() -> None:
    """NonKeyAttributes come back in any order; zeros of an on-demand table are no units."""
    live = settings({**ON_DEMAND, **ZEROS, "GlobalSecondaryIndexes": [{**INDEX, **ZEROS}]})

    assert live["global_secondary_indexes"] == {
        "by_state": {"partition_key": ["state"], "sort_key": [], "projection": ["amount", "total"]},
    }


def test_an_index_that_is_being_deleted_is_gone() -> None:
    """A drop that a stopped run sent is not sent again."""
    assert (
        settings({"GlobalSecondaryIndexes": [{**INDEX, "IndexStatus": "DELETING"}]})["global_secondary_indexes"] == {}
    )


@pytest.mark.parametrize("state", [{"IndexStatus": "CREATING"}, {"Backfilling": True}])
def test_an_index_that_is_being_filled_is_known_as_such(state: dict[str, Any]) -> None:
    """It is there, and not yet to be read."""
    live = table_state({"Table": {**KEYS, "GlobalSecondaryIndexes": [{**INDEX, **state}]}})

    assert live.building == {"by_state"}
    assert "by_state" in live.settings["global_secondary_indexes"]
