"""Checks on plans made by programs, and on sizes that no file should hold."""

from __future__ import annotations

from typing import Any

import pytest

from planner.checks import InvalidQueryError, check, compile_query
from planner.codes import model as codes
from planner.diagnostics import Position, Report
from planner.plan import Expect, Plan, Seed, SeedItem
from planner.values import item_size
from tests.planner.checks import make


def _codes(plan: Plan) -> list[str]:
    report = Report()
    checked = check(plan, report, _rows)
    found = [one.code for one in report]
    assert (checked is None) is report.has_errors
    return found


def _rows(plan: Plan, seed: Seed, report: Report | None) -> Any:
    yield from seed.items


def _seed(*items: dict[str, Any], **given: Any) -> Seed:
    rows = tuple(SeedItem(item=item, position=Position("plan.yaml", 10 + n, 1)) for n, item in enumerate(items))
    return Seed(
        table="things",
        on_conflict=given.get("on_conflict", "keep"),
        items=rows,
        file=None,
        generate=None,
        source=None,
        attributes=(),
        position=make.HERE,
    )


def _seeded(table: Any, *items: dict[str, Any]) -> Plan:
    return make.plan(table, seeds={"things": _seed(*items)})


def _put(number: int, **more: Any) -> Any:
    return make.operation(item={"pk": {"S": str(number)}, **more})


def test_a_sound_plan_has_no_findings() -> None:
    """Nothing is said about a plan that is in order."""
    plan = make.plan(
        make.corpus_table(),
        transactions=(make.transaction(make.operation(item={"pk": {"S": "a"}, "sk": {"N": "1"}})),),
        queries=(make.query(key_condition="pk = :pk", values={"pk": {"S": "a"}}),),
    )

    assert _codes(plan) == []


@pytest.mark.parametrize(("count", "found"), [(0, ["DDB090"]), (1, []), (98, []), (99, ["DDB090"])])
def test_a_transaction_has_1_to_98_operations(count: int, found: list[str]) -> None:
    """98 operations are taken, since ddbplan adds two of its own."""
    transaction = make.transaction(*(_put(number) for number in range(count)))

    assert _codes(make.plan(make.table(), transactions=(transaction,))) == found


def test_a_transaction_has_at_most_4_mb() -> None:
    """The items of a transaction count together, with room for ddbplan's marker."""
    full = {"fill": {"S": "x" * 400_000}}
    ten, eleven = (make.transaction(*(_put(n, **full) for n in range(count))) for count in (10, 11))

    assert _codes(make.plan(make.table(), transactions=(ten,))) == []
    assert _codes(make.plan(make.table(), transactions=(eleven,))) == [codes.TRANSACTION_SIZE.code]


@pytest.mark.parametrize(("size", "found"), [(400 * 1024, []), (400 * 1024 + 1, ["DDB084"])])
def test_an_item_has_at_most_400_kb(size: int, found: list[str]) -> None:
    """The largest item is taken, one byte more is not."""
    item: dict[str, Any] = {"pk": {"S": "a"}, "fill": {"S": ""}}
    item["fill"] = {"S": "x" * (size - item_size(item))}

    assert _codes(_seeded(make.table(), item)) == found


def test_copies_in_local_indexes_count_as_well() -> None:
    """An item of half the size does not fit beside its whole copy in a local index."""
    index = make.index("by_h", ("pk",), ("h",), kind="local")
    table = make.table(sort="sk", indexes=(index,))
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "fill": {"S": "x" * 250_000}}

    assert _codes(_seeded(table, item)) == []
    assert _codes(_seeded(table, {**item, "h": {"S": "c"}})) == [codes.ITEM_SIZE.code]


@pytest.mark.parametrize(
    ("partition", "sort", "found"),
    [(2048, 1024, []), (2049, 1, ["DDB083"]), (1, 1025, ["DDB083"])],
)
def test_key_values_have_their_limits(partition: int, sort: int, found: list[str]) -> None:
    """A partition key value has at most 2048 bytes, a sort key value at most 1024."""
    item = {"pk": {"S": "x" * partition}, "sk": {"S": "x" * sort}}

    assert _codes(_seeded(make.table(sort="sk"), item)) == found


@pytest.mark.parametrize(("size", "found"), [(2048, []), (2049, ["DDB083"])])
def test_index_key_values_have_their_limits(size: int, found: list[str]) -> None:
    """An index's partition key value has the same limit."""
    table = make.table(indexes=(make.index("by_g", ("g",)),))

    assert _codes(_seeded(table, {"pk": {"S": "a"}, "g": {"S": "x" * size}})) == found


@pytest.mark.parametrize(("length", "found"), [(255, []), (256, ["DDB041"])])
def test_names_of_keys_have_at_most_255_bytes(length: int, found: list[str]) -> None:
    """A key attribute's name has at most 255 bytes."""
    assert _codes(make.plan(make.table(partition="p" * length))) == found


@pytest.mark.parametrize(("length", "found"), [(65_535, []), (65_536, ["DDB041"])])
def test_names_of_attributes_have_less_than_64_kb(length: int, found: list[str]) -> None:
    """Any attribute's name has less than 64 KB."""
    assert _codes(_seeded(make.table(), {"pk": {"S": "a"}, "n" * length: {"S": "a"}})) == found


@pytest.mark.parametrize(("count", "found"), [(20, []), (21, ["DDB046"])])
def test_more_than_20_global_indexes_need_a_raised_quota(count: int, found: list[str]) -> None:
    """The 21st global index is a warning: the quota can be raised."""
    indexes = tuple(make.index(f"by_{number}", (f"a{number}",)) for number in range(count))

    assert _codes(make.plan(make.table(indexes=indexes))) == found


@pytest.mark.parametrize(("count", "found"), [(20, []), (21, ["DDB048", "DDB048"])])
def test_indexes_name_at_most_100_attributes_together(count: int, found: list[str]) -> None:
    """Projections count over all indexes, the same name every time."""
    names = tuple(f"a{number}" for number in range(20))
    indexes = [make.index(f"by_{number}", (f"g{number}",), projection=names) for number in range(4)]
    indexes.append(make.index("by_4", ("g4",), projection=tuple(f"a{number}" for number in range(count))))

    assert _codes(make.plan(make.table(indexes=tuple(indexes)))) == found


def test_an_index_has_at_most_four_attributes_in_each_half_of_its_key() -> None:
    """Five partition key attributes are too many, four and four are not."""
    four, five = ("a", "b", "c", "d"), ("a", "b", "c", "d", "e")
    sort = ("s", "t", "u", "v")

    assert _codes(make.plan(make.table(indexes=(make.index("by_a", four, sort),)))) == []
    assert _codes(make.plan(make.table(indexes=(make.index("by_a", five),)))) == ["DDB044"]
    assert _codes(make.plan(make.table(indexes=(make.index("by_a", ()),)))) == ["DDB044"]


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "put"},
        {"kind": "update", "key": {"pk": {"S": "a"}}},
        {"kind": "update", "expression": "REMOVE a"},
        {"kind": "delete"},
        {"kind": "check", "key": {"pk": {"S": "a"}}},
        {"kind": "delete", "key": {"pk": {"S": "a"}}, "expression": "REMOVE a"},
    ],
)
def test_members_have_all_that_their_kind_needs(given: dict[str, Any]) -> None:
    """An operation that lacks a part of its kind is refused."""
    transaction = make.transaction(make.operation(**given))

    assert codes.BAD_MEMBER.code in _codes(make.plan(make.table(), transactions=(transaction,)))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"scan": True, "key_condition": "pk = :pk", "values": {"pk": {"S": "a"}}},
        {"scan": True, "descending": True},
    ],
)
def test_a_scan_is_asked_for_and_nothing_else(given: dict[str, Any]) -> None:
    """A query has a key condition, a scan has none and no order."""
    assert codes.SCAN_NOT_MEANT.code in _codes(make.plan(make.table(), queries=(make.query(**given),)))


def test_a_limit_is_at_least_one() -> None:
    """A query cannot return at most nothing."""
    query = make.query(scan=True, limit=0)

    assert _codes(make.plan(make.table(), queries=(query,))) == [codes.BAD_LIMIT.code]


@pytest.mark.parametrize(
    ("number", "run", "found"), [(0, "test", []), (1, "test", ["DDB094"]), (0, "once", ["DDB094"])]
)
def test_only_a_tested_operation_with_a_condition_is_expected_to_refuse(
    number: int, run: str, found: list[str]
) -> None:
    """An expected refusal names an operation with a condition, in a transaction that is only tested."""
    operation = make.operation(item={"pk": {"S": "a"}}, condition="attribute_not_exists(pk)")
    transaction = make.transaction(operation, run=run, expect_fails=number)

    assert _codes(make.plan(make.table(), transactions=(transaction,))) == found


def _expect(**given: Any) -> Expect:
    return Expect(
        count=given.get("count"),
        minimum=given.get("minimum"),
        items=given.get("items"),
        first=given.get("first"),
        contains=given.get("contains", ()),
        absent=given.get("absent", ()),
        ordered=given.get("ordered"),
        position=make.HERE,
    )


@pytest.mark.parametrize(
    "given",
    [
        {"count": 3},
        {"minimum": 3},
        {"items": ({}, {}, {})},
        {"count": 0, "first": {}},
        {"count": 0, "contains": ({},)},
        {"count": 1, "items": ({}, {})},
        {"items": ({},), "minimum": 2},
        {"first": {"q": {"S": "x"}}},
        {"absent": ({"q": {"S": "x"}},)},
        {"ordered": "q"},
        {"first": {"pk": {"N": "1"}}},
    ],
)
def test_expectations_that_cannot_hold_are_refused(given: dict[str, Any]) -> None:
    """An expectation above the limit, against itself, or of what the index lacks can never hold."""
    query = make.query(index="by_g", key_condition="g = :g", values={"g": {"S": "x"}}, limit=2, expect=_expect(**given))

    assert set(_codes(make.plan(make.corpus_table(), queries=(query,)))) == {codes.BAD_EXPECTATION.code}


def test_an_expectation_of_what_is_read_is_taken() -> None:
    """Keys, copied attributes and agreeing numbers are fine."""
    expect = _expect(count=2, minimum=1, first={"p": {"S": "x"}, "pk": {"S": "x"}}, ordered="h")
    query = make.query(index="by_g", key_condition="g = :g", values={"g": {"S": "x"}}, limit=2, expect=expect)

    assert _codes(make.plan(make.corpus_table(), queries=(query,))) == []


def test_a_query_of_an_external_table_is_taken() -> None:
    """Queries may read what is someone else's."""
    query = make.query(key_condition="pk = :pk", values={"pk": {"S": "a"}})

    assert _codes(make.plan(make.table(external=True), queries=(query,))) == []


def test_unknown_tables_are_named_with_a_guess() -> None:
    """A misspelt table gets the nearest name."""
    report = Report()
    check(make.plan(make.table(), queries=(make.query(table="thigns", scan=True),)), report, _rows)

    assert [(one.code, one.fix) for one in report] == [
        ("DDB076", "Did you mean 'things'? Declare it under `tables`."),
    ]


def test_findings_of_one_plan_do_not_hide_behind_those_of_another() -> None:
    """A plan with errors is refused although the report already knows each of them."""
    report = Report()
    plan = make.plan(make.table(partition="p" * 256))

    assert check(plan, report, _rows) is None
    assert check(plan, report, _rows) is None


def test_rows_are_counted_and_fingerprinted() -> None:
    """A checked seed knows its rows, and reads them again."""
    checked = check(_seeded(make.table(), {"pk": {"S": "a"}}, {"pk": {"S": "b"}, "n": {"N": "1.0"}}), Report(), _rows)
    assert checked is not None
    seed = checked.seeds["things"]
    rows = list(seed.rows())

    assert seed.count == 2
    assert [row.key for row in rows] == [{"pk": {"S": "a"}}, {"pk": {"S": "b"}}]
    assert seed.row_hashes == {row.key_hash: row.content_hash for row in rows}
    assert list(seed.rows()) == rows


def test_a_source_is_known_by_its_rows() -> None:
    """The same rows written otherwise have one hash; other rows, or another order, have another."""

    def source_hash(*items: dict[str, Any]) -> str:
        checked = check(_seeded(make.table(), *items), Report(), _rows)
        assert checked is not None
        return checked.seeds["things"].source_hash

    first, second = {"pk": {"S": "a"}, "n": {"N": "1"}}, {"pk": {"S": "b"}}

    assert source_hash(first, second) == source_hash({"n": {"N": "1.0"}, "pk": {"S": "a"}}, second)
    assert len({source_hash(first, second), source_hash(second, first), source_hash(first)}) == 3


def test_large_seeds_keep_no_hash_per_row() -> None:
    """Above 10,000 rows only the whole source is known."""
    items = ({"pk": {"S": str(number)}} for number in range(10_001))
    checked = check(_seeded(make.table(), *items), Report(), _rows)

    assert checked is not None
    assert checked.seeds["things"].count == 10_001
    assert checked.seeds["things"].row_hashes == {}


def test_a_query_is_run_with_other_values() -> None:
    """Given values replace the plan's; the rest stay."""
    query = make.query(
        key_condition="pk = :pk AND sk = :sk", values={"pk": {"S": "a"}, "sk": {"N": "1"}}, descending=True
    )
    call = compile_query(query, make.corpus_table(), {"pk": {"S": "b"}}).call

    assert call.function == "query_table"
    assert call.arguments == {
        "table_name": "test_things",
        "key_condition_expression": "pk = :pk AND sk = :sk",
        "expression_attribute_values": {":pk": {"S": "b"}, ":sk": {"N": "1"}},
        "scan_index_forward": False,
    }


@pytest.mark.parametrize("values", [{"pk": {"N": "1"}}, {"pk": {"S": ""}}, {"kp": {"S": "a"}}])
def test_other_values_are_checked_like_the_plans_own(values: dict[str, Any]) -> None:
    """A value of the wrong type, an empty key or an unknown name is refused."""
    query = make.query(key_condition="pk = :pk", values={"pk": {"S": "a"}})

    with pytest.raises(InvalidQueryError) as refusal:
        compile_query(query, make.corpus_table(), values)
    assert refusal.value.diagnostics


def test_order_follows_after_and_else_the_plan() -> None:
    """A transaction waits for those it names; all others keep the plan's order."""
    named = [
        make.transaction(_put(1), name="a", after=("c",)),
        make.transaction(_put(2), name="b"),
        make.transaction(_put(3), name="c"),
        make.transaction(_put(4), name="d"),
    ]
    checked = check(make.plan(make.table(), transactions=tuple(named)), Report(), _rows)

    assert checked is not None
    assert list(checked.transactions) == ["b", "c", "a", "d"]


def test_a_left_out_transaction_is_no_mistake_of_an_environment() -> None:
    """Where an environment has no once transactions, the tested ones may still name them."""
    tested = make.transaction(_put(1), run="test", after=("gone",))

    assert _codes(make.plan(make.table(), transactions=(tested,), environment="prod")) == []
    assert _codes(make.plan(make.table(), transactions=(tested,))) == [codes.BAD_ORDER.code]


@pytest.mark.parametrize(("count", "found"), [(48, []), (49, [codes.BAD_TAG.code])])
def test_tags_leave_room_for_those_that_ddbplan_sets(count: int, found: list[str]) -> None:
    """A table has 50 tags, and two of them say whose it is."""
    tags = {f"k{number}": "v" for number in range(count)}
    plan = make.plan(make.table(settings={"billing": "on_demand", "tags": tags}))
    report = Report()
    check(plan, report, _rows)

    assert [one.code for one in report] == found
    assert all("ddbplan sets 2 itself (ddbplan:database and ddbplan:ledger)" in one.fix for one in report)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"N": "1790000000"}, []),
        ({"N": "1790000000000"}, ["DDB080"]),
        ({"S": "2026-01-01"}, ["DDB080"]),
        ({"NULL": True}, ["DDB080"]),
    ],
)
def test_an_expiry_that_never_comes_due_is_a_warning(value: dict[str, Any], expected: list[str]) -> None:
    """Milliseconds and other types than Number are taken by DynamoDB and never delete the item."""
    expiring = make.table(settings={"billing": "on_demand", "time_to_live": "expires"})

    assert _codes(_seeded(expiring, {"pk": {"S": "a"}, "expires": value})) == expected
