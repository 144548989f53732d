"""A table that has vector indexes stays on demand until they are dropped."""

from __future__ import annotations

from typing import Any

from planner.codes.changes import VECTOR_INDEXES_LEFT
from planner.diff import diff
from planner.plan import Table
from planner.state import DesiredState
from tests.property.strategies import HERE, desired_of
from tests.property.test_diff import applied

NEAR = {"attribute": "v", "dimensions": 4, "distance": "COSINE", "filters": [], "projection": "ALL"}
ON_DEMAND: dict[str, Any] = {"billing": "on_demand", "vector_indexes": {"near": NEAR}}
PROVISIONED: dict[str, Any] = {"billing": "provisioned", "capacity": {"read": 1, "write": 1}}


def plan(settings: dict[str, Any]) -> DesiredState:
    """One table with a key and these settings."""
    table = Table(
        key="accounts",
        name="shop_accounts",
        description="",
        partition_key="id",
        sort_key=None,
        key_types={"id": "S"},
        global_indexes={},
        local_indexes={},
        settings=settings,
        external=False,
        ephemeral=False,
        position=HERE,
        positions={},
    )
    return desired_of(table)


def test_a_switch_to_provisioned_is_refused_while_vector_indexes_stay() -> None:
    """A plan that no longer names them does not drop them, and DynamoDB would refuse the switch."""
    live = applied(plan(ON_DEMAND))
    refused = diff(plan(PROVISIONED), live)
    dropped = diff(plan({**PROVISIONED, "vector_indexes": "off"}), live)

    assert [found.code for found in refused.refusals] == [VECTOR_INDEXES_LEFT.code]
    assert "table.accounts.billing" not in [step.id for step in refused.steps]
    assert dropped.refusals == ()
    assert [step.id for step in dropped.steps][-1] == "table.accounts.billing"
