"""Policies, insights, streams, vector indexes, several keys and replicas by apply: after each plan a diff is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from executor import ApplyOptions, Clients, OutcomeKind, Target, prepare
from executor.engines import DYNAMODB_LOCAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from executor import LedgerReader
    from planner.checked import CheckedPlan
    from tests.engines import Engine
    from tests.executor.apply.conftest import Load

pytestmark = [pytest.mark.engine, pytest.mark.slow]
Run = "Callable[..., Outcome]"

PLAN = """
    ddbplan: 1
    database: {name}
    tables:
      orders:
        partition_key: id
        KEY_TYPES
        stream: NEW_AND_OLD_IMAGES
        tags: {{team: core}}
        resource_policy: POLICY
        contributor_insights: INSIGHTS
        kinesis: KINESIS
        vector_indexes: VECTORS
        replicas: REPLICAS
        global_secondary_indexes: INDEXES
    seed:
      orders: [{{id: "1"}}, {{id: "2"}}]
"""
STATEMENT = '{Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: %s, Resource: "*"}]}'
STREAM = '{stream_arn: "arn:aws:kinesis:eu-west-1:000000000000:stream/%s", precision: MICROSECOND}'
FULL = {
    "KEY_TYPES": "key_types: {day: N}",
    "POLICY": STATEMENT % "dynamodb:GetItem",
    "INSIGHTS": "{mode: THROTTLED_KEYS}",
    "KINESIS": STREAM % "a",
    "VECTORS": "{by_text: {attribute: v, dimensions: 3, distance: COSINE, partition_key: shop, filters: [kind]}}",
    "REPLICAS": "{eu-central-1: {tags: inherit, point_in_time_recovery: true}, us-east-1: {deletion_protection: off}}",
    "INDEXES": "{by_place: {partition_key: [shop, city], sort_key: [day, id], contributor_insights: true}}",
}
OTHER = {
    **FULL,
    "POLICY": STATEMENT % '["dynamodb:GetItem", "dynamodb:Query"]',
    "INSIGHTS": "true",
    "KINESIS": STREAM % "b",
    "VECTORS": "{by_image: {attribute: v, dimensions: 2, distance: EUCLIDEAN}}",
    "REPLICAS": "{eu-central-1: {tags: {team: eu}, point_in_time_recovery: off}, ap-south-1: {}}",
}
NONE = {**dict.fromkeys(FULL, "off"), "KEY_TYPES": ""}


@pytest.fixture
def clients(engine: Engine) -> Iterator[Clients]:
    """Clients of each engine in turn."""
    with Clients(Target(endpoint_url=engine.endpoint_url)) as made:
        yield made


def _all_of(plan: CheckedPlan, clients: Clients, options: ApplyOptions) -> frozenset[str]:
    """Every permission that a diff asks for."""
    return frozenset(hazard.flag for hazard in prepare(plan, clients, options).diff.hazards)


def test_everything_beside_a_table_goes_there_and_back(
    load: Load, run: Run, clients: Clients, options: ApplyOptions
) -> None:
    """All of it, others, none, and all again: each with an empty diff after it; an engine that lacks it says so."""
    lacks = clients.engine == DYNAMODB_LOCAL
    for words in (FULL, OTHER, NONE, FULL):
        # DynamoDB Local refuses an index with several key attributes.
        plan = load(PLAN, **(words | {"INDEXES": "off", "KEY_TYPES": ""} if lacks else words))
        outcome = run(plan, allow=_all_of(plan, clients, options))
        after = prepare(plan, clients, options).diff

        assert outcome.kind in {OutcomeKind.DONE, OutcomeKind.NOTHING}, outcome.message
        assert after.is_empty, after.steps
        assert bool(after.notes) or not lacks


def test_another_precision_is_counted_and_nothing_else_of_kinesis(
    load: Load, run: Run, clients: Clients, options: ApplyOptions, reader: LedgerReader, unique: str
) -> None:
    """DynamoDB counts changes of a live destination's precision: not that it begins, and not that it ends."""
    if clients.engine == DYNAMODB_LOCAL:
        pytest.skip("DynamoDB Local has no Kinesis destinations")
    counted = []
    for kinesis in (FULL["KINESIS"], FULL["KINESIS"].replace("MICRO", "MILLI"), "off"):
        plan = load(PLAN, **{**NONE, "KINESIS": kinesis})
        run(plan, allow=_all_of(plan, clients, options))
        _, ledger = reader.records(unique)
        counted.append(len(ledger.tables["orders"].changed.get("kinesis", ())))

    assert counted == [0, 1, 1]
