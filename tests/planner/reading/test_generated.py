"""Generated seeds: the same rows everywhere, and what cannot be generated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from planner.checks import check
from planner.codes import model
from planner.diagnostics import Report
from planner.reading import rows
from tests.planner.reading.support import MINIMAL, good, place, read, rows_of

if TYPE_CHECKING:
    from pathlib import Path

ITEM = """
        id: "o-{row:04}"
        number: {row: 100}
        kind: {choose: {small: 9, large: 1}}
        size: {choose: [1, two, {integer: [3, 4]}]}
        price: {decimal: [0.50, 99.99], digits: 2}
        day: {date: [2026-01-01, 2026-12-31]}
        at: {datetime: [2026-01-01, 2026-01-02T00:00:00Z]}
        expires: {epoch: [2026-01-01, 2027-01-01]}
        note: {text: [0, 12]}
        raw: {binary: [4, 4]}
        token: {uuid: 4}
        label: "{{{kind}}} of {day}"
        tags: {list: {choose: [a, b, c]}, size: [1, 3]}
        fixed: [1, {choose: [x]}]
        address: {city: {choose: [Bonn]}, zip: "1{row}"}
        literal: {literal: {choose: [1]}}
"""
WHOLE = MINIMAL + f"seed:\n  orders:\n    generate:\n      count: 3\n      random_seed: 7\n      item:{ITEM}"


def test_the_same_rows_come_on_every_machine(tmp_path: Path) -> None:
    """A draw depends on the seed, the table, the attribute and the row's number, and on nothing else."""
    found, report = rows_of(good(tmp_path, WHOLE))

    assert report == Report()
    assert found[1] == EXPECTED


def test_values_are_of_the_kinds_that_are_written(tmp_path: Path) -> None:
    """Each within its bounds, for many rows."""
    found, _ = rows_of(good(tmp_path, WHOLE.replace("count: 3", "count: 300")))
    kinds = [item["kind"]["S"] for item in found]  # type: ignore[index] - items are mappings

    def all_match(name: str, kind: str, pattern: str) -> bool:
        return all(re.fullmatch(pattern, item[name][kind]) for item in found)  # type: ignore[index] - as above

    assert len(found) == 300
    assert 200 < kinds.count("small") < 300
    assert all_match("id", "S", r"o-0\d{3}")
    assert all_match("price", "N", r"\d{1,2}\.\d\d")
    assert all_match("day", "S", r"2026-\d\d-\d\d")
    assert all_match("at", "S", r"2026-01-0[12]T\d\d:\d\d:\d\dZ")
    assert all_match("note", "S", r"[a-z2-7]{0,12}")
    assert all_match("token", "S", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all_match("label", "S", r"\{(small|large)\} of 2026-\d\d-\d\d")
    assert {len(item["tags"]["L"]) for item in found} == {1, 2, 3}  # type: ignore[index] - as above


def test_an_attribute_more_changes_no_other_one(tmp_path: Path) -> None:
    """And fewer rows are the first ones."""
    more = good(tmp_path, WHOLE.replace('        id: "', '        first: {text: [5, 5]}\n        id: "'))
    fewer = good(tmp_path, WHOLE.replace("count: 3", "count: 2"))
    whole = rows_of(good(tmp_path, WHOLE))[0]

    assert [{name: item[name] for name in item if name != "first"} for item in rows_of(more)[0]] == whole
    assert rows_of(fewer)[0] == whole[:2]
    assert rows_of(good(tmp_path, WHOLE.replace("random_seed: 7", "random_seed: 8")))[0] != whole


REFERRING = (
    MINIMAL
    + """  customers: {partition_key: id, sort_key: kind}
seed:
  customers:
    generate: {count: 5, item: {id: "c{row}", kind: "k{row}"}}
  orders:
    generate:
      count: 40
      item:
        id: {row: 1}
        customer: {reference: customers.id}
        kind: {reference: customers.kind}
        turn: {reference: customers.id, order: in_turn}
"""
).replace("partition_key: id\n", "partition_key: id\n    key_types: {id: N}\n", 1)


def test_references_are_keys_of_another_seed(tmp_path: Path) -> None:
    """All references of a row to one table mean one row of it; in turn begins anew at the end."""
    found: list[Any] = rows_of(good(tmp_path, REFERRING))[0]

    assert {item["customer"]["S"][1:] for item in found} == {"1", "2", "3", "4", "5"}
    assert all(item["customer"]["S"][1:] == item["kind"]["S"][1:] for item in found)
    assert [item["turn"]["S"] for item in found[:6]] == ["c1", "c2", "c3", "c4", "c5", "c1"]


@pytest.mark.parametrize(
    ("maker", "expected"),
    [
        ("'{nothing}'", "`{nothing}` names nothing that is known here."),
        ("'a}'", "`}` names nothing that is known here."),
        ("{choose: []}", "`choose` needs a list"),
        ("{choose: {a: 0}}", "`choose` needs a list"),
        ("{choose: [1], size: 2}", "`choose` does not go with `size`."),
        ("{integer: [5, 1]}", "`integer` needs the least and the most"),
        ("{integer: [1.5, 2]}", "`integer` needs the least and the most"),
        ("{decimal: [1, 2], digits: 40}", "`digits` has to be a whole number from 0 to 15."),
        ("{date: [2026-02-30, 2026-03-01]}", "`date` needs the least and the most"),
        ("{datetime: x}", "`datetime` needs the least and the most"),
        ("{text: [1, 200000]}", "`text` needs the least and the most"),
        ("{uuid: 1}", "`uuid` has to be 4"),
        ("{row: x}", "`row` needs the first row's number"),
        ("{reference: customers}", "`reference` needs a table and a key attribute"),
        ("{reference: a.b, order: x}", "`order` cannot be `x`."),
        ("{faker: __class__}", "`faker` needs the name"),
        ("{list: 1}", "`list` needs `size`."),
    ],
)
def test_what_cannot_be_generated_is_said_where_it_stands(tmp_path: Path, maker: str, expected: str) -> None:
    """When the plan is read, before any row is made."""
    plan, report = read(tmp_path, MINIMAL + f"seed:\n  orders: {{generate: {{count: 1, item: {{id: {maker}}}}}}}\n")

    assert plan is None
    assert [place(d).split(":")[0] for d in report] == ["DDB423 7"]
    assert report.sorted()[0].what.startswith(expected)


@pytest.mark.parametrize(
    ("maker", "code", "expected"),
    [
        ("{reference: none.id}", "DDB423", "`none` has no seed in this plan."),
        ("{reference: orders.id}", "DDB423", "`orders` refers to `orders` itself"),
        ("{reference: other.x}", "DDB423", "`x` is no key attribute of table 'other'."),
        ("{reference: other.id}", "DDB423", "The seed of `other` has no rows to refer to."),
        ("{faker: nothing_of_it}", "DDB423", "`nothing_of_it` is not known."),
        ("{faker: date_time}", "DDB423", "`date_time` is not known."),
        ("{faker: name, with: {x: 1}}", "DDB423", "`name` makes no value"),
    ],
)
def test_what_cannot_be_made_is_said_by_the_check(tmp_path: Path, maker: str, code: str, expected: str) -> None:
    """References that lead nowhere or round, and what Faker does not make, or not the same tomorrow."""
    text = MINIMAL + "  other: {partition_key: id}\nseed:\n  other: {items: []}\n"
    plan = good(tmp_path, text + f"  orders: {{generate: {{count: 1, item: {{id: {maker}}}}}}}\n")
    _, report = rows_of(plan)

    assert [d.code for d in report] == [code]
    assert report.sorted()[0].what.startswith(expected)


def test_names_come_from_faker(tmp_path: Path) -> None:
    """In the language that is asked for, the same for the same row."""
    text = (
        MINIMAL + "seed:\n  orders: {generate: {count: 5, locale: de_DE, item: {id: {row: 1}, who: {faker: name}}}}\n"
    )
    plan = good(tmp_path, text.replace("partition_key: id\n", "partition_key: id\n    key_types: {id: N}\n"))
    first, second = rows_of(plan)[0], rows_of(plan)[0]

    assert first == second
    assert len({str(item["who"]) for item in first}) > 1


def test_without_faker_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the plan is not half loaded."""
    monkeypatch.setitem(__import__("sys").modules, "faker", None)
    plan = good(tmp_path, MINIMAL + "seed:\n  orders: {generate: {count: 5, item: {id: {faker: name}}}}\n")

    assert [(d.code, d.fix) for d in rows_of(plan)[1]] == [("DDB422", "Install `ddbplan[faker]`.")]


def test_generated_rows_are_checked_like_any(tmp_path: Path) -> None:
    """Keys that stand twice and keys of another type are found, with the row's number."""
    text = MINIMAL + "seed:\n  orders: {generate: {count: 3, item: {id: ID}}}\n"
    report = Report()
    check(good(tmp_path, text.replace("ID", "same")), report)

    assert [str(d.position) for d in report] == ["seed.orders (generated):2:1", "seed.orders (generated):3:1"]

    report = Report()
    check(good(tmp_path, text.replace("ID", "{row: 1}")), report)

    assert [(d.code, d.position.line if d.position else 0) for d in report] == [
        (model.KEY_ATTRIBUTE.code, line) for line in (1, 2, 3)
    ]


def test_generated_rows_are_made_one_by_one(tmp_path: Path) -> None:
    """A hundred million of them can be begun."""
    plan = good(tmp_path, MINIMAL + 'seed:\n  orders: {generate: {count: 100000000, item: {id: "{row}"}}}\n')

    assert next(rows(plan, plan.seeds["orders"])).item == {"id": {"S": "1"}}


EXPECTED = {
    "id": {"S": "o-0002"},
    "number": {"N": "101"},
    "kind": {"S": "small"},
    "size": {"N": "4"},
    "price": {"N": "98.12"},
    "day": {"S": "2026-10-11"},
    "at": {"S": "2026-01-01T04:28:20Z"},
    "expires": {"N": "1791490672"},
    "note": {"S": "x"},
    "raw": {"B": "1+duXw=="},
    "token": {"S": "22fb4ffd-6999-4429-8e6d-38c758d4fb26"},
    "label": {"S": "{small} of 2026-10-11"},
    "tags": {"L": [{"S": "c"}, {"S": "a"}]},
    "fixed": {"L": [{"N": "1"}, {"S": "x"}]},
    "address": {"M": {"city": {"S": "Bonn"}, "zip": {"S": "12"}}},
    "literal": {"M": {"choose": {"L": [{"N": "1"}]}}},
}
