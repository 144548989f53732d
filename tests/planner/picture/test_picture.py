"""What a picture of a plan says is there, and what queries and transactions come to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.loading import load_plan
from planner.picture import Outcome, Picture, draw
from planner.picture.steps import graph
from planner.steps import Call, Estimate, Step

if TYPE_CHECKING:
    from planner.picture import Collection

PLANS = Path(__file__).resolve().parents[3] / "plans"
PLAN = """\
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: customer
    sort_key: number
    key_types: {number: N}
    global_secondary_indexes:
      open: {partition_key: open_since, sort_key: number, projection: [total]}
      by_city: {partition_key: [country, city], projection: KEYS_ONLY}
    local_secondary_indexes:
      by_total: {sort_key: total_key, projection: KEYS_ONLY}
  others: {external: true, partition_key: id}
seed:
  orders:
    - {customer: b, number: 10, total: 5, open_since: d1, note: x, total_key: "3"}
    - {customer: a, number: 9, total: 7, open_since: d2, country: it, city: Rome}
    - {customer: b, number: 9, total: 1, open_since: d1, country: it, city: Oslo}
    - {customer: b, number: -1, total: 0, country: no, city: Oslo, total_key: "1"}
transactions:
  ship:
    operations:
      - update:
          table: orders
          key: {customer: b, number: 10}
          expression: SET total = total + :n, tags = :tags REMOVE open_since ADD visits :n
          condition: total < :most
          values: {n: 2, most: 6, tags: !set [x]}
      - put: {table: orders, item: {customer: c, number: 1, total: 3}, condition: attribute_not_exists(customer)}
      - delete: {table: orders, key: {customer: a, number: 9}}
  refused:
    run: test
    operations:
      - check: {table: orders, key: {customer: c, number: 1}, condition: total = :three, values: {three: 3}}
      - update:
          table: orders
          key: {customer: b, number: 9}
          expression: SET total = :n
          condition: total > :n
          values: {n: 4}
    expect: {fails: 1}
  elsewhere:
    run: test
    operations:
      - delete: {table: orders, key: {customer: b, number: 9}, condition: size(note) > :n, values: {n: 1}}
      - update:
          table: orders
          key: {customer: b, number: 10}
          expression: SET gone = missing
          condition: total > :n
          values: {n: 1}
queries:
  of_b:
    table: orders
    key_condition: customer = :c AND number BETWEEN :from AND :to
    filter: total <> :seven
    values: {c: b, from: 0, to: 10, seven: 1}
    descending: true
    limit: 1
    expect: {count: 1, first: {number: 10}}
  filtered:
    table: orders
    key_condition: customer = :c
    filter: total > :n
    values: {c: b, n: 0}
    limit: 1
  open_ones: {table: orders, index: open, key_condition: open_since = :d, values: {d: d1}, expect: {count: 2}}
  all: {table: orders, scan: true, limit: 100}
  foreign: {table: others, key_condition: id = :i, values: {i: x}, expect: {count: 1}}
"""


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    """The picture of the plan above."""
    return _picture(tmp_path, PLAN)


def _picture(folder: Path, text: str, **options: int) -> Picture:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    loaded = load_plan(path)
    assert loaded.plan is not None, loaded
    return draw(loaded.plan, **options)


def _groups(picture: Picture, one: Collection) -> list[tuple[str, list[str]]]:
    items = picture.tables[0].items
    return [
        (
            "".join(str(next(iter(value.values()))) for value in group.key),
            [items[number].item["customer"]["S"] + items[number].item["number"]["N"] for number in group.items],
        )
        for group in one.groups
    ]


def test_table_shows_its_items_by_partition_in_numeric_order(picture: Picture) -> None:
    """Items stand by partition key, in order of the number, as the transactions that run once leave them."""
    orders = picture.tables[0]

    assert _groups(picture, orders.base) == [("b", ["b-1", "b9", "b10"]), ("c", ["c1"])]
    assert orders.base.columns[:2] == ("customer", "number")
    assert [(one.origin, one.changed_by) for one in orders.items if one.item["customer"]["S"] == "c"] == [
        ("transaction.ship", ())
    ]
    assert [one.changed_by for one in orders.items if one.item["number"]["N"] == "10"] == [("transaction.ship",)]


def test_index_is_the_same_items_by_its_keys(picture: Picture) -> None:
    """An index holds what has its keys, shows what it projects, and says what it lacks and why."""
    by_open, by_city, by_total = picture.tables[0].indexes

    assert _groups(picture, by_open) == [("d1", ["b9"])]
    assert by_open.columns == ("open_since", "number", "customer", "total")
    assert set(by_open.hidden) >= {"note", "country", "city"}
    assert [(one.attribute, len(one.items)) for one in by_open.absent] == [("open_since", 3)]
    assert _groups(picture, by_city) == [("itOslo", ["b9"]), ("noOslo", ["b-1"])]
    assert _groups(picture, by_total) == [("b", ["b-1", "b10"])]
    assert by_total.kind == "local"


def test_query_returns_what_dynamodb_would(picture: Picture) -> None:
    """Key condition, order, filter and limit as DynamoDB applies them; what is expected and missing is said."""
    of_b, filtered, open_ones, everything, foreign = picture.queries
    items = picture.tables[0].items

    assert [items[number].item["number"]["N"] for number in of_b.returned] == ["10"]
    assert [items[number].item["number"]["N"] for number in of_b.read] == ["10"]
    assert (of_b.unmet, of_b.expects, of_b.unknown) == ((), True, "")
    assert [items[number].item["number"]["N"] for number in filtered.read] == ["-1", "9"]
    assert [items[number].item["number"]["N"] for number in filtered.returned] == ["9"]
    assert open_ones.unmet == ("expected 2 items, got 1",)
    assert len(everything.returned) == 4
    assert not everything.expects
    assert "someone else's" in foreign.unknown
    assert foreign.unmet == ()


def test_report_shows_what_it_reads_and_what_is_expected(tmp_path: Path) -> None:
    """Each source has its query, the values of each run and its bounds; what is expected is said, with its rows."""
    text = """\
reports:
  sums:
    description: Totals.
    sources:
      mine: {query: of_b, values: [{c: a}, {c: b}], limit: off, columns: {total: BIGINT}}
      every: all
    sql: |
      SELECT sum(total) AS s
      FROM mine JOIN every USING (customer)
    expect: {count: 1, min: 1, contains: [{s: 3}], absent: [{s: 4}], first: {s: 3}, ordered: s}
  none: {sources: {every: all}, sql: SELECT * FROM every, expect: {items: []}}
"""
    sums, none = _picture(tmp_path, PLAN + text).reports

    assert [(one.name, one.query) for one in sums.sources] == [("mine", "of_b"), ("every", "all")]
    assert [run["c"] for run in sums.sources[0].runs] == [{"S": "a"}, {"S": "b"}]
    assert [one.facts for one in sums.sources] == [(("limit", "off"), ("columns", "total BIGINT")), ()]
    assert sums.sql.splitlines() == ["SELECT sum(total) AS s", "FROM mine JOIN every USING (customer)"]
    assert [(one.says, [row["s"]["N"] for row in one.rows]) for one in sums.expected] == [
        ("1 row", []),
        ("At least 1 row", []),
        ("In order of s", []),
        ("This row first", ["3"]),
        ("These rows among them", ["3"]),
        ("None of these rows", ["4"]),
    ]
    assert [one.says for one in none.expected] == ["No rows"]


def test_transaction_shows_its_items_before_and_after(picture: Picture) -> None:
    """Updates are worked out, a refusal changes nothing, and what is not known is said to be."""
    ship, refused, elsewhere = picture.transactions
    update, put, delete = ship.operations

    assert (ship.outcome, ship.expected) == (Outcome.SUCCEEDS, True)
    assert update.before is not None
    assert update.after is not None
    assert (update.before["total"], update.after["total"]) == ({"N": "5"}, {"N": "7"})
    assert (update.after["visits"], update.after["tags"]) == ({"N": "2"}, {"SS": ["x"]})
    assert "open_since" not in update.after
    assert (put.before, put.met) == (None, True)
    assert delete.after is None
    assert (refused.outcome, refused.expected) == (Outcome.REFUSED, True)
    assert refused.operations[1].met is False
    assert refused.operations[1].before == refused.operations[1].after
    assert (elsewhere.outcome, elsewhere.expected) == (Outcome.REFUSED, False)
    assert "not there" in elsewhere.operations[1].unknown


def test_a_limit_is_shared_and_said(tmp_path: Path) -> None:
    """Small tables show all of theirs; of a large one the first items, and nothing is claimed about the rest."""
    for name, count in (("large", 50), ("small", 3)):
        rows = "\n".join(json.dumps({"id": f"{name}-{number}"}) for number in range(count))
        (tmp_path / f"{name}.jsonl").write_text(rows + "\n", encoding="utf-8")
    text = (
        "ddbplan: 1\ndatabase: d\ntables: {large: {partition_key: id}, small: {partition_key: id}}\n"
        "seed: {large: {file: large.jsonl}, small: {file: small.jsonl}}\n"
        "queries:\n  last: {table: large, key_condition: id = :i, values: {i: large-49}, expect: {count: 1}}\n"
    )
    picture = _picture(tmp_path, text, limit=13)
    large, small = picture.tables

    assert (len(large.items), large.count, len(small.items)) == (10, 50, 3)
    assert large.why_partial == "only the first 10 of 50 items are shown"
    assert small.why_partial == ""
    assert picture.queries[0].unknown == large.why_partial
    assert picture.queries[0].unmet == ()


@pytest.mark.parametrize("name", ["analytics", "ecommerce", "financial", "social"])
def test_offline_answers_are_those_that_test_proves(name: str) -> None:
    """Every query of the real plans finds, and every transaction does, what `ddbplan test` proves on an engine."""
    plan = load_plan(PLANS / f"{name}.yaml").plan
    assert plan is not None
    picture = draw(plan)

    assert [(query.name, query.unmet, query.unknown) for query in picture.queries if query.unmet or query.unknown] == []
    assert [one.name for one in picture.transactions if one.expected is not True] == []


def test_steps_know_when_they_are_done() -> None:
    """A step's time is that of the longest way to it; steps side by side cost the longer one."""

    def step(name: str, seconds: float, *after: str) -> Step:
        call = Call(function="put_item", arguments={})
        estimate = Estimate(low=seconds, high=2 * seconds, source="")
        return Step(id=name, address=name, symbol="+", call=call, reason="", depends_on=after, estimate=estimate)

    nodes = graph((step("a", 3), step("b", 5), step("c", 1, "a", "b"), step("d", 1, "a")))

    assert [(node.number, node.after, node.depth, node.low, node.high) for node in nodes] == [
        (1, (), 0, 3, 6),
        (2, (), 0, 5, 10),
        (3, (1, 2), 1, 6, 12),
        (4, (1,), 1, 4, 8),
    ]
