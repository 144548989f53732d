"""Changing one thing of a table behaves alike on every engine, and may be asked for twice."""

from __future__ import annotations

from typing import Any

import pytest

from executor.clients import Clients
from executor.result import Result
from tests.contract.conftest import Call
from tests.contract.test_creation import schema

INDEX = {
    "IndexName": "by_kind",
    "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
CAPACITY = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}


def indexed(name: str, **more: Any) -> dict[str, Any]:
    """A schema with the index ``by_kind``."""
    types = [{"AttributeName": each, "AttributeType": "S"} for each in ("id", "kind")]
    return schema(name, **{"AttributeDefinitions": types, "GlobalSecondaryIndexes": [INDEX], **more})


def change(call: Call, wanted: dict[str, Any], kind: str, index: str | None = None) -> Result:
    """Ask for one change."""
    what = {"kind": kind} | ({"index": index} if index else {})
    return call("create_table_advanced", table_schema=wanted, database_name="contract", change=what)


def described(call: Call, table: str) -> dict[str, Any]:
    """DescribeTable's answer."""
    found: dict[str, Any] = call("get_table_info", table_name=table, aspects=["table"]).value["Table"]
    return found


def test_an_index_is_added_and_filled(call: Call, table: str) -> None:
    """An added index is ACTIVE when the call returns, and adding it again is done already."""
    first = change(call, indexed(table), "create_index", "by_kind")
    again = change(call, indexed(table), "create_index", "by_kind")

    assert first.ok, first
    assert first.value == {"already": False, "unsupported": []}
    assert again.value == {"already": True, "unsupported": []}
    (index,) = described(call, table)["GlobalSecondaryIndexes"]
    assert (index["IndexStatus"], index.get("Backfilling", False)) == ("ACTIVE", False)


def test_an_index_of_another_definition_is_refused(call: Call, table: str) -> None:
    """An index that exists with another projection is an error that says so."""
    change(call, indexed(table), "create_index", "by_kind")
    other = indexed(table, GlobalSecondaryIndexes=[{**INDEX, "Projection": {"ProjectionType": "KEYS_ONLY"}}])
    refused = change(call, other, "create_index", "by_kind")

    assert (refused.ok, refused.error_code) == (False, "IndexDiffers")


def test_an_index_is_dropped(call: Call, table: str) -> None:
    """A dropped index is gone when the call returns, and dropping it again is done already."""
    change(call, indexed(table), "create_index", "by_kind")
    first = change(call, schema(table), "delete_index", "by_kind")
    again = change(call, schema(table), "delete_index", "by_kind")

    assert (first.ok, first.value["already"]) == (True, False), first
    assert (again.ok, again.value["already"]) == (True, True), again
    assert not described(call, table).get("GlobalSecondaryIndexes")


def test_billing_is_switched_with_every_index(call: Call, table: str) -> None:
    """A switch to provisioned gives the table and its indexes capacity in one change; the way back needs none."""
    change(call, indexed(table), "create_index", "by_kind")
    provisioned = indexed(table, BillingMode="PROVISIONED", ProvisionedThroughput=CAPACITY)
    there = change(call, provisioned, "billing")
    table_there = described(call, table)
    again = change(call, provisioned, "billing")
    back = change(call, indexed(table), "billing")

    assert (there.ok, there.value["already"]) == (True, False), there
    assert table_there["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert table_there["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    assert again.value["already"] is True
    assert back.ok, back
    assert described(call, table)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_only_capacity_that_differs_is_sent(call: Call, table: str) -> None:
    """Capacity of the table alone, of an index alone, and the same again all succeed."""
    change(call, indexed(table), "create_index", "by_kind")
    change(call, indexed(table, BillingMode="PROVISIONED", ProvisionedThroughput=CAPACITY), "billing")
    more = {"ReadCapacityUnits": 6, "WriteCapacityUnits": 4}
    own = {**INDEX, "ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 4}}
    wanted = indexed(
        table,
        BillingMode="PROVISIONED",
        ProvisionedThroughput=more,
        GlobalSecondaryIndexes=[own],
    )
    of_index = change(call, wanted, "capacity", "by_kind")
    between = described(call, table)["ProvisionedThroughput"]["ReadCapacityUnits"]
    of_table = change(call, wanted, "capacity")
    again = change(call, wanted, "capacity")

    assert of_index.ok, of_index
    assert between == 5
    assert of_table.ok, of_table
    assert again.value["already"] is True
    after = described(call, table)
    assert after["ProvisionedThroughput"]["ReadCapacityUnits"] == 6
    assert after["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 9


def test_capacity_of_an_on_demand_table_is_refused(call: Call, table: str) -> None:
    """Capacity alone does not switch a table to provisioned."""
    refused = change(call, schema(table, ProvisionedThroughput=CAPACITY), "capacity")

    assert (refused.ok, refused.error_code) == (False, "ChangeImpossible")


def test_time_to_live_is_set_and_ended(call: Call, table: str) -> None:
    """Expiry is enabled, found enabled, not moved to another attribute in place, and ended without its name."""
    on = schema(table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})
    other = schema(table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    off = schema(table, TimeToLiveSpecification={"Enabled": False})
    outcomes = [change(call, wanted, "time_to_live") for wanted in (on, on, other, off, off)]

    assert [(each.ok, each.error_code) for each in outcomes] == [
        (True, ""),
        (True, ""),
        (False, "ChangeImpossible"),
        (True, ""),
        (True, ""),
    ]
    assert [each.value["already"] for each in outcomes if each.ok] == [False, True, False, True]


def test_a_stream_is_set_and_ended(call: Call, table: str) -> None:
    """A stream is enabled, found enabled, not changed in place, and ended."""
    on = schema(table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    other = schema(table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    off = schema(table, StreamSpecification={"StreamEnabled": False})
    outcomes = [change(call, wanted, "stream") for wanted in (on, on, other, off, off)]

    assert [each.error_code for each in outcomes] == ["", "", "ChangeImpossible", "", ""]
    assert [each.value["already"] for each in outcomes if each.ok] == [False, True, False, True]


def test_protection_is_set_and_ended(call: Call, table: str) -> None:
    """Deletion protection goes on and off, each found so when asked for again."""
    outcomes = [
        change(call, schema(table, DeletionProtectionEnabled=on), "deletion_protection")
        for on in (True, True, False, False)
    ]

    assert [each.value["already"] for each in outcomes] == [False, True, False, True]


def test_recovery_is_set_or_named_as_unsupported(call: Call, clients: Clients, table: str) -> None:
    """Point-in-time recovery goes on and off; an engine without it is told from a success."""
    wanted = [
        schema(table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}) for on in (True, True, False)
    ]
    outcomes = [change(call, each, "point_in_time_recovery") for each in wanted]

    if clients.engine == "DynamoDB Local":
        assert [each.value["unsupported"] for each in outcomes] == [["point_in_time_recovery"]] * 3
    else:
        assert [each.value["already"] for each in outcomes] == [False, True, False]


def test_tags_become_exactly_the_plans(call: Call, clients: Clients, table: str) -> None:
    """Tags are complete: what the schema does not name goes, except ours; an engine without tags is named."""
    first = change(call, schema(table, Tags=[{"Key": "team", "Value": "core"}, {"Key": "x", "Value": "1"}]), "tags")
    second = change(call, schema(table, Tags=[{"Key": "team", "Value": "edge"}]), "tags")
    again = change(call, schema(table, Tags=[{"Key": "team", "Value": "edge"}]), "tags")

    if clients.engine == "DynamoDB Local":
        assert first.value["unsupported"] == second.value["unsupported"] == ["tags"]
    else:
        assert (first.ok, second.ok, again.value["already"]) == (True, True, True)
        tags = call("get_table_info", table_name=table, aspects=["tags"]).value["Tags"]
        assert tags == {"team": "edge", "ddbplan:database": "contract"}


def test_a_change_of_a_missing_table_is_refused(call: Call, unique: str) -> None:
    """A table that does not exist can't be changed, and is not created by a change."""
    refused = change(call, schema(unique, DeletionProtectionEnabled=True), "deletion_protection")

    assert (refused.ok, refused.error_code) == (False, "TableMissing")
    assert call("get_table_info", table_name=unique).value is None


@pytest.mark.parametrize("kind", ["stream", "tags", "time_to_live", "point_in_time_recovery", "deletion_protection"])
def test_a_change_without_its_member_is_refused(call: Call, table: str, kind: str) -> None:
    """A change whose setting the schema does not name changes nothing."""
    refused = change(call, schema(table), kind)

    assert (refused.ok, refused.error_code) == (False, "InvalidArguments")
