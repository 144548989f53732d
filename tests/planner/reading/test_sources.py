"""Seed files of every kind: what they become, and what is said of what they cannot become."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from amazon.ion import simpleion
from hypothesis import given
from hypothesis import strategies as st

from planner.diagnostics import Position, Report
from planner.reading import rows
from planner.reading.dynamodb_json import InvalidValueError, row_item
from planner.reading.sources import json_text, parquet_files
from planner.reading.sources.exact import parse
from planner.reading.sources.fast import fast_item
from planner.reading.sources.opening import packed
from planner.values import canonical_item
from tests.planner.reading.support import MINIMAL, good, place, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan

ITEM = {"id": {"S": "a"}, "n": {"N": "1.50"}, "s": {"SS": ["x", "y"]}}
PLAIN = {"id": "a", "on": True, "none": None, "list": [1, "x"], "map": {"deep": 2}}
PLAIN_ITEM = {
    "id": {"S": "a"},
    "on": {"BOOL": True},
    "none": {"NULL": True},
    "list": {"L": [{"N": "1"}, {"S": "x"}]},
    "map": {"M": {"deep": {"N": "2"}}},
}


def _plan(folder: Path, name: str, content: str | bytes, more: str = "") -> Plan:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return good(folder, MINIMAL + f"seed:\n  orders: {{file: '{name}'{more}}}\n")


def _wrong(plan: Plan) -> list[str]:
    return [f"{place(d)} {d.position.file if d.position else ''}".strip() for d in rows_of(plan)[1]]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", json.dumps(PLAIN), [PLAIN_ITEM]),
        ("a.ndjson", json.dumps({"Item": ITEM}), [ITEM]),
        ("a.jsonl", json.dumps(ITEM), [ITEM]),
        ("a.jsonl", json.dumps({"PutRequest": {"Item": ITEM}}), [ITEM]),
        ("a.json", json.dumps([PLAIN, {"Item": ITEM}, ITEM], indent=2), [PLAIN_ITEM, ITEM, ITEM]),
        ("a.json", json.dumps({"Item": ITEM}) + "\n" + json.dumps({"Item": ITEM}), [ITEM, ITEM]),
        ("a.json", json.dumps(PLAIN, indent=1) + json.dumps(PLAIN, indent=1), [PLAIN_ITEM, PLAIN_ITEM]),
        ("a.json", json.dumps({"any-name": [{"PutRequest": {"Item": ITEM}}]}, indent=2), [ITEM]),
        (
            "a.json",
            json.dumps({"x": [{"PutRequest": {"Item": {}}}], "orders": [{"PutRequest": {"Item": ITEM}}]}),
            [ITEM],
        ),
        ("a.json", json.dumps({"orders": []}), []),
        ("a.JSONL", json.dumps(PLAIN), [PLAIN_ITEM]),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_every_form_of_json(tmp_path: Path, name: str, content: str, expected: list[Any], suffix: str) -> None:
    """Plain rows, DynamoDB JSON, batch-write requests and exports are told apart by themselves, packed or not."""
    with packed(tmp_path / (name + suffix)) as file:
        file.write(content.encode())
    plan = good(tmp_path, MINIMAL + f"seed:\n  orders: {{file: '{name}{suffix}'}}\n")

    assert rows_of(plan) == (expected, Report())


@pytest.mark.parametrize(
    ("name", "content", "expected", "said"),
    [
        ("a.json", {"x": [{"PutRequest": {"Item": ITEM}}], "y": [{"PutRequest": {}}]}, "DDB033 1:1", "`x`, `y`"),
        ("a.json", {"orders": [{"DeleteRequest": {"Key": ITEM}}]}, "DDB033 1:13", "only puts items"),
        ("a.json", {"Records": [{"eventID": "1"}]}, "DDB033 1:1", "nothing but the list `Records`"),
        ("a.jsonl", {"id": {"N": "x"}}, "DDB033 1:1", "'x' is not a number"),
        ("a.jsonl", {"id": {"SS": ["x", "x"]}}, "DDB033 1:1", "one member twice"),
    ],
)
def test_what_is_no_row_is_named(tmp_path: Path, name: str, content: Any, expected: str, said: str) -> None:
    """With its place, and why."""
    _, report = rows_of(_plan(tmp_path, name, json.dumps(content)))

    assert [place(d) for d in report] == [expected]
    assert said in report.sorted()[0].what


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl.gz", gzip.compress(b'{"id": "a"}\n' * 1000, mtime=0)[:-20]),
        ("a.jsonl.gz", b"no gzip"),
        ("a.jsonl.zst", b"no zstandard"),
        ("a.json.zst", b"\x28\xb5\x2f\xfd\x00"),
    ],
)
def test_a_damaged_file_is_an_error_of_the_file(tmp_path: Path, name: str, content: bytes) -> None:
    """However many rows were read before."""
    assert {found[:6] for found in _wrong(_plan(tmp_path, name, content))} == {"DDB001"}


def test_a_long_array_is_read_through_a_small_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, their places and what is wrong with them do not depend on where a block of the file ends."""
    items = [{"id": f"é{number}", "text": 'x"[{,' * (number % 7), "n": number} for number in range(50)]
    text = json.dumps(items, indent=1, ensure_ascii=False)
    found = []
    for size in (7, 64, 1024 * 1024):
        monkeypatch.setattr(json_text, "_CHUNK", size)
        plan = _plan(tmp_path, "a.json", text)
        found.append([(row.item, str(row.position)) for row in rows(plan, plan.seeds["orders"])])

    assert found[0] == found[1] == found[2]
    assert [item["id"]["S"] for item, _ in found[0]] == [item["id"] for item in items]
    assert found[0][1][1] == "a.json:7:2"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=True) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["S", "N", "M", "a"]), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(["id", "Item", "PutRequest", "a:b", ""]), JSON_VALUES, max_size=3), st.booleans()
)
def test_the_fast_lane_says_what_the_exact_one_says(row: dict[str, Any], ascii_only: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    """Either the same item, or nothing at all."""
    text = json.dumps(row, ensure_ascii=ascii_only)
    fast = fast_item(text.encode("utf-8", "surrogatepass"))
    try:
        exact = row_item(parse(text))
    except InvalidValueError:
        exact = None

    assert fast is None or (exact is not None and canonical_item(fast) == canonical_item(exact))
    if exact is not None and not {"Item", "PutRequest"} & set(row):
        assert fast is not None


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '{"a": {"b": 1, "b": 2}}', '{"a": NaN}', '{"a": 1} 2', "[1]", ""])
def test_the_fast_lane_gives_up_where_something_is_odd(text: str) -> None:
    """The exact reader has the words for it."""
    assert fast_item(text.encode()) is None


@pytest.mark.parametrize("number", ["1.10", "-0.5", "1e-130", "9.9e125", "12345678901234567890123456789012345678"])
def test_numbers_stay_what_was_written(number: str) -> None:
    """They never pass through a float."""
    assert fast_item(f'{{"n": {number}}}'.encode()) == {"n": {"N": number}}


def test_columns_have_the_types_that_the_plan_says(tmp_path: Path) -> None:
    """Every type of a column; the table's key needs none."""
    columns = ", columns: {n: N, on: BOOL, raw: B, tags: SS, sizes: NS, doc: JSON, name: S}"
    content = (
        "id,n,on,raw,tags,sizes,doc,name\n"
        '1,01.50,true,aGk=,"[""x"", ""y""]","[1, 2.0]","{""a"": [1, null]}",007\n'
        "2,,,,,,,\n"
    )
    found, report = rows_of(_plan(tmp_path, "a.csv", content, columns))

    assert report == Report()
    assert found == [
        {
            "id": {"S": "1"},
            "n": {"N": "01.50"},
            "on": {"BOOL": True},
            "raw": {"B": "aGk="},
            "tags": {"SS": ["x", "y"]},
            "sizes": {"NS": ["1", "2.0"]},
            "doc": {"M": {"a": {"L": [{"N": "1"}, {"NULL": True}]}}},
            "name": {"S": "007"},
        },
        {"id": {"S": "2"}},
    ]


@pytest.mark.parametrize(
    ("empty", "expected"), [("absent", {}), ("null", {"a": {"NULL": True}}), ("text", {"a": {"S": ""}})]
)
def test_an_empty_cell_is_what_the_plan_says(tmp_path: Path, empty: str, expected: dict[str, Any]) -> None:
    """Nothing, NULL or the empty text."""
    plan = _plan(tmp_path, "a.csv", "id;a\nx;\n", f", columns: [a], empty: {empty}, delimiter: ';'")

    assert rows_of(plan)[0] == [{"id": {"S": "x"}} | expected]


@pytest.mark.parametrize("content", ["id" + "," * 9_000_000, "id\n" + '"x\n",' * 2_000_000], ids=["line", "lines"])
def test_a_row_that_has_no_end_is_not_read_to_it(tmp_path: Path, content: str) -> None:
    """A small packed file that holds one endless row takes no more memory than a row may."""
    with packed(tmp_path / "a.csv.gz") as out:
        out.write(content.encode())
    (problem,) = rows_of(good(tmp_path, MINIMAL + "seed:\n  orders: {file: a.csv.gz}\n"))[1]

    assert "the row is longer than" in problem.what


def test_parquet_times_beyond_any_calendar_are_told(tmp_path: Path) -> None:
    """A date that no calendar has is a problem of the file, not a traceback."""
    table = pa.table({"id": pa.array([10**9], type=pa.int32()).cast(pa.date32())})
    pq.write_table(table, tmp_path / "a.parquet")
    (problem,) = rows_of(good(tmp_path, MINIMAL + "seed:\n  orders: {file: a.parquet}\n"))[1]

    assert "cannot be read as Parquet" in problem.what


def test_types_that_nobody_declared_are_guessed_with_a_warning(tmp_path: Path) -> None:
    """The warning has the line to put into the plan; what only looks like a number stays a text."""
    found, report = rows_of(_plan(tmp_path, "a.csv", "id,n,zip,on,word\n1,5,007,true,x\n2,2.5,01,false,\n"))

    assert [set(value) for value in found[0].values()] == [{"S"}, {"N"}, {"S"}, {"BOOL"}, {"S"}]
    assert [d.code for d in report] == ["DDB421"]
    assert 'columns: {"n": N, "zip": S, "on": BOOL, "word": S}' in report.sorted()[0].fix


def test_a_file_without_a_first_line_of_names(tmp_path: Path) -> None:
    """Its columns are named by the plan, in order; a quoted cell may hold line breaks."""
    plan = _plan(tmp_path, "a.csv", 'x,"1\n2",5\ny,z,6\n', ", header: false, columns: {id: S, text: S, n: N}")

    assert rows_of(plan)[0][0] == {"id": {"S": "x"}, "text": {"S": "1\n2"}, "n": {"N": "5"}}
    assert [str(row.position) for row in rows(plan, plan.seeds["orders"])] == ["a.csv:1:1", "a.csv:3:1"]


@pytest.mark.parametrize(
    ("content", "more", "expected"),
    [
        ("id,n\na,x\nb,1\n", ", columns: {n: N}", ["DDB033 2:1 a.csv"]),
        ("id,n\na\nb,1\n", ", columns: {n: N}", ["DDB033 2:1 a.csv"]),
        ("id,id\na,b\n", ", columns: []".replace("[]", "{id: S}"), ["DDB033 1:1 a.csv"]),
        ("id,n\na,1\n", ", columns: {m: N}", ["DDB033 1:1 a.csv"]),
        ("", ", columns: {id: S}", ["DDB033 1:1 a.csv"]),
        ('id\n"a\nb', ", columns: {id: S}", ["DDB033 2:1 a.csv"]),
        ('id\n"a"b\n', ", columns: {id: S}", ["DDB033 2:1 a.csv"]),
        (b"id\n\xff\n", ", columns: {id: S}", ["DDB033 1:1 a.csv"]),
    ],
)
def test_what_is_wrong_in_a_csv_file_has_its_line(
    tmp_path: Path, content: str | bytes, more: str, expected: list[str]
) -> None:
    """A cell of another type, a row of another width, names that are none, text that is not CSV."""
    assert _wrong(_plan(tmp_path, "a.csv", content, more)) == expected


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_parquet_keeps_its_types(tmp_path: Path, suffix: str) -> None:
    """Decimals and integers exactly; missing values are no attributes."""
    table = pa.table(
        {
            "id": ["a", "b"],
            "n": pa.array([Decimal("12345678901234567890.12"), None], pa.decimal128(38, 2)),
            "i": [2**62, -1],
            "raw": [b"hi", None],
            "tags": [["x"], []],
            "on": [True, None],
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    with packed(tmp_path / f"a.parquet{suffix}") as file:
        file.write(buffer.getvalue())
    plan = good(tmp_path, MINIMAL + f"seed:\n  orders: {{file: a.parquet{suffix}}}\n")
    found, report = rows_of(plan)

    assert report == Report()
    assert found == [
        {
            "id": {"S": "a"},
            "n": {"N": "12345678901234567890.12"},
            "i": {"N": str(2**62)},
            "raw": {"B": "aGk="},
            "tags": {"L": [{"S": "x"}]},
            "on": {"BOOL": True},
        },
        {"id": {"S": "b"}, "i": {"N": "-1"}, "tags": {"L": []}},
    ]
    assert _wrong(_plan(tmp_path, "b.parquet", b"no parquet")) == ["DDB033 -"]


def test_a_packed_parquet_file_is_unpacked_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks without end is refused before it fills the disk, and its copy is gone."""
    copies = []
    original = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **given: copies.append(original(**given)) or copies[-1])
    monkeypatch.setattr(parquet_files, "MAX_UNPACKED_BYTES", 2_000_000)
    content = gzip.compress(bytes(20_000_000), mtime=0)
    (found,) = rows_of(_plan(tmp_path, "a.parquet.gz", content))[1]

    assert found.code == "DDB002"
    assert found.what == "`a.parquet.gz` unpacks to more than 2,000,000 bytes."
    assert [copy.closed for copy in copies] == [True]


ION = """$ion_1_0
{Item: {id: "a", n: 1.50, big: 12345678901234567890123456789012345678., tiny: 1d-130, s: $dynamodb_SS::["x", "y"],
  ns: $dynamodb_NS::[1., 2.5], raw: {{aGk=}}, none: null.string, l: [1, true], m: {k: sym}}}
{id: "b"}
"""


@pytest.mark.parametrize("binary", [False, True])
def test_ion_as_dynamodb_exports_it(tmp_path: Path, binary: bool) -> None:  # noqa: FBT001 - a case
    """Text or binary; sets by DynamoDB's own annotations, numbers exactly."""
    content: bytes = ION.encode()
    if binary:
        content = simpleion.dumps(simpleion.loads(ION, single_value=False), binary=True, sequence_as_stream=True)
    found, report = rows_of(_plan(tmp_path, "a.ion", content))

    assert report == Report()
    assert canonical_item(found[0]) == canonical_item(
        {
            "id": {"S": "a"},
            "n": {"N": "1.5"},
            "big": {"N": "12345678901234567890123456789012345678"},
            "tiny": {"N": "1E-130"},
            "s": {"SS": ["x", "y"]},
            "ns": {"NS": ["1", "2.5"]},
            "raw": {"B": "aGk="},
            "none": {"NULL": True},
            "l": {"L": [{"N": "1"}, {"BOOL": True}]},
            "m": {"M": {"k": {"S": "sym"}}},
        }
    )
    assert found[1] == {"id": {"S": "b"}}


def test_broken_ion_names_the_row(tmp_path: Path) -> None:
    """And the rows before it are read."""
    found, report = rows_of(_plan(tmp_path, "a.ion", '{id: "a"} {id: "b", id: "c"} 5 {id:'))

    assert [item["id"] for item in found] == [{"S": "a"}]
    assert [place(d) for d in report] == ["DDB033 2:1", "DDB033 3:1", "DDB033 4:1"]


@pytest.mark.parametrize(("name", "extra"), [("a.parquet", "pyarrow"), ("a.ion", "amazon")])
def test_a_missing_library_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, extra: str
) -> None:
    """With the extra to install."""
    monkeypatch.setitem(__import__("sys").modules, extra, None)
    monkeypatch.setitem(__import__("sys").modules, f"{extra}.ion", None)
    _, report = rows_of(_plan(tmp_path, name, b""))

    assert [d.code for d in report] == ["DDB422"]
    assert report.sorted()[0].fix == f"Install `ddbplan[{name[2:]}]`."


def test_a_pattern_takes_files_of_several_kinds(tmp_path: Path) -> None:
    """Each as its own name says; a row's place has its file."""
    (tmp_path / "a.csv").write_text("id\nx\n")
    with packed(tmp_path / "b.jsonl.gz") as file:
        file.write(b'{"id": "y"}\n')
    plan = good(tmp_path, MINIMAL + "seed:\n  orders: {file: '[ab].*', columns: {}}\n")

    assert [row.position for row in rows(plan, plan.seeds["orders"])] == [
        Position("a.csv", 2, 1),
        Position("b.jsonl.gz", 1, 1),
    ]
