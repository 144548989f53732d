"""Autoscaling on an engine that has it: begun, found so, moved, ended; after each a diff finds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest

from executor.clients import Clients, Target
from executor.live import read_tables
from executor.registry import call_function
from executor.result import Result
from planner.desired import desired_table
from planner.diagnostics import Position
from planner.diff import diff
from planner.plan import Index, Table
from planner.state import DesiredState, LedgerState, OwnedTable
from tests.engines import Engine

HERE = Position("plan.yaml", 1, 1)
READ = {"min": 5, "max": 500, "target": 70}
pytestmark = pytest.mark.engine


@pytest.fixture
def clients(moto: Engine) -> Iterator[Clients]:
    """Clients of the engine that has the service."""
    with Clients(Target(endpoint_url=moto.endpoint_url)) as made:
        yield made


def plan_of(name: str, read: Any, *, index_read: Any = None, provisioned: bool = True) -> DesiredState:
    """One table with one index."""
    own = {} if index_read is None else {"capacity": {"read": index_read, "write": 5}}
    index = Index(
        name="by_kind",
        kind="global",
        partition_key=("kind",),
        sort_key=(),
        projection="ALL",
        settings=own if provisioned else {},
        position=HERE,
    )
    capacity = {"billing": "provisioned", "capacity": {"read": read, "write": 5}}
    table = Table(
        key="orders",
        name=name,
        description="",
        partition_key="id",
        sort_key=None,
        key_types={"id": "S", "kind": "S"},
        global_indexes={"by_kind": index},
        local_indexes={},
        settings=capacity if provisioned else {"billing": "on_demand"},
        external=False,
        ephemeral=False,
        position=HERE,
        positions={},
    )
    return DesiredState(database="shop", environment=None, tables={"orders": desired_table(table)})


def apply(clients: Clients, desired: DesiredState, last: DesiredState | None = None) -> list[str]:
    """Run the steps of a diff one after another, as an owner of the table.

    Returns:
        The ids of the steps.
    """
    table = desired.tables["orders"]
    found = call_function("get_table_info", clients, table_name=table.name).value
    ledger = LedgerState(exists=True, ledger_id="l")
    if found is not None and last is not None:
        settings: Mapping[str, Any] = last.tables["orders"].state.settings
        record = OwnedTable(key="orders", name=table.name, table_id=found["Table"]["TableId"], settings=settings)
        ledger = LedgerState(exists=True, ledger_id="l", tables={"orders": record})
    difference = diff(desired, read_tables(clients, desired, ledger, "ledger"))
    assert difference.refusals == ()
    for step in difference.steps:
        result: Result = call_function(step.call.function, clients, **step.call.arguments)
        assert result.ok, (step.id, result)
    return [step.id for step in difference.steps]


def test_a_table_goes_through_its_life(clients: Clients, unique: str) -> None:
    """Made with ranges, other ranges, plain units, ranges again, on demand: after each a second diff is empty."""
    plan = partial(plan_of, unique)
    plans = [
        (plan(READ, index_read={"min": 1, "max": 9, "target": 50}), ["table.orders"]),
        (
            plan({**READ, "max": 800}, index_read=7),
            [
                "table.orders.index.by_kind.autoscaling.end",
                "table.orders.index.by_kind.capacity",
                "table.orders.autoscaling",
            ],
        ),
        (plan(30, index_read=7), ["table.orders.autoscaling.end", "table.orders.capacity"]),
        (
            plan(READ),
            [
                "table.orders.autoscaling",
                "table.orders.index.by_kind.autoscaling",
            ],
        ),
        (
            plan(0, provisioned=False),
            ["table.orders.autoscaling.end", "table.orders.index.by_kind.autoscaling.end", "table.orders.billing"],
        ),
    ]
    last = None
    for desired, steps in plans:
        assert apply(clients, desired, last) == steps
        assert apply(clients, desired, desired) == []
        last = desired


def test_units_inside_their_range_are_no_difference(clients: Clients, unique: str) -> None:
    """What autoscaling moves is its own affair, as long as it stays inside the range."""
    desired = plan_of(unique, READ)
    apply(clients, desired)
    clients.dynamodb.update_table(
        TableName=unique,
        ProvisionedThroughput={"ReadCapacityUnits": 77, "WriteCapacityUnits": 5},
    )

    assert apply(clients, desired, desired) == []


def test_what_the_plan_does_not_say_of_a_policy_stays(clients: Clients, unique: str) -> None:
    """Another aim changes the policy that is there, with its pauses, and makes no second one."""
    apply(clients, desired := plan_of(unique, READ))
    service, where = clients.application_autoscaling, {"ServiceNamespace": "dynamodb", "ResourceId": f"table/{unique}"}
    (policy,) = service.describe_scaling_policies(**where)["ScalingPolicies"]
    service.put_scaling_policy(
        **where,
        PolicyName=policy["PolicyName"],
        PolicyType="TargetTrackingScaling",
        ScalableDimension=policy["ScalableDimension"],
        TargetTrackingScalingPolicyConfiguration={
            **policy["TargetTrackingScalingPolicyConfiguration"],
            "ScaleInCooldown": 120,
        },
    )
    apply(clients, plan_of(unique, {**READ, "target": 50}), desired)
    (after,) = service.describe_scaling_policies(**where)["ScalingPolicies"]

    assert after["TargetTrackingScalingPolicyConfiguration"]["ScaleInCooldown"] == 120
    assert after["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50


def test_ending_what_has_ended_is_no_error(clients: Clients, unique: str) -> None:
    """A change that a stopped run made already is found so."""
    desired = plan_of(unique, READ)
    apply(clients, desired)
    schema = {
        "TableName": unique,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "AutoScaling": [],
    }
    results = [
        call_function(
            "create_table_advanced",
            clients,
            table_schema=schema,
            database_name="shop",
            change={"kind": "autoscaling"},
        )
        for _ in range(2)
    ]

    assert [result.value for result in results] == [
        {"already": False, "unsupported": []},
        {"already": True, "unsupported": []},
    ]
