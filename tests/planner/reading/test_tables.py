"""Tables, indexes and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.plan import Table
from planner.values import Json
from tests.planner.reading.support import HEAD, MINIMAL, TABLE, good, only, problems, read


def _table(folder: Path, lines: str, top: str = "") -> Table:
    return good(folder, HEAD + top + TABLE + "".join(f"    {line}\n" for line in lines.split("\n"))).tables["orders"]


def _settings(folder: Path, lines: str, top: str = "") -> dict[str, Json]:
    return dict(_table(folder, lines, top).settings)


def test_the_smallest_plan(tmp_path: Path) -> None:
    """A database, a table and its key are enough; billing is on demand."""
    plan = good(tmp_path, MINIMAL)
    table = plan.tables["orders"]

    assert (plan.file, plan.database, plan.environment, plan.account) == ("shop.yaml", "shop", None, None)
    assert (table.name, table.key_names, dict(table.key_types)) == ("shop_orders", ("id",), {"id": "S"})
    assert (dict(table.settings), table.address) == ({"billing": "on_demand"}, "table.orders")
    assert (str(table.position), str(table.positions["partition_key"])) == ("shop.yaml:4:3", "shop.yaml:5:5")


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("time_to_live: expires", "time_to_live", "expires"),
        ("time_to_live: off", "time_to_live", "off"),
        ("time_to_live: false", "time_to_live", "off"),
        ("stream: NEW_IMAGE", "stream", "NEW_IMAGE"),
        ("stream: false", "stream", "off"),
        ("point_in_time_recovery: true", "point_in_time_recovery", "on"),
        ("point_in_time_recovery: {days: 35}", "point_in_time_recovery", {"days": 35}),
        ("point_in_time_recovery: off", "point_in_time_recovery", "off"),
        ("deletion_protection: true", "deletion_protection", True),
        ("deletion_protection: off", "deletion_protection", False),
        ("encryption: aws_managed", "encryption", "aws_managed"),
        ("encryption: alias/orders", "encryption", "alias/orders"),
        (
            "encryption: arn:aws:kms:eu-west-1:111122223333:key/k",
            "encryption",
            "arn:aws:kms:eu-west-1:111122223333:key/k",
        ),
        ("encryption: 1234abcd-12ab-34cd-56ef-1234567890ab", "encryption", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("table_class: infrequent_access", "table_class", "infrequent_access"),
        ("tags: {team: core, empty: ''}", "tags", {"team": "core", "empty": ""}),
        ("tags: off", "tags", {}),
        ("maximum: {read: 100}", "maximum", {"read": 100}),
        ("maximum: off", "maximum", "off"),
        ("warm: {read: 12000, write: 4000}", "warm", {"read": 12000, "write": 4000}),
        (
            "kinesis: {stream_arn: x, precision: MILLISECOND}",
            "kinesis",
            {"stream_arn": "x", "precision": "MILLISECOND"},
        ),
        ("contributor_insights: off", "contributor_insights", "off"),
        ("replicas: {eu-west-2: {}}", "replicas", {"eu-west-2": {}}),
        ("resource_policy: {Statement: [{Effect: Allow}]}", "resource_policy", {"Statement": [{"Effect": "Allow"}]}),
    ],
)
def test_settings_are_read_into_canonical_form(tmp_path: Path, text: str, key: str, value: Json) -> None:
    """Every way of writing a setting has one form; what is not written is not there."""
    assert _settings(tmp_path, text) == {"billing": "on_demand", key: value}


def test_provisioned_capacity(tmp_path: Path) -> None:
    """Units are integers, or autoscaling with a target of 70 percent where none is given."""
    text = "billing: provisioned\ncapacity: {read: {min: 1, max: 9}, write: 5}"

    assert _settings(tmp_path, text)["capacity"] == {"read": {"min": 1, "max": 9, "target": 70}, "write": 5}


def test_defaults_lie_under_every_table(tmp_path: Path) -> None:
    """The table wins, mappings merge."""
    top = "defaults: {stream: KEYS_ONLY, deletion_protection: true, tags: {a: x, b: x}}\n"

    assert _settings(tmp_path, "stream: off\ntags: {b: y}", top) == {
        "billing": "on_demand",
        "stream": "off",
        "deletion_protection": True,
        "tags": {"a": "x", "b": "y"},
    }


def test_default_capacity_does_not_reach_a_table_on_demand(tmp_path: Path) -> None:
    """A default that does not go with the table's billing does not apply."""
    top = "defaults: {billing: provisioned, capacity: {read: 1, write: 1}, maximum: {read: 5}}\n"

    assert _settings(tmp_path, "billing: on_demand", top) == {"billing": "on_demand", "maximum": {"read": 5}}
    assert _settings(tmp_path, "sort_key: s", top) == {"billing": "provisioned", "capacity": {"read": 1, "write": 1}}


def test_capacity_off_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    """An environment switches a table to on demand this way."""
    assert _settings(tmp_path, "capacity: off") == {"billing": "on_demand"}


def test_indexes(tmp_path: Path) -> None:
    """Keys are a name or a list of up to four, projections default to ALL, capacity to the table's."""
    table = _table(
        tmp_path,
        "sort_key: s\nkey_types: {n: N, s: B}\n"
        "global_secondary_indexes:\n"
        "  by_n: {partition_key: [a, b], sort_key: n, projection: [x, y], capacity: inherit}\n"
        "  by_c: {partition_key: c, capacity: {read: 1, write: 2}, warm: {read: 5}}\n"
        "local_secondary_indexes: {by_l: {sort_key: l, projection: KEYS_ONLY}}",
    )
    by_n, by_c, by_l = table.indexes.values()

    assert (by_n.key_names, by_n.projection, dict(by_n.settings)) == (("a", "b", "n"), ("x", "y"), {})
    assert (by_c.projection, by_c.settings["capacity"], by_c.settings["warm"]) == (
        "ALL",
        {"read": 1, "write": 2},
        {"read": 5},
    )
    assert (by_l.kind, by_l.partition_key, by_l.sort_key, by_l.projection) == ("local", ("id",), ("l",), "KEYS_ONLY")
    assert dict(table.key_types) == {"id": "S", "s": "B", "a": "S", "b": "S", "n": "N", "c": "S", "l": "S"}


def test_an_index_that_is_off_is_not_there(tmp_path: Path) -> None:
    """An environment can end an index of the plan."""
    assert _table(tmp_path, "global_secondary_indexes: {a: off, b: {partition_key: b}}").global_indexes.keys() == {"b"}
    assert dict(_table(tmp_path, "local_secondary_indexes: off").local_indexes) == {}


def test_vector_indexes_stay_as_written(tmp_path: Path) -> None:
    """They are validated and kept; attributes they are searched by have types, as keys have."""
    index = "{attribute: v, dimensions: 3, distance: COSINE, filters: [f], projection: KEYS_ONLY}"
    table = _table(tmp_path, f"key_types: {{f: N}}\nvector_indexes: {{by_v: {index}}}")

    assert table.settings["vector_indexes"]["by_v"]["dimensions"] == 3
    assert dict(table.key_types) == {"id": "S", "f": "N"}


def test_a_table_may_have_its_own_physical_name(tmp_path: Path) -> None:
    """`name` wins over `naming`."""
    assert _table(tmp_path, "name: prod-orders-1A2B", 'naming: "{table}.x"\n').name == "prod-orders-1A2B"
    assert _table(tmp_path, "external: true", 'naming: "{table}.{database}"\n').name == "orders.shop"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("sortkey: s", "DDB012 6:5"),
        ("sort_key: 5", "DDB015 6:15"),
        ("sort_key: null", "DDB015 6:15"),
        ('sort_key: ""', "DDB037 6:15"),
        ("sort_key: [a]", "DDB015 6:15"),
        ("sort_key:", "DDB037 6:5"),
        ("key_types: {id: X}", "DDB016 6:21"),
        ("key_types: {other: N}", "DDB039 6:17"),
        ("billing: on-demand", "DDB016 6:14"),
        ("stream: NEW", "DDB016 6:13"),
        ("encryption: aws_owner", "DDB016 6:17"),
        ("table_class: STANDARD", "DDB016 6:18"),
        ("time_to_live: true", "DDB015 6:19"),
        ("point_in_time_recovery: {days: 36}", "DDB018 6:36"),
        ("point_in_time_recovery: {}", "DDB017 6:29"),
        ("point_in_time_recovery: yes", "DDB015 6:29"),
        ("deletion_protection: yes", "DDB015 6:26"),
        ("tags: {a: 1}", "DDB015 6:15"),
        ("tags: {a: }", "DDB037 6:12"),
        ("tags: [a]", "DDB015 6:11"),
        ("maximum: {}", "DDB017 6:14"),
        ("maximum: {read: 0}", "DDB018 6:21"),
        ("maximum: {read: 1.5}", "DDB015 6:21"),
        ('maximum: {read: "1"}', "DDB015 6:21"),
        ("kinesis: x", "DDB015 6:14"),
        ("external: maybe", "DDB015 6:15"),
        ("description: {a: b}", "DDB015 6:18"),
        ("global_secondary_indexes: [a]", "DDB015 6:31"),
        ("global_secondary_indexes: {a: {sort_key: s}}", "DDB017 6:35"),
        ("global_secondary_indexes: {a: {partition_key: [a, b, c, d, e]}}", "DDB018 6:51"),
        ("global_secondary_indexes: {a: {partition_key: []}}", "DDB018 6:51"),
        ("global_secondary_indexes: {a: {partition_key: [a, a]}}", "DDB011 6:55"),
        ("global_secondary_indexes: {a: {partition_key: p, projection: INCLUDE}}", "DDB016 6:66"),
        ("global_secondary_indexes: {a: {partition_key: p, projection: []}}", "DDB015 6:66"),
        ("global_secondary_indexes: {a: {partition_key: p, capacity: off}}", "DDB015 6:64"),
        ("local_secondary_indexes: {a: {partition_key: p, sort_key: s}}", "DDB012 6:35"),
        ("vector_indexes: {a: {attribute: v, dimensions: 5000, distance: COSINE}}", "DDB018 6:52"),
        ("vector_indexes: {a: {attribute: v, dimensions: 5, distance: cosine}}", "DDB016 6:65"),
        ("capacity: {read: 1}", "DDB017 6:15"),
        ("capacity: {read: {min: 9, max: 1}, write: 1}", "DDB018 6:23"),
        ("capacity: {read: {min: 1, max: 9, target: 95}, write: 1}", "DDB018 6:47"),
        ("entities: {a: {keys: {id: 5}}}", "DDB015 6:31"),
        ("unique: [a, a]", "DDB011 6:17"),
    ],
)
def test_each_mistake_of_a_table_has_one_code_and_its_place(tmp_path: Path, lines: str, expected: str) -> None:
    """Nothing is guessed and nothing ignored."""
    assert problems(tmp_path, MINIMAL + f"    {lines}\n") == [expected]


@pytest.mark.parametrize("word", ["partiton_key", "hash_key"])
def test_a_misspelt_key_is_not_missed_as_well(tmp_path: Path, word: str) -> None:
    """One mistake, one problem: the key that is needed stands there under another name."""
    found = only(tmp_path, MINIMAL.replace("partition_key", word))

    assert found.fix.startswith("Did you mean `partition_key`? ")


def test_a_projection_may_be_a_list_of_names(tmp_path: Path) -> None:
    """The choices are words, and what is no word."""
    found = only(tmp_path, MINIMAL + "    global_secondary_indexes: {a: {partition_key: p, projection: amount}}\n")

    assert found.fix == "Choices are `ALL`, `KEYS_ONLY`, or a list of attribute names such as `[name, price]`."


def test_a_near_miss_is_suggested(tmp_path: Path) -> None:
    """An unknown key names the known ones, the nearest first."""
    found = only(tmp_path, MINIMAL + "    sortkey: s\n")

    assert found.what == "`sortkey` is not a key of a table."
    assert found.fix.startswith("Did you mean `sort_key`? Keys are `description`, `name`, `key_types`, ")
    assert found.address == "table.orders"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("range_key", "sort_key"),
        ("gsi", "global_secondary_indexes"),
        ("lsi", "local_secondary_indexes"),
        ("ttl", "time_to_live"),
        ("billing_mode", "billing"),
        ("read_capacity", "capacity"),
        ("hash_key", "partition_key"),
        ("GlobalSecondaryIndexes", "global_secondary_indexes"),
    ],
)
def test_another_name_of_a_key_suggests_the_plans_own(tmp_path: Path, word: str, meant: str) -> None:
    """What DynamoDB or another tool calls a setting leads to the plan's word for it."""
    found = only(tmp_path, MINIMAL + f"    {word}: s\n")

    assert found.fix.startswith(f"Did you mean `{meant}`? Keys are ")


def test_a_list_as_a_tables_partition_key_points_to_the_sort_key(tmp_path: Path) -> None:
    """A table's key is two keys of the plan, not one list."""
    found = only(tmp_path, HEAD + "tables: {a: {partition_key: [id, ts]}}\n")

    assert found.what == "A table has one partition key attribute, and `partition_key` is a list."
    assert "`sort_key`" in found.fix


def test_a_key_type_of_a_table_without_keys_lists_none(tmp_path: Path) -> None:
    """The fix names keys only where there are some."""
    _, report = read(tmp_path, HEAD + "tables: {a: {key_types: {x: N}}}\n")

    assert "Other attributes are not declared." in [found.fix for found in report]


def test_a_mistake_in_defaults_is_told_once(tmp_path: Path) -> None:
    """However many tables stand on them."""
    text = HEAD + "defaults: {stream: ALL, tags: {a: x}}\n" + TABLE + "  b: {partition_key: id}\n"

    assert problems(tmp_path, text) == ["DDB016 3:20"]


def test_all_mistakes_of_a_plan_are_told_at_once(tmp_path: Path) -> None:
    """One run shows everything there is to correct."""
    text = (
        "ddbplan: 2\ndatabase: a b\nnaming: x\ntables:\n  a: {}\n  b: {partition_key: 1}\n  c d: {partition_key: x}\n"
    )

    assert problems(tmp_path, text) == [
        "DDB020 1:10",
        "DDB019 2:11",
        "DDB025 3:9",
        "DDB017 5:6",
        "DDB015 6:22",
        "DDB019 7:3",
    ]


@pytest.mark.parametrize("pattern", ["{database}", "{tables}", "a b {table}", "{table", "ä{table}"])
def test_a_naming_pattern_has_to_tell_tables_apart(tmp_path: Path, pattern: str) -> None:
    """It holds `{table}`, known placeholders, and characters that table names take."""
    assert problems(tmp_path, HEAD + f'naming: "{pattern}"\n' + TABLE) == ["DDB025 3:9"]


def test_two_tables_of_one_physical_name_name_both_places(tmp_path: Path) -> None:
    """They would be one live table."""
    found = only(tmp_path, MINIMAL + "  b: {partition_key: id, name: shop_orders}\n")

    assert (found.code, str(found.position), found.address) == ("DDB026", "shop.yaml:6:32", "table.b")
    assert "(shop.yaml:4:3)" in found.what
