"""Writing and reading items behaves alike on every engine."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from executor.caller import Bulk
from executor.clients import Clients
from executor.registry import call_function
from tests.contract.conftest import Call

ABSENT = "attribute_not_exists(id)"
EVERY_TYPE: dict[str, Any] = {
    "id": {"S": "every"},
    "number": {"N": "1.50"},
    "binary": {"B": "AAEC"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "list": {"L": [{"B": "/w=="}, {"M": {"in": {"N": "2"}}}]},
    "map": {"M": {"b": {"BS": ["AA==", "AQ=="]}}},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
}


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    """Items ``0000`` and on."""
    return [{"id": {"S": f"{number:04d}"}, **more} for number in range(count)]


def read_all(call: Call, table: str) -> dict[str, dict[str, Any]]:
    """All items by their id."""
    found = call("scan_table", table_name=table, consistent_read=True).value["items"]
    return {item["id"]["S"]: item for item in found}


def test_every_type_comes_back_as_it_was_put(call: Call, table: str) -> None:
    """Each type of value survives the way to the engine and back; numbers stay exact."""
    put = call("put_item", table_name=table, item=EVERY_TYPE)
    (found,) = call(
        "query_table",
        table_name=table,
        key_condition_expression="id = :id",
        expression_attribute_values={":id": {"S": "every"}},
    ).value["items"]

    assert put.value == {"written": True, "kept": False}
    found["texts"]["SS"].sort()
    found["numbers"]["NS"].sort()
    assert found in ({**EVERY_TYPE, "number": {"N": "1.5"}}, EVERY_TYPE)


def test_an_item_is_put_once(call: Call, table: str) -> None:
    """A put whose condition does not hold is told from a failure, and what was there stays."""
    first = call("put_item", table_name=table, item={"id": {"S": "a"}, "n": {"N": "1"}}, condition_expression=ABSENT)
    second = call("put_item", table_name=table, item={"id": {"S": "a"}, "n": {"N": "2"}}, condition_expression=ABSENT)

    assert first.ok, first
    assert (second.ok, second.error_code) == (False, "ConditionalCheckFailed")
    assert second.value == {"written": False, "kept": True}
    assert read_all(call, table)["a"]["n"] == {"N": "1"}


def test_all_items_of_many_batches_are_written(call: Call, table: str) -> None:
    """More items than one batch takes are all written, and a key that comes twice breaks no batch."""
    items = [*rows(103), {"id": {"S": "0000"}}]
    written = call("batch_write_items", table_name=table, items=items, condition="none")

    assert written.value == {"written": 104, "kept": 0, "conflicts": []}
    assert len(read_all(call, table)) == 103
    assert written.consumed[table] > 0
    assert written.request_ids


def test_existing_items_are_kept(call: Call, table: str) -> None:
    """With absent, items that exist stay as they are and are counted as kept."""
    call("batch_write_items", table_name=table, items=rows(3, who={"S": "live"}), condition="none")
    written = call("batch_write_items", table_name=table, items=rows(10, who={"S": "seed"}), condition="absent")

    assert written.value == {"written": 7, "kept": 3, "conflicts": []}
    whose = [item["who"]["S"] for _, item in sorted(read_all(call, table).items())]
    assert whose == ["live"] * 3 + ["seed"] * 7


def test_fail_names_items_with_other_content(call: Call, table: str) -> None:
    """With fail, an item of other content is a conflict by its key; one that is the same is none."""
    call("batch_write_items", table_name=table, items=rows(2, n={"N": "1"}), condition="none")
    items = [{"id": {"S": "0000"}, "n": {"N": "1.0"}}, {"id": {"S": "0001"}, "n": {"N": "2"}}]
    written = call("batch_write_items", table_name=table, items=items, on_conflict="fail")

    assert (written.ok, written.error_code) == (False, "ItemsExist")
    assert written.value["conflicts"] == [{"id": {"S": "0001"}}]
    assert read_all(call, table)["0001"]["n"] == {"N": "1"}


def test_a_file_of_rows_is_loaded(call: Call, table: str, tmp_path: Path) -> None:
    """Rows of a .jsonl file are written when its hash is the agreed one, and not when it changed."""
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "a", "n": 1.50}\n{"Item": {"id": {"S": "b"}}}\n', encoding="utf-8")
    source = {"file": str(file), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    loaded = call("batch_write_items", table_name=table, source=source)
    file.write_text('{"id": "c"}\n', encoding="utf-8")
    changed = call("batch_write_items", table_name=table, source=source)

    assert loaded.ok, loaded
    assert sorted(read_all(call, table)) == ["a", "b"]
    assert (changed.ok, changed.error_code) == (False, "SourceChanged")


def test_a_bad_row_stops_the_load_with_its_line(call: Call, table: str, tmp_path: Path) -> None:
    """A row that can't be read is named by its line."""
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "a"}\n{"id": \n', encoding="utf-8")
    source = {"file": str(file), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    loaded = call("batch_write_items", table_name=table, source=source)

    assert (loaded.ok, loaded.error_code) == (False, "SourceUnreadable")
    assert f"{file}:2:" in loaded.message


def test_rows_may_come_from_the_caller(clients: Clients, call: Call, table: str) -> None:
    """Rows that the caller reads itself are taken in place of the file."""
    source = {"file": "/nowhere.jsonl", "sha256": "0" * 64}
    loaded = call_function(
        "batch_write_items",
        clients,
        bulk=Bulk(rows=lambda: iter(rows(30))),
        table_name=table,
        source=source,
        key_names=["id"],
    )

    assert loaded.value == {"written": 30, "kept": 0, "conflicts": []}
    assert len(read_all(call, table)) == 30


def test_writes_into_a_missing_table_say_so(call: Call, unique: str) -> None:
    """A missing table is one error, whatever writes into it."""
    outcomes = [
        call("put_item", table_name=unique, item={"id": {"S": "a"}}),
        call("batch_write_items", table_name=unique, items=rows(2), condition="none"),
        call("batch_write_items", table_name=unique, items=rows(2), key_names=["id"]),
        call("scan_table", table_name=unique),
    ]

    assert [each.error_code for each in outcomes] == ["TableMissing"] * 4


def test_reading_goes_to_the_last_page(call: Call, table: str) -> None:
    """A scan of several megabytes returns every item, in one or in many segments."""
    call("batch_write_items", table_name=table, items=rows(60, fat={"S": "x" * 40_000}), condition="none")
    one = call("scan_table", table_name=table)
    many = call("scan_table", table_name=table, total_segments=4)

    assert one.value["count"] == many.value["count"] == 60
    assert one.value["pages"] > 1
    assert {item["id"]["S"] for item in many.value["items"]} == {item["id"]["S"] for item in one.value["items"]}


@pytest.mark.parametrize("segments", [1, 3])
def test_a_limit_is_of_items_in_all(call: Call, table: str, segments: int) -> None:
    """A limit bounds the items that come back, with and without a filter."""
    call("batch_write_items", table_name=table, items=rows(40, n={"N": "1"}), condition="none")
    plain = call("scan_table", table_name=table, limit=7, total_segments=segments)
    filtered = call(
        "scan_table",
        table_name=table,
        limit=7,
        total_segments=segments,
        filter_expression="n = :one",
        expression_attribute_values={":one": {"N": "1"}},
    )

    assert (len(plain.value["items"]), plain.value["count"]) == (7, 7)
    assert (len(filtered.value["items"]), filtered.value["count"]) == (7, 7)


def test_a_query_reads_in_the_asked_order(call: Call, unique: str) -> None:
    """A query follows the sort key in either direction, from its newest where limited."""
    call(
        "create_table_simple",
        table_name=unique,
        partition_key="id",
        sort_key="at",
        key_types={"at": "N"},
        database_name="contract",
    )
    items = [{"id": {"S": "a"}, "at": {"N": str(number)}} for number in range(10)]
    call("batch_write_items", table_name=unique, items=items)
    newest = call(
        "query_table",
        table_name=unique,
        key_condition_expression="id = :id",
        expression_attribute_values={":id": {"S": "a"}},
        scan_index_forward=False,
        limit=3,
    )

    assert [item["at"]["N"] for item in newest.value["items"]] == ["9", "8", "7"]


def test_counting_returns_no_items(call: Call, table: str) -> None:
    """COUNT counts all pages and returns nothing else."""
    call("batch_write_items", table_name=table, items=rows(30), condition="none")
    counted = call("scan_table", table_name=table, select="COUNT")

    assert (counted.value["items"], counted.value["count"]) == ([], 30)
