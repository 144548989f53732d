"""What stands beside a table is made, changed and ended on an engine that has it, and named where it has not."""

from __future__ import annotations

from typing import Any

import pytest

from executor.clients import Clients
from executor.engines import DYNAMODB_LOCAL
from executor.result import Result
from planner.settings import policy_document
from tests.contract.conftest import Call
from tests.contract.test_creation import schema

STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/{}"
VECTOR = {
    "IndexName": "by_text",
    "VectorAttribute": {"AttributeName": "embedding"},
    "SearchSchema": [{"AttributeName": "shop", "SearchSchemaElementType": "HASH"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
    "Dimensions": 3,
    "DistanceFunction": "COSINE",
}
TYPES = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "shop")]
FRANKFURT = "eu-central-1"


def change(call: Call, table: str, kind: str, where: dict[str, str] | None = None, /, **members: Any) -> Result:
    """Ask for one change of a table."""
    wanted = schema(table, **members)
    return call(
        "create_table_advanced", table_schema=wanted, database_name="contract", change={"kind": kind, **(where or {})}
    )


def info(call: Call, table: str, *aspects: str) -> dict[str, Any]:
    """What get_table_info tells."""
    found: dict[str, Any] = call("get_table_info", table_name=table, aspects=["table", *aspects]).value
    return found


def policy(*actions: str) -> str:
    """A policy that lets one account do these."""
    statement = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": list(actions), "Resource": "*"}
    return policy_document.to_text({"Statement": [statement]})


def lacks(clients: Clients) -> bool:
    """Whether the engine has none of this."""
    return clients.engine == DYNAMODB_LOCAL


def test_a_policy_is_set_compared_by_meaning_and_removed(call: Call, clients: Clients, table: str) -> None:
    """The same policy in other words is there already; an empty one removes it."""
    first = change(call, table, "resource_policy", ResourcePolicy=policy("dynamodb:GetItem"))
    if lacks(clients):
        assert first.value["unsupported"] == ["resource_policy"]
        return
    again = change(call, table, "resource_policy", ResourcePolicy=policy("DynamoDB:getitem"))
    wider = change(call, table, "resource_policy", ResourcePolicy=policy("dynamodb:GetItem", "dynamodb:Query"))
    held = info(call, table, "resource_policy")["ResourcePolicy"]
    gone = change(call, table, "resource_policy", ResourcePolicy="")

    assert [result.value["already"] for result in (first, again, wider, gone)] == [False, True, False, False]
    assert "dynamodb:Query" in held
    assert info(call, table, "resource_policy")["ResourcePolicy"] is None


def test_insights_are_turned_on_and_off(call: Call, clients: Clients, table: str) -> None:
    """Of the table, and asked twice once; an engine without modes says that it lacks them."""
    on = {"ContributorInsightsAction": "ENABLE"}
    first = change(call, table, "contributor_insights", ContributorInsights=[on])
    if lacks(clients):
        assert first.value["unsupported"] == ["contributor_insights"]
        return
    again = change(call, table, "contributor_insights", ContributorInsights=[on])
    mode = {**on, "ContributorInsightsMode": "THROTTLED_KEYS"}
    with_mode = change(call, table, "contributor_insights", ContributorInsights=[mode])
    off = change(call, table, "contributor_insights", ContributorInsights=[{"ContributorInsightsAction": "DISABLE"}])

    assert [result.value["already"] for result in (first, again, off)] == [False, True, False]
    assert with_mode.value["unsupported"] == ["contributor_insights.mode"]


def test_one_stream_takes_the_changes(call: Call, clients: Clients, table: str) -> None:
    """A stream is begun, told another precision, and ended before another can begin."""

    def wanted(*streams: dict[str, str]) -> Result:
        return change(call, table, "kinesis", KinesisStreamingDestinations=list(streams))

    begun = {"StreamArn": STREAM.format("a"), "ApproximateCreationDateTimePrecision": "MICROSECOND"}
    first = wanted(begun)
    if lacks(clients):
        assert first.value["unsupported"] == ["kinesis"]
        return
    again = wanted(begun)
    precision = wanted({**begun, "ApproximateCreationDateTimePrecision": "MILLISECOND"})
    other = wanted({"StreamArn": STREAM.format("b")})
    ended, ended_again = wanted(), wanted()

    assert [r.value["already"] for r in (first, again, precision, ended, ended_again)] == [
        *(False, True, False),
        *(False, True),
    ]
    assert (other.ok, other.error_code) == (False, "ChangeImpossible")


@pytest.mark.slow
def test_a_vector_index_comes_and_goes(call: Call, clients: Clients, table: str) -> None:
    """It is filled when the call returns; one of another definition is refused."""
    where = {"index": "by_text"}
    members: dict[str, Any] = {"AttributeDefinitions": TYPES, "VectorIndexes": [VECTOR]}
    first = change(call, table, "create_vector_index", where, **members)
    if lacks(clients):
        assert first.value["unsupported"] == ["vector_indexes"]
        return
    again = change(call, table, "create_vector_index", where, **members)
    other = change(
        call, table, "create_vector_index", where, **{**members, "VectorIndexes": [{**VECTOR, "Dimensions": 4}]}
    )
    (index,) = info(call, table)["Table"]["VectorIndexes"]
    gone, gone_again = (change(call, table, "delete_vector_index", where) for _ in range(2))

    assert [r.value["already"] for r in (first, again, gone, gone_again)] == [False, True, False, True]
    assert (index["IndexStatus"], other.error_code) == ("ACTIVE", "IndexDiffers")
    assert not info(call, table)["Table"].get("VectorIndexes")


def test_a_replica_has_settings_of_its_own(call: Call, clients: Clients, table: str) -> None:
    """Recovery, protection and tags are set in its Region and leave the table's alone."""
    where = {"region": FRANKFURT}
    replica = {
        "RegionName": FRANKFURT,
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": True,
        "Tags": [{"Key": "team", "Value": "core"}],
    }
    made = change(call, table, "create_replica", where, Replicas=[replica])
    if lacks(clients):
        assert made.value["unsupported"] == ["replicas"]
        return
    again = change(call, table, "create_replica", where, Replicas=[replica])
    for kind in ("replica_point_in_time_recovery", "replica_deletion_protection", "replica_tags"):
        first, second = (change(call, table, kind, where, Replicas=[replica]) for _ in range(2))
        assert (first.value["already"], second.value["already"]) == (False, True), kind
    found = info(call, table, "replicas", "tags")
    own = found["ReplicaSettings"][FRANKFURT]
    change(
        call,
        table,
        "replica_deletion_protection",
        where,
        Replicas=[{**replica, "DeletionProtectionEnabled": False}],
    )
    gone, gone_again = (change(call, table, "delete_replica", where, Replicas=[]) for _ in range(2))

    assert [r.value["already"] for r in (made, again, gone, gone_again)] == [False, True, False, True]
    assert (own["DeletionProtectionEnabled"], own["Tags"]) == (True, {"team": "core"})
    assert own["ContinuousBackups"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert (found["Table"]["DeletionProtectionEnabled"], "team" in found["Tags"]) == (False, False)
    assert not info(call, table)["Table"].get("Replicas")


def test_a_new_table_has_all_that_stands_beside_it(call: Call, clients: Clients, unique: str) -> None:
    """One call makes the table with policy, insights, stream, vector index, several keys and replica."""
    keys = [("shop", "HASH"), ("city", "HASH"), ("day", "RANGE"), ("id", "RANGE")]
    wanted = schema(
        unique,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "shop", "city", "day")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_place",
                "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        ResourcePolicy=policy("dynamodb:GetItem"),
        ContributorInsights=[
            {"ContributorInsightsAction": "ENABLE"},
            {"IndexName": "by_place", "ContributorInsightsAction": "ENABLE"},
        ],
        KinesisStreamingDestinations=[{"StreamArn": STREAM.format("a")}],
        VectorIndexes=[VECTOR],
        Replicas=[{"RegionName": FRANKFURT}],
    )
    if lacks(clients):
        pytest.skip("the engine has no index with several key attributes")
    made = call("create_table_advanced", table_schema=wanted, database_name="contract")
    found = info(call, unique, "resource_policy", "contributor_insights", "index_contributor_insights", "kinesis")

    assert (made.ok, made.value["unsupported"]) == (True, []), made
    assert [key["AttributeName"] for key in found["Table"]["GlobalSecondaryIndexes"][0]["KeySchema"]] == [
        *("shop", "city", "day", "id"),
    ]
    assert [index["IndexName"] for index in found["Table"]["VectorIndexes"]] == ["by_text"]
    assert [replica["RegionName"] for replica in found["Table"]["Replicas"]] == [FRANKFURT]
    assert found["ContributorInsights"]["ContributorInsightsStatus"] == "ENABLED"
    assert found["IndexContributorInsights"]["by_place"]["ContributorInsightsStatus"] == "ENABLED"
    assert [stream["DestinationStatus"] for stream in found["KinesisDestinations"]] == ["ACTIVE"]
