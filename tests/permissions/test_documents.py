"""Policy documents: what each setting asks for, where, and how much IAM takes in one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest

from executor.caller import Operation
from planner import load_plan
from planner.permissions import (
    MANAGED_POLICY_CHARACTERS,
    Document,
    Grant,
    Place,
    Purpose,
    Section,
    documents,
    grants_for,
)
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checked import CheckedPlan

HERE = Place(account="111122223333", region="eu-west-1")
PLAN = """
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: order_id
    SETTING
    global_secondary_indexes: {by_status: {partition_key: status}}
  others: {partition_key: id, external: true}
seed: {orders: [{order_id: o-1, status: open}]}
transactions:
  ship:
    run: test
    operations:
      - update: {table: orders, key: {order_id: o-1}, expression: "SET shipped = :now", values: {now: 1}}
      - check: {table: orders, key: {order_id: o-2}, condition: attribute_exists(order_id)}
queries:
  one: {table: orders, key_condition: "order_id = :id", values: {id: o-1}, live: true}
  open: {table: orders, index: by_status, key_condition: "status = :status", values: {status: open}}
  all: {table: others, scan: true}
"""


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Reads the plan with one more line for its table."""

    def loading(setting: str = "") -> CheckedPlan:
        path = tmp_path / "plan.yaml"
        path.write_text(PLAN.replace("SETTING", setting))
        loaded = load_plan(path)
        assert loaded.plan is not None, loaded.diagnostics
        return loaded.plan

    return loading


def _allowed(plan: CheckedPlan, purpose: Purpose, **more: bool) -> dict[str, set[str]]:
    """Actions by the end of the resource."""
    found: dict[str, set[str]] = {}
    for grant in grants_for([plan], purpose, HERE, "ledger", **more):
        found.setdefault(grant.resource.rpartition("111122223333:")[2], set()).add(
            grant.action.removeprefix("dynamodb:")
        )
    return found


def test_a_seed_gets_what_its_way_of_writing_does(load: Any, tmp_path: Path) -> None:
    """Rows are inserted, or put; attributes of items are set by updates, and nothing is put there."""
    path = tmp_path / "plan.yaml"
    load()
    one = path.read_text()
    rows = "[{order_id: o-1, status: open}, {order_id: o-2, status: open}]"
    many = one.replace("[{order_id: o-1, status: open}]", rows)
    owned = one.replace("[{order_id: o-1, status: open}]", f"{{items: {rows}, attributes: [status]}}")
    found = []
    for text in (one, many, owned):
        path.write_text(text)
        loaded = load_plan(path)
        assert loaded.plan is not None, loaded.diagnostics
        seeds = [
            one for one in grants_for([loaded.plan], Purpose.APPLY, HERE, "ledger") if one.section is Section.SEEDS
        ]
        found.append({one.action.removeprefix("dynamodb:") for one in seeds})

    assert found == [{"PutItem", "PartiQLInsert"}, {"PutItem", "PartiQLInsert"}, {"UpdateItem"}]


def test_application_gets_what_its_patterns_do(load: Any) -> None:
    """A query of an index is allowed on the index alone, one of a whole key as GetItem too."""
    assert _allowed(load(), Purpose.APP) == {
        "table/shop_orders": {"Query", "GetItem", "UpdateItem", "ConditionCheckItem"},
        "table/shop_orders/index/by_status": {"Query"},
        "table/shop_others": {"Scan"},
    }


def test_transaction_with_a_rate_is_a_pattern(load: Any) -> None:
    """What apply runs once is no pattern of the application unless the plan says how often it does it."""
    plan = load()
    once = replace(plan, transactions={"ship": replace(plan.transactions["ship"], run="once")})
    rated = {"ship": replace(plan.plan.transactions["ship"], rate=1)}

    assert "UpdateItem" not in _allowed(once, Purpose.APP)["table/shop_orders"]
    with_rate = replace(once, plan=replace(once.plan, transactions=rated))
    assert "UpdateItem" in _allowed(with_rate, Purpose.APP)["table/shop_orders"]


def test_apply_changes_no_table_of_others(load: Any) -> None:
    """An external table is described, and its items are touched by what the plan runs, no more."""
    found = _allowed(load(), Purpose.APPLY)

    assert found["table/shop_others"] == {"DescribeTable"}
    assert found["table/shop_orders"] == {
        *("DescribeTable", "ListTagsOfResource", "CreateTable", "UpdateTable", "TagResource", "Query"),
        *("PutItem", "PartiQLInsert"),
    }


def test_live_items_are_read_on_request_only(load: Any) -> None:
    """Scan is allowed where --check-data is asked for."""
    assert "Scan" not in _allowed(load(), Purpose.DIFF)["table/shop_orders"]
    assert "Scan" in _allowed(load(), Purpose.DIFF, live_data=True)["table/shop_orders"]


SETTINGS = {
    "time_to_live: gone_at": {"DescribeTimeToLive", "UpdateTimeToLive"},
    "time_to_live: off": {"DescribeTimeToLive", "UpdateTimeToLive"},
    "point_in_time_recovery: true": {"DescribeContinuousBackups", "UpdateContinuousBackups"},
    "tags: {team: a}": {"UntagResource"},
    "resource_policy: off": {"GetResourcePolicy", "DeleteResourcePolicy"},
    "contributor_insights: true": {"DescribeContributorInsights", "UpdateContributorInsights"},
    "kinesis: off": {"DescribeKinesisStreamingDestination", "DisableKinesisStreamingDestination"},
    "table_class: infrequent_access": set(),
    "encryption: aws_owned": set(),
}


def test_seed_rows_are_looked_for_on_request_only(load: Any) -> None:
    """BatchGetItem is allowed on tables with a seed where --seed-sample is asked for, and on no other."""
    plan = load()
    seeded = {f"table/{plan.plan.tables[seed.table].name}" for seed in plan.plan.seeds.values()}
    without, sampled = _allowed(plan, Purpose.DIFF), _allowed(plan, Purpose.DIFF, seed_sample=True)

    assert seeded
    assert not any("BatchGetItem" in actions for name, actions in without.items() if name in seeded)
    assert {name for name in seeded if "BatchGetItem" in sampled[name]} == seeded


@pytest.mark.parametrize("setting", SETTINGS)
def test_setting_asks_for_its_own_calls(load: Any, setting: str) -> None:
    """A declared setting is read and changed by its own actions, and one that is not declared asks for none."""
    without = _allowed(load(), Purpose.APPLY)["table/shop_orders"]

    assert _allowed(load(setting), Purpose.APPLY)["table/shop_orders"] - without == SETTINGS[setting]


@pytest.mark.parametrize(
    ("key", "resource", "named"),
    [
        ("alias/shop", "arn:aws:kms:eu-west-1:111122223333:key/*", "alias/shop"),
        ("0000-1111", "arn:aws:kms:eu-west-1:111122223333:key/0000-1111", ""),
        ("arn:aws:kms:eu-west-1:999999999999:key/0000", "arn:aws:kms:eu-west-1:999999999999:key/0000", ""),
    ],
)
def test_key_is_used_through_dynamodb_only(load: Any, key: str, resource: str, named: str) -> None:
    """A key is allowed by its ARN, or by its alias as a condition, and never outside of DynamoDB."""
    plan = load()
    table = replace(plan.plan.tables["orders"], settings={"encryption": key})
    changed = replace(plan, plan=replace(plan.plan, tables={**plan.plan.tables, "orders": table}))
    grants = [g for g in grants_for([changed], Purpose.APP, HERE, "ledger") if g.section is Section.KEYS]

    assert {grant.resource for grant in grants} == {resource}
    conditions = {part for grant in grants for part in grant.condition}
    assert ("StringEquals", "kms:ViaService", ("dynamodb.eu-west-1.amazonaws.com",)) in conditions
    assert [values for _, name, values in conditions if name == "kms:ResourceAliases"] == ([(named,)] if named else [])


def test_other_partitions_of_aws() -> None:
    """Regions of China and of the United States' government have ARNs of their own."""
    assert replace(HERE, region="cn-north-1").table("a") == "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/a"
    assert Place(region="us-gov-west-1").table("a") == "arn:aws-us-gov:dynamodb:us-gov-west-1:ACCOUNT:table/a"


def test_every_call_of_the_executor_has_its_permission() -> None:
    """No operation that the executor may send is unknown to the policies: each has an action, or a reason for none."""
    source = "".join(path.read_text() for path in sorted((ROOT / "planner" / "permissions").glob("*.py")))
    unneeded = {
        "batch_write_item",  # apply writes seeds one by one, or in transactions
        "describe_limits",  # one of three questions that prove the credentials, of which another is allowed
        "list_tables",
        "transact_write_items",  # authorized member by member
    }
    missing = {
        operation
        for operation in get_args(Operation)
        if operation.replace("_", "") not in source.lower() and operation not in unneeded
    }

    assert missing == set()


def _many(count: int) -> list[Grant]:
    return [
        Grant(section=Section.TABLES, action=f"dynamodb:{action}", resource=HERE.table(f"shop_{number:03}"))
        for number in range(count)
        for action in ("DescribeTable", "UpdateTable")
    ]


def test_long_policy_is_split_and_loses_nothing() -> None:
    """Each document is short enough for IAM, and together they allow the same."""
    grants = _many(300)
    found = documents(grants)

    assert len(found) > 1
    assert max(document.characters for document in found) <= MANAGED_POLICY_CHARACTERS
    assert _pairs(found) == {(grant.action, grant.resource) for grant in grants}
    sids = [statement.sid for document in found for statement in document.statements]
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() for sid in sids)


def test_characters_are_counted_without_white_space() -> None:
    """As IAM counts them."""
    (document,) = documents(_many(2))

    assert document.characters == len(json.dumps(document.as_json(), separators=(",", ":")))


def test_permission_of_several_sections_stands_once(load: Any) -> None:
    """What the seed allows already, a transaction does not allow again."""
    grants = grants_for([load()], Purpose.APPLY, HERE, "ledger")
    named = [(grant.action, grant.resource, grant.condition) for grant in grants]

    assert len(set(named)) == len(named)


def _pairs(found: tuple[Document, ...]) -> set[tuple[str, str]]:
    return {
        (action, resource)
        for document in found
        for statement in document.statements
        for action in statement.actions
        for resource in statement.resources
    }
