"""Seeds, transactions and queries."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.planner.reading.support import MINIMAL, good, only, problems


def test_a_seed_is_a_list_or_says_more(tmp_path: Path) -> None:
    """A list is items that are kept where they exist; a mapping names its kind."""
    seed = good(tmp_path, MINIMAL + "seed:\n  orders: [{id: a}]\n").seeds["orders"]

    assert (seed.on_conflict, seed.items[0].item, str(seed.items[0].position)) == (
        "keep",
        {"id": {"S": "a"}},
        "shop.yaml:7:12",
    )

    text = MINIMAL + "seed:\n  orders: {on_conflict: overwrite, file: data/a.jsonl, attributes: [id, x]}\n"
    seed = good(tmp_path, text).seeds["orders"]

    assert (seed.on_conflict, seed.file, seed.items, seed.attributes) == ("overwrite", "data/a.jsonl", (), ("id", "x"))


def test_generated_and_remote_rows_are_read_as_they_are_written(tmp_path: Path) -> None:
    """`generate` is read into what makes each attribute, `source` into a place in S3."""
    text = (
        MINIMAL + "  other: {partition_key: id}\nseed:\n"
        "  orders: {generate: {count: 5, item: {id: 'o-{row}'}}}\n  other: {source: s3://rows/p, format: ion}\n"
    )
    plan = good(tmp_path, text)
    generator = plan.seeds["orders"].generate

    assert generator is not None
    assert (generator.count, generator.random_seed, list(generator.item)) == (5, 0, ["id"])
    remote = plan.seeds["other"].source
    assert remote is not None
    assert str(remote.place) == "s3://rows/p"


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        ("{}", "DDB017 7:11"),
        ("x", "DDB015 7:11"),
        ("{items: [], file: a.jsonl}", "DDB021 7:23"),
        ("{items: x}", "DDB015 7:19"),
        ("{items: [x]}", "DDB015 7:20"),
        ("[[a]]", "DDB015 7:12"),
        ("{file: ../a.jsonl}", "DDB031 7:18"),
        ("{file: a/../../b.jsonl}", "DDB031 7:18"),
        ("{file: /etc/passwd}", "DDB031 7:18"),
        ("{file: ~/a.jsonl}", "DDB031 7:18"),
        ("{file: 'a\\b.jsonl'}", "DDB031 7:18"),
        ("{source: https://x}", "DDB016 7:20"),
        ("{source: s3:///x}", "DDB016 7:20"),
        ("{items: [], on_conflict: replace}", "DDB016 7:36"),
        ("{items: [], rate: 5}", "DDB012 7:23"),
    ],
)
def test_each_mistake_of_a_seed_has_one_code_and_its_place(tmp_path: Path, seed: str, expected: str) -> None:
    """Exactly one kind of rows, inside the plan's folder."""
    assert problems(tmp_path, MINIMAL + f"seed:\n  orders: {seed}\n") == [expected]


def test_operations_keep_their_expressions_and_places(tmp_path: Path) -> None:
    """An expression's place is its first character, inside the quotes."""
    text = (
        MINIMAL
        + "transactions:\n  t:\n    description: d\n    after: s\n    run: test\n    expect: {fails: 0}\n"
        + "    operations:\n"
        + '      - update: {table: orders, key: {id: a}, expression: "SET n = :n", condition: n > :n, values: {n: 1}}\n'
        + "      - put: {table: orders, item: {id: b}}\n"
        + "      - delete: {table: orders, key: {id: c}}\n"
        + "      - check: {table: orders, key: {id: d}, condition: attribute_exists(id)}\n"
    )
    transaction = good(tmp_path, text).transactions["t"]
    update, put, delete, check = transaction.operations

    assert (transaction.run, transaction.after, transaction.expect_fails) == ("test", ("s",), 0)
    assert update.expression is not None
    assert (update.expression.text, str(update.expression.position)) == ("SET n = :n", "shop.yaml:13:60")
    assert (update.values, put.item, delete.key) == ({"n": {"N": "1"}}, {"id": {"S": "b"}}, {"id": {"S": "c"}})
    assert check.condition is not None
    assert [operation.kind for operation in transaction.operations] == ["update", "put", "delete", "check"]


@pytest.mark.parametrize(
    ("transaction", "expected"),
    [
        ("{}", "DDB017 7:6"),
        ("{operations: []}", "DDB017 7:19"),
        ("{operations: {}}", "DDB015 7:19"),
        ("{operations: [x]}", "DDB015 7:20"),
        ("{operations: [{putt: {}}]}", "DDB012 7:21"),
        ("{operations: [{}]}", "DDB021 7:20"),
        ("{operations: [{put: {table: t}}]}", "DDB017 7:26"),
        ("{operations: [{put: {table: t, item: {}}}]}", "DDB037 7:43"),
        ("{operations: [{put: {table: t, item: {id: a}, key: {}}}]}", "DDB012 7:52"),
        ("{operations: [{check: {table: t, key: {id: a}}}]}", "DDB017 7:28"),
        ("{operations: [{delete: {table: t, key: {id: a}, values: {':a': 1}}}]}", "DDB019 7:63"),
        ("{operations: [{delete: {table: t, key: {id: a}, condition: 5}}]}", "DDB015 7:65"),
        ("{run: twice, operations: [{delete: {table: t, key: {id: a}}}]}", "DDB016 7:12"),
        ("{run: test, expect: {fails: 1}, operations: [{delete: {table: t, key: {id: a}}}]}", "DDB018 7:27"),
        ("{expect: {fails: 0}, operations: [{delete: {table: t, key: {id: a}}}]}", "DDB021 7:7"),
        ("{rates: 5, operations: [{delete: {table: t, key: {id: a}}}]}", "DDB012 7:7"),
    ],
)
def test_each_mistake_of_a_transaction_has_one_code_and_its_place(
    tmp_path: Path, transaction: str, expected: str
) -> None:
    """An operation is one of four, with its own keys."""
    assert problems(tmp_path, MINIMAL + f"transactions:\n  t: {transaction}\n") == [expected]


def test_an_operation_with_two_kinds_is_explained(tmp_path: Path) -> None:
    """A forgotten dash joins two operations."""
    text = (
        MINIMAL + "transactions:\n  t:\n    operations:\n      - put: {table: t, item: {id: a}}\n        delete: {}\n"
    )
    found = only(tmp_path, text)

    assert (found.code, str(found.position)) == ("DDB021", "shop.yaml:9:9")
    assert found.fix == "Start each operation with `- ` on a line of its own."


def test_a_query_and_its_expectation(tmp_path: Path) -> None:
    """Every key of a query has its value; `contains` takes one item or several."""
    text = (
        MINIMAL
        + "queries:\n  q:\n    table: orders\n    index: by_x\n    key_condition: id = :i\n    filter: |\n"
        + "      n > :n\n    values: {i: a, n: 1}\n    projection: [id, n]\n    descending: true\n"
        + "    consistent: true\n    limit: 5\n    live: true\n"
        + "    expect: {count: 1, min: 0, items: [{id: a}], first: {n: 2}, contains: {id: a},"
        + " absent: [{id: b}, {id: c}], ordered: n}\n"
    )
    query = good(tmp_path, text).queries["q"]

    assert (query.table, query.index, query.scan, query.limit) == ("orders", "by_x", False, 5)
    assert (query.descending, query.consistent, query.live, query.projection) == (True, True, True, ("id", "n"))
    assert query.filter is not None
    assert (query.filter.text, str(query.filter.position)) == ("n > :n\n", "shop.yaml:12:7")
    assert query.expect is not None
    assert (query.expect.count, query.expect.minimum, query.expect.ordered) == (1, 0, "n")
    assert (query.expect.items, query.expect.first) == (({"id": {"S": "a"}},), {"n": {"N": "2"}})
    assert (query.expect.contains, len(query.expect.absent)) == (({"id": {"S": "a"}},), 2)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{}", ["DDB017 7:6", "DDB017 7:6"]),
        ("{table: t}", ["DDB017 7:6"]),
        ("{table: t, scan: true, key_condition: a = :a}", ["DDB021 7:29"]),
        ("{table: t, scan: true, descending: true}", ["DDB021 7:29"]),
        ("{table: t, scan: yes, key_condition: a = :a}", ["DDB015 7:23"]),
        ("{table: t, scan: true, limit: 0}", ["DDB018 7:36"]),
        ("{table: t, scan: true, limit: ten}", ["DDB015 7:36"]),
        ("{table: t, scan: true, expect: {}}", ["DDB037 7:37"]),
        ("{table: t, scan: true, expect: {count: -1}}", ["DDB018 7:45"]),
        ("{table: t, scan: true, expect: {maximum: 1}}", ["DDB012 7:38"]),
        ("{table: t, scan: true, expect: {contains: x}}", ["DDB015 7:48"]),
        ("{table: t, scan: true, item_size: 5 MB}", ["DDB015 7:40"]),
    ],
)
def test_each_mistake_of_a_query_has_one_code_and_its_place(tmp_path: Path, query: str, expected: list[str]) -> None:
    """A query has a key condition or means to scan."""
    assert problems(tmp_path, MINIMAL + f"queries:\n  q: {query}\n") == expected


@pytest.mark.parametrize("key", ["ledger", "endpoint", "seeds"])
def test_other_sections_are_unknown_keys(tmp_path: Path, key: str) -> None:
    """What the grammar does not know is an error, never ignored."""
    assert problems(tmp_path, MINIMAL + f"{key}: {{}}\n") == ["DDB012 6:1"]
