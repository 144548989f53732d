"""The rows of seeds: inline, by line, and as an array."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from planner.diagnostics import Report
from planner.plan import Plan
from planner.reading import RowsError, data_files, rows
from planner.reading.row_problems import MAX_BAD_ROWS, MAX_SHOWN_ROWS
from planner.reading.sources.lines import MAX_LINE_BYTES
from tests.planner.reading.support import MINIMAL, good, place, rows_of


def _plan(folder: Path, name: str, content: str | bytes | None = None) -> Plan:
    if content is not None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return good(folder, MINIMAL + f"seed:\n  orders: {{file: '{name}'}}\n")


def _wrong(plan: Plan) -> list[str]:
    return [f"{place(d)} {d.position.file if d.position else ''}".strip() for d in rows_of(plan)[1]]


def test_lines_of_json(tmp_path: Path) -> None:
    """Each line is a row with its place; blank lines are none, numbers are exact."""
    plan = _plan(tmp_path, "d/a.jsonl", '\ufeff{"id": "a", "n": 1.10}\n\n{"id": "b", "n": 12345678901234567890123}\r\n')
    found = list(rows(plan, plan.seeds["orders"]))

    assert [row.item for row in found] == [
        {"id": {"S": "a"}, "n": {"N": "1.10"}},
        {"id": {"S": "b"}, "n": {"N": "12345678901234567890123"}},
    ]
    assert [str(row.position) for row in found] == ["d/a.jsonl:1:1", "d/a.jsonl:3:1"]


def test_rows_in_dynamodb_json(tmp_path: Path) -> None:
    """`{"Item": {...}}` is taken as DynamoDB's own form."""
    plan = _plan(tmp_path, "a.jsonl", '{"Item": {"id": {"S": "a"}, "n": {"NS": ["1", "2"]}}}\n')

    assert rows_of(plan)[0] == [{"id": {"S": "a"}, "n": {"NS": ["1", "2"]}}]


def test_an_array_of_json(tmp_path: Path) -> None:
    """Rows of an array know their lines and columns."""
    plan = _plan(tmp_path, "a.json", '[\n  {"id": "a"}, {"id": "b",\n "n": 1e2},\n  {"id": "c"}\n]\n')
    found = list(rows(plan, plan.seeds["orders"]))

    assert [row.item["id"]["S"] for row in found] == ["a", "b", "c"]
    assert [str(row.position) for row in found] == ["a.json:2:3", "a.json:2:16", "a.json:4:3"]
    assert rows_of(_plan(tmp_path, "a.json", "[]")) == ([], Report())


def test_rows_of_the_plan_itself(tmp_path: Path) -> None:
    """Inline rows come in their order."""
    plan = good(tmp_path, MINIMAL + "seed:\n  orders: [{id: a}, {id: b}]\n")

    assert [item["id"] for item in rows_of(plan)[0]] == [{"S": "a"}, {"S": "b"}]


def test_a_pattern_names_several_files(tmp_path: Path) -> None:
    """In the order of their names."""
    (tmp_path / "d").mkdir()
    for name in ("b", "a"):
        (tmp_path / "d" / f"{name}.jsonl").write_text(json.dumps({"id": name}))
    plan = _plan(tmp_path, "d/*.jsonl")

    assert [shown for _, shown in data_files(plan, plan.seeds["orders"], Report())] == ["d/a.jsonl", "d/b.jsonl"]
    assert [item["id"] for item in rows_of(plan)[0]] == [{"S": "a"}, {"S": "b"}]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"id": "a"', "DDB033 1:11"),
        ("[1]", "DDB033 1:1"),
        ("5", "DDB033 1:1"),
        ('{"id": NaN}', "DDB033 1:1"),
        ('{"id": "a", "id": "b"}', "DDB033 1:1"),
        ('{"id": 1e999}', "DDB033 1:1"),
        ('{"id": "\\ud800"}', "DDB033 1:1"),
        ('{"Item": {"id": "a"}}', "DDB033 1:1"),
        ('{"Item": {"id": {"N": 5}}}', "DDB033 1:1"),
        ('{"id": ' + "[" * 100 + "]" * 100 + "}", "DDB033 1:1"),
        ('{"id": ' + "[" * 100_000, "DDB033 1:1"),
        (b'{"id": "\xff"}', "DDB033 1:1"),
    ],
)
def test_each_bad_line_has_its_place(tmp_path: Path, content: str | bytes, expected: str) -> None:
    """And the rows after it are still read."""
    data = content if isinstance(content, bytes) else content.encode()
    plan = _plan(tmp_path, "a.jsonl", b'{"id": "x"}\n' + data + b'\n{"id": "y"}\n')
    found, report = rows_of(plan)

    assert [place(d) for d in report] == [expected.replace(" 1:", " 2:")]
    assert [item["id"] for item in found] == [{"S": "x"}, {"S": "y"}]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ["DDB033 1:1 a.json"]),
        ("nothing", ["DDB033 1:1 a.json"]),
        ('[{"id": "a"}', ["DDB033 1:13 a.json"]),
        ('[{"id": "a"},]', ["DDB033 1:13 a.json"]),
        ('[{"id": "a"} {"id": "b"}]', ["DDB033 1:14 a.json"]),
        ('[{"id": "a"}] x', ["DDB033 1:15 a.json"]),
        ('[\n{"id": "a", "id": 1}]', ["DDB033 2:1 a.json"]),
        ('[5,\n{"id": 1e999}]', ["DDB033 1:2 a.json", "DDB033 2:1 a.json"]),
        ("[" * 100_000, ["DDB033 1:2 a.json"]),
        ("[\0]", ["DDB033 1:2 a.json"]),
    ],
)
def test_a_broken_array_has_its_place(tmp_path: Path, content: str, expected: list[str]) -> None:
    """What JSON does not allow ends the reading, what DynamoDB does not take only that row."""
    assert _wrong(_plan(tmp_path, "a.json", content)) == expected


def test_many_bad_rows_are_summed_up(tmp_path: Path) -> None:
    """A wrong file does not give a message per line, and one of nothing else is not read to its end."""
    found = _wrong(_plan(tmp_path, "a.jsonl", "x\n" * 1000))
    arrays = _wrong(_plan(tmp_path, "a.json", "[" + "1,\n" * 1000 + "1]"))

    assert (len(found), len(arrays)) == (MAX_SHOWN_ROWS + 1, MAX_SHOWN_ROWS + 1)

    report = rows_of(_plan(tmp_path, "b.jsonl", "x\n" * (MAX_BAD_ROWS + 10)))[1]

    assert [d.what for d in report if f"{MAX_BAD_ROWS:,}" in d.what] == [
        "10,000 rows of seed.orders cannot be loaded, and the rest was not looked at."
    ]


def test_lines_and_elements_are_bounded(tmp_path: Path) -> None:
    """A line or an element is at most 4 MB; files may have any size."""
    plan = _plan(tmp_path, "a.jsonl", b'{"id": "' + b"x" * MAX_LINE_BYTES + b'"}')

    assert _wrong(plan) == ["DDB033 1:1 a.jsonl"]

    plan = _plan(tmp_path, "b.json", b'[{"id": "' + b"x" * (MAX_LINE_BYTES + 2**21) + b'"}]')

    assert _wrong(plan) == ["DDB033 1:2 b.json"]


@pytest.mark.timeout(60)
def test_one_long_line_takes_no_longer_than_many(tmp_path: Path) -> None:
    """Places are counted on from row to row."""
    plan = _plan(tmp_path, "a.json", "[" + ",".join('{"id":"a"}' for _ in range(100_000)) + "]")
    found = list(rows(plan, plan.seeds["orders"]))

    assert (len(found), found[-1].position.column) == (100_000, 99_999 * 11 + 2)


def test_other_kinds_of_seeds_are_refused(tmp_path: Path) -> None:
    """A diagnostic, never an empty seed."""
    assert _wrong(_plan(tmp_path, "a.xlsx", "id\na\n")) == ["DDB032 7:3 shop.yaml"]


def test_a_missing_file_is_an_error_of_the_seed(tmp_path: Path) -> None:
    """A pattern that meets nothing as well."""
    assert _wrong(_plan(tmp_path, "none.jsonl")) == ["DDB001 7:3 shop.yaml"]
    assert _wrong(_plan(tmp_path, "none/*.jsonl")) == ["DDB001 7:3 shop.yaml"]


@pytest.mark.parametrize("name", ["link.jsonl", "*.jsonl", "inner/secret.jsonl"])
def test_a_link_out_of_the_plans_folder_is_refused(tmp_path: Path, name: str) -> None:
    """Whether a file or a folder on the way is the link."""
    home, outside = tmp_path / "home", tmp_path / "outside"
    home.mkdir()
    outside.mkdir()
    (outside / "secret.jsonl").write_text('{"id": "secret"}\n')
    (home / "link.jsonl").symlink_to(outside / "secret.jsonl")
    (home / "inner").symlink_to(outside)
    found, report = rows_of(_plan(home, name))

    assert (found, [d.code for d in report]) == ([], ["DDB031"])


def test_a_link_within_the_plans_folder_is_followed(tmp_path: Path) -> None:
    """Only leaving the folder is refused."""
    (tmp_path / "real.jsonl").write_text('{"id": "a"}\n')
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")

    assert rows_of(_plan(tmp_path, "link.jsonl"))[0] == [{"id": {"S": "a"}}]


@pytest.mark.timeout(20)
def test_pipes_and_loops_are_refused(tmp_path: Path) -> None:
    """Without blocking and without recursion."""
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "loop.jsonl").symlink_to("loop.jsonl")

    assert [code[:6] for code in _wrong(_plan(tmp_path, "pipe.jsonl"))] == ["DDB001"]
    assert [code[:6] for code in _wrong(_plan(tmp_path, "loop.jsonl"))] in (["DDB031"], ["DDB001"])


def test_without_a_report_a_bad_row_stops_the_reading(tmp_path: Path) -> None:
    """A file that changed after it was checked is never loaded in part without a word."""
    plan = _plan(tmp_path, "a.jsonl", '{"id": "a"}\nx\n{"id": "b"}\n')
    found = rows(plan, plan.seeds["orders"])

    assert next(found).item == {"id": {"S": "a"}}
    with pytest.raises(RowsError, match=r"a.jsonl:2:1: The line is not JSON"):
        next(found)


def test_rows_are_streamed(tmp_path: Path) -> None:
    """The first row is there before the last one is read."""
    plan = _plan(tmp_path, "a.jsonl", '{"id": "a"}\n' * 3)
    found = rows(plan, plan.seeds["orders"])
    next(found)
    (tmp_path / "a.jsonl").write_text("")

    assert len(list(found)) <= 2
