"""What SQL's columns are made of: no number loses a digit, and what does not fit is said."""

from __future__ import annotations

import json

import pytest

from executor.reports.columns import MAX_COLUMNS, Columns
from executor.reports.errors import ReportError
from planner.values import Item, Json


def typed(
    *items: Item, declared: dict[str, str] | None = None, known: dict[str, str] | None = None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The types by column, and the notes."""
    columns = Columns(declared or {}, known or {})
    for item in items:
        columns.row(item)
    settled, notes = columns.settled(columns.places)
    return {column.name: column.type for column in settled}, notes


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([{"S": "x"}], "VARCHAR"),
        ([{"N": "1"}, {"N": "2.50"}, {"N": "-0.125"}], "DECIMAL(38,3)"),
        ([{"N": "9" * 38}], "HUGEINT"),
        ([{"N": "1E+37"}], "HUGEINT"),
        ([{"N": "-999999999999999999"}], "BIGINT"),
        ([{"N": "1000000000000000000"}], "HUGEINT"),
        ([{"N": "1E-38"}], "DECIMAL(38,38)"),
        ([{"N": "0"}], "BIGINT"),
        ([{"BOOL": True}, {"NULL": True}], "BOOLEAN"),
        ([{"B": "AAEC"}], "BLOB"),
        ([{"L": [{"N": "1"}]}, {"M": {}}, {"NS": ["1"]}], "JSON"),
        ([{"S": "x"}, {"N": "1"}], "VARCHAR"),
        ([{"NULL": True}], "VARCHAR"),
    ],
)
def test_types_are_those_of_what_items_hold(values: list[Json], expected: str) -> None:
    """One kind gives its type, several give text, a null says nothing."""
    found, _ = typed(*({"a": value} for value in values))

    assert found == {"a": expected}


@pytest.mark.parametrize("numbers", [("1E+38",), ("1E-39",), ("1E+30", "1E-10"), ("1E+125",)])
def test_numbers_that_38_digits_do_not_hold_are_text(numbers: tuple[str, ...]) -> None:
    """Nothing is rounded: the column is text, and a note says why and what to do."""
    found, notes = typed(*({"a": {"N": number}} for number in numbers))

    assert found == {"a": "VARCHAR"}
    assert len(notes) == 1
    assert "CAST(a AS DOUBLE)" in notes[0]


@pytest.mark.parametrize(
    ("declared", "number"),
    [("BIGINT", "1.5"), ("BIGINT", "1E+18"), ("DECIMAL(5,2)", "1.125"), ("DECIMAL(5,2)", "1000")],
)
def test_a_declared_type_does_not_round(declared: str, number: str) -> None:
    """DuckDB would round a number to fit; that is refused."""
    with pytest.raises(ReportError, match="Declare a type that holds them, or none"):
        typed({"a": {"N": number}}, declared={"a": declared})


def test_decimals_of_a_report_have_one_scale() -> None:
    """DuckDB would round where two scales meet; a column too long for the common scale keeps its own, with a note."""
    found, notes = typed({"a": {"N": "1.5"}, "b": {"N": "2.125"}, "c": {"N": f"{'9' * 36}.5"}, "d": {"N": "7"}})

    assert found == {"a": "DECIMAL(38,3)", "b": "DECIMAL(38,3)", "c": "DECIMAL(38,1)", "d": "BIGINT"}
    assert len(notes) == 1
    assert "c has 1 digits after the point, and other numbers of the report 3" in notes[0]


def test_columns_are_there_without_items() -> None:
    """Keys, projected attributes and declared ones are columns of a source in which nothing was found."""
    found, _ = typed(declared={"at": "TIMESTAMP"}, known={"id": "S", "amount": "N", "memo": ""})

    assert found == {"amount": "BIGINT", "at": "TIMESTAMP", "id": "VARCHAR", "memo": "VARCHAR"}


def test_names_that_sql_does_not_tell_apart_get_another() -> None:
    """SQL has no upper and lower case in names; DynamoDB does."""
    found, notes = typed({"Id": {"S": "x"}, "id": {"S": "y"}, "ID": {"S": "z"}})

    assert list(found) == ["ID", "Id_2", "id_3"]
    assert len(notes) == 2


def test_too_many_attributes_are_refused() -> None:
    """Items whose attributes are data, not columns, cannot fill the memory."""
    columns = Columns({}, {})
    columns.row({str(number): {"S": ""} for number in range(MAX_COLUMNS)})

    with pytest.raises(ReportError, match="more than 1,000 different attributes"):
        columns.row({"one more": {"S": ""}})


def test_json_keeps_every_digit() -> None:
    """A number inside a list or a map is written as it is, not through a float."""
    number = "12345678901234567890.123456789"
    (text,) = Columns({}, {}).row({"a": {"M": {"n": {"N": number}, "q": {"L": [{"S": '"'}, {"NULL": True}]}}}}).values()

    assert text == f'{{"n": {number}, "q": ["\\"", null]}}'
    assert json.loads(text, parse_float=str)["n"] == number
