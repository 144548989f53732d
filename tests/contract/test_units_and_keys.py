"""Class, key, maximum and warm throughput of a table: changed where an engine has them, else named as unsupported."""

from __future__ import annotations

from typing import Any

import pytest

from executor.clients import Clients
from tests.contract.conftest import Call
from tests.contract.test_changes import INDEX, change, described, indexed
from tests.contract.test_creation import schema

LOCAL = "DynamoDB Local"
KEY = "arn:aws:kms:eu-west-1:000000000000:key/0b6a1f2e-7d0c-4f6e-9c1d-3a5b7c9d1e2f"


def outcomes(call: Call, table: str, kind: str, *members: dict[str, Any]) -> list[tuple[bool, list[str]]]:
    """Ask for each in turn: what was so already, and what the engine lacks."""
    found = [change(call, schema(table, **member), kind) for member in members]
    assert all(each.ok for each in found), found
    return [(each.value["already"], each.value["unsupported"]) for each in found]


def test_a_class_is_changed_and_back(call: Call, clients: Clients, table: str) -> None:
    """A class goes there and back; the same again is not sent."""
    found = outcomes(
        call,
        table,
        "table_class",
        *({"TableClass": name} for name in ("STANDARD_INFREQUENT_ACCESS", "STANDARD_INFREQUENT_ACCESS", "STANDARD")),
    )

    if clients.engine == LOCAL:
        assert found == [(False, ["table_class"]), (False, ["table_class"]), (True, [])]
    else:
        assert found == [(False, []), (True, []), (False, [])]


def test_a_key_is_changed_and_given_up(call: Call, clients: Clients, table: str) -> None:
    """The default key, the same again, a key of one's own, the same again, and AWS's own key."""
    managed: dict[str, Any] = {"SSESpecification": {"Enabled": True, "SSEType": "KMS"}}
    own = {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}}
    owned = {"SSESpecification": {"Enabled": False}}
    found = outcomes(call, table, "encryption", managed, managed, own, own, owned, owned)

    if clients.engine == LOCAL:
        assert found == [(False, ["encryption"])] * 4 + [(True, [])] * 2
    else:
        assert [already for already, _ in found] == [False, True, False, True, False, True]
        assert not any(lacks for _, lacks in found)


def test_a_maximum_is_set_and_taken_off(call: Call, clients: Clients, table: str) -> None:
    """A limit of one side, the same again, and none: -1 takes it off."""
    limited = {"OnDemandThroughput": {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": -1}}
    none = {"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}}
    found = outcomes(call, table, "maximum", limited, limited, none, none)

    if clients.engine == LOCAL:
        assert found == [(False, ["maximum"])] * 2 + [(True, [])] * 2
    else:
        assert found == [(False, []), (True, []), (False, []), (True, [])]


def test_a_maximum_of_a_provisioned_table_is_refused(call: Call, table: str) -> None:
    """The units of a provisioned table are its maximum."""
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    provisioned = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    assert change(call, schema(table, **provisioned), "billing").ok
    limits = {"OnDemandThroughput": {"MaxReadRequestUnits": 100}}
    refused = change(call, schema(table, **provisioned, **limits), "maximum")

    assert (refused.ok, refused.error_code) == (False, "ChangeImpossible")


@pytest.mark.parametrize("kind", ["maximum", "warm"])
def test_what_an_index_lacks_on_an_engine_is_named(call: Call, table: str, kind: str) -> None:
    """Neither engine keeps an index's maximum or warm throughput: it is read back and named, never a success."""
    members = {
        "maximum": {"OnDemandThroughput": {"MaxReadRequestUnits": 100}},
        "warm": {"WarmThroughput": {"ReadUnitsPerSecond": 13000}},
    }
    assert change(call, indexed(table), "create_index", "by_kind").ok
    wanted = indexed(table, GlobalSecondaryIndexes=[{**INDEX, **members[kind]}])
    found = change(call, wanted, kind, "by_kind")

    assert found.value == {"already": False, "unsupported": [f"global_secondary_indexes.{kind}"]}


def test_units_of_an_index_that_is_not_there_are_refused(call: Call, table: str) -> None:
    """An index that does not exist has no units to change."""
    wanted = indexed(table, GlobalSecondaryIndexes=[{**INDEX, "WarmThroughput": {"ReadUnitsPerSecond": 13000}}])
    refused = change(call, wanted, "warm", "by_kind")

    assert (refused.ok, refused.error_code) == (False, "ChangeImpossible")


def test_units_that_autoscaling_moved_stay(call: Call, table: str) -> None:
    """A side with a range keeps the units it has inside it, while the other is set."""
    units = {"ReadCapacityUnits": 50, "WriteCapacityUnits": 5}
    scaling = {"ScalableDimension": "ReadCapacityUnits", "MinCapacity": 5, "MaxCapacity": 500, "TargetValue": 70}
    provisioned = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    assert change(call, schema(table, **provisioned), "billing").ok
    provisioned["ProvisionedThroughput"] = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 9}
    changed = change(call, schema(table, **provisioned, AutoScaling=[scaling]), "capacity")
    found = described(call, table)["ProvisionedThroughput"]

    assert changed.ok, changed
    assert (found["ReadCapacityUnits"], found["WriteCapacityUnits"]) == (50, 9)


def test_autoscaling_is_named_where_it_is_missing(call: Call, table: str) -> None:
    """An engine without Application Auto Scaling is told from a success."""
    scaling = {"ScalableDimension": "ReadCapacityUnits", "MinCapacity": 5, "MaxCapacity": 500, "TargetValue": 70}

    assert outcomes(call, table, "autoscaling", {"AutoScaling": [scaling]}) == [(False, ["autoscaling"])]
    assert call("get_table_info", table_name=table, aspects=["autoscaling"]).value["Unsupported"] == ["autoscaling"]


def test_a_new_table_has_its_class_key_and_maximum(call: Call, clients: Clients, unique: str) -> None:
    """What CreateTable can set is set there; what the engine dropped in silence is named."""
    wanted = schema(
        unique,
        TableClass="STANDARD_INFREQUENT_ACCESS",
        SSESpecification={"Enabled": True, "SSEType": "KMS"},
        OnDemandThroughput={"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": -1},
    )
    made = call("create_table_advanced", table_schema=wanted, database_name="contract")

    assert made.ok, made
    lacks = ["encryption", "table_class", "maximum"] if clients.engine == LOCAL else []
    assert made.value["unsupported"] == lacks
