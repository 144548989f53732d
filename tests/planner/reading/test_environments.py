"""Environments, overlays, and plans that would meet in one live table."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.reading import PlanSource, check_together, environments, read_plan
from tests.planner.reading.support import HEAD, MINIMAL, good, only, problems, source_of

_PLAN = (
    MINIMAL
    + "    billing: provisioned\n    capacity: {read: 1, write: {min: 1, max: 9}}\n    tags: {a: x, b: x}\n"
    + "    global_secondary_indexes:\n      by_a: {partition_key: [a, b]}\n      by_b: {partition_key: b}\n"
    + "seed: {orders: [{id: a}]}\n"
    + "transactions:\n  one: {operations: [{delete: {table: orders, key: {id: a}}}]}\n"
    + "  two: {run: test, operations: [{delete: {table: orders, key: {id: a}}}]}\n"
    + "environments:\n"
    + "  dev: {database: shop_dev, tables: {orders: {billing: on_demand, capacity: off, tags: {b: y},"
    + " global_secondary_indexes: {by_a: {partition_key: [c]}, by_b: off}}}}\n"
    + '  prod: {account: "111122223333", region: eu-west-1, seed: none, transactions: none}\n'
)


def test_an_environment_lies_over_the_plan(tmp_path: Path) -> None:
    """Mappings merge, lists replace, `off` ends."""
    plan = good(tmp_path, _PLAN, "dev")
    table = plan.tables["orders"]

    assert (plan.environment, plan.environments, plan.database, table.name) == (
        "dev",
        ("dev", "prod"),
        "shop_dev",
        "shop_dev_orders",
    )
    assert table.settings == {"billing": "on_demand", "tags": {"a": "x", "b": "y"}}
    assert {name: index.partition_key for name, index in table.global_indexes.items()} == {"by_a": ("c",)}
    assert (list(plan.seeds), list(plan.transactions)) == (["orders"], ["one", "two"])


def test_an_environment_pins_account_and_region(tmp_path: Path) -> None:
    """And can go without the plan's own data."""
    plan = good(tmp_path, _PLAN, "prod")

    assert (plan.account, plan.region, plan.seeds, list(plan.transactions)) == (
        "111122223333",
        "eu-west-1",
        {},
        ["two"],
    )


def test_the_plans_own_data_can_be_asked_for(tmp_path: Path) -> None:
    """`ddbplan test` proves every environment's tables with it."""
    plan, _ = read_plan(source_of(tmp_path, _PLAN), "prod", own_data=True)

    assert plan is not None
    assert (list(plan.seeds), list(plan.transactions)) == (["orders"], ["one", "two"])


def test_a_value_from_an_environment_keeps_its_place(tmp_path: Path) -> None:
    """A mistake in an overlay is shown where it was written."""
    found = only(tmp_path, MINIMAL + "environments:\n  dev: {tables: {orders: {stream: ALL}}}\n", "dev")

    assert (found.code, str(found.position), found.address) == ("DDB016", "shop.yaml:7:35", "table.orders")


def test_a_plan_with_environments_can_be_read_without_one(tmp_path: Path) -> None:
    """The plan as it stands."""
    plan = good(tmp_path, _PLAN)

    assert (plan.environment, plan.database, plan.environments) == (None, "shop", ("dev", "prod"))
    assert environments(source_of(tmp_path, _PLAN)) == ("dev", "prod")


def test_an_unknown_environment_lists_the_known_ones(tmp_path: Path) -> None:
    """With the nearest first."""
    found = only(tmp_path, _PLAN, "prd")

    assert (found.code, found.what) == ("DDB027", "`prd` is not an environment of `shop.yaml`.")
    assert found.fix == "Did you mean `prod`? Environments are `dev`, `prod`."


def test_a_plan_without_environments_has_none_to_choose(tmp_path: Path) -> None:
    """The fix says what to leave out."""
    assert only(tmp_path, MINIMAL, "dev").fix == "Leave out `-e`, or add `environments:` to the plan."


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("{account: 111122223333}", "DDB030 7:17"),
        ("{account: 012345678901}", "DDB030 7:17"),
        ('{account: "1111"}', "DDB030 7:17"),
        ("{region: Ireland}", "DDB016 7:16"),
        ("{seed: all}", "DDB016 7:14"),
        ("{transactions: off}", "DDB016 7:22"),
        ("{tables: {order: {}}}", "DDB036 7:17"),
        ("{tables: []}", "DDB015 7:16"),
        ("{database: '#ledger'}", "DDB019 7:18"),
        ("{endpoint: x}", "DDB012 7:8"),
        ("{queries: {}}", "DDB012 7:8"),
        ("x", "DDB015 7:7"),
    ],
)
def test_each_mistake_of_an_environment_has_one_code_and_its_place(
    tmp_path: Path, environment: str, expected: str
) -> None:
    """Every environment is looked at, whichever is chosen."""
    assert problems(tmp_path, MINIMAL + f"environments:\n  e1: {environment}\n") == [expected]


def test_an_account_without_quotes_is_shown_with_them(tmp_path: Path) -> None:
    """The fix can be pasted."""
    found = only(tmp_path, MINIMAL + "environments:\n  e: {account: 111122223333}\n")

    assert (found.what, found.fix) == ("`account` is not in quotes.", 'Write `account: "111122223333"`.')


def test_two_environments_of_one_physical_table_are_an_error(tmp_path: Path) -> None:
    """Their database and their tables would be the same live ones."""
    text = MINIMAL + 'environments:\n  a: {account: "111122223333"}\n  b: {region: eu-west-1}\n'

    assert problems(tmp_path, text) == ["DDB028 2:1", "DDB028 4:3"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ('{account: "111122223333"}', '{account: "444455556666"}'),
        ("{region: eu-west-1}", "{region: eu-west-2}"),
        ("{database: a}", "{database: b}"),
    ],
)
def test_environments_that_are_apart_are_not(tmp_path: Path, one: str, two: str) -> None:
    """Different accounts, Regions or databases."""
    good(tmp_path, MINIMAL + f"environments:\n  a: {one}\n  b: {two}\n", "a")


def test_an_external_table_may_be_shared(tmp_path: Path) -> None:
    """Nobody changes it, so nobody collides."""
    text = MINIMAL + "    external: true\n    name: theirs\nenvironments:\n  a: {database: a}\n  b: {database: b}\n"

    good(tmp_path, text, "a")


def _sources(folder: Path, **texts: str) -> list[PlanSource]:
    return [source_of(folder, text, f"{name}.yaml") for name, text in texts.items()]


def test_two_plans_of_one_database_are_an_error(tmp_path: Path) -> None:
    """Both places are told."""
    found = check_together(_sources(tmp_path, a=MINIMAL, b=HEAD + "tables: {x: {partition_key: id}}\n")).sorted()

    assert [(d.code, str(d.position), d.what) for d in found] == [
        ("DDB029", "b.yaml:2:1", "The database `shop` is claimed here and at a.yaml:2:1."),
    ]


def test_two_plans_of_one_physical_table_are_an_error(tmp_path: Path) -> None:
    """In whatever environment, unless they are pinned apart."""
    other = "ddbplan: 1\ndatabase: b\ntables: {x: {partition_key: id, name: shop_orders}}\n"
    pinned = other + 'environments: {prod: {account: "111122223333"}}\n'
    apart = MINIMAL + 'environments: {prod: {account: "444455556666"}}\n'
    found = check_together(_sources(tmp_path, a=MINIMAL, b=pinned)).sorted()

    assert [(d.code, str(d.position), d.address) for d in found] == [("DDB029", "b.yaml:3:39", "table.x")]
    assert found[0].what.endswith("is claimed here (environment `prod`) and at a.yaml:4:3.")
    assert check_together(_sources(tmp_path, a=apart, b=pinned)).sorted() == ()


def test_very_many_environments_or_tables_are_refused(tmp_path: Path) -> None:
    """Their product would be compared; nobody has so many."""
    many = "".join(f"  e{n}: {{database: d{n}}}\n" for n in range(101))
    tables = "".join(f"  t{n}: {{partition_key: id, name: x}}\n" for n in range(2501))

    assert problems(tmp_path, MINIMAL + "environments:\n" + many) == ["DDB018 6:1"]
    assert problems(tmp_path, HEAD + "tables:\n" + tables) == ["DDB018 3:1"]


def test_a_broken_plan_claims_nothing(tmp_path: Path) -> None:
    """What is wrong within it is said when it is read."""
    assert check_together(_sources(tmp_path, a=MINIMAL, b="[")).sorted() == ()
