"""DynamoDB values: canonical numbers, sizes, hashes, nesting."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.values import (
    InvalidNumberError,
    canonical_item,
    canonical_number,
    canonical_value,
    content_hash,
    item_hash,
    item_size,
    key_hash,
    nesting,
    plain,
    to_decimal,
    value_size,
)
from tests.planner.expressions.speak import make_table, speak
from tests.planner.patience import PATIENT

if TYPE_CHECKING:
    from tests.engines import Engine

NUMBERS = st.builds(
    lambda sign, digits, exponent: f"{sign}{digits[0]}.{digits[1:]}E{exponent}",
    st.sampled_from(["", "-"]),
    st.text("0123456789", min_size=2, max_size=38).filter(lambda digits: digits[0] != "0"),
    st.integers(-130, 125),
)
SCALARS = st.one_of(
    st.builds(lambda text: {"S": text}, st.text(max_size=12)),
    st.builds(lambda number: {"N": number}, NUMBERS),
    st.builds(lambda raw: {"B": base64.b64encode(raw).decode()}, st.binary(max_size=12)),
    st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
    st.just({"NULL": True}),
)
SETS = st.one_of(
    st.builds(lambda members: {"SS": members}, st.lists(st.text(max_size=5), min_size=1, unique=True)),
    st.builds(lambda members: {"NS": members}, st.lists(NUMBERS, min_size=1, unique_by=canonical_number)),
    st.builds(
        lambda members: {"BS": [base64.b64encode(member).decode() for member in members]},
        st.lists(st.binary(max_size=5), min_size=1, unique=True),
    ),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS | SETS,
    lambda inner: st.one_of(
        st.builds(lambda members: {"L": members}, st.lists(inner, max_size=4)),
        st.builds(lambda members: {"M": members}, st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=4)),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0.000", "0"),
        ("0E500", "0"),
        ("1", "1"),
        ("+1", "1"),
        ("1.50", "1.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("-12.340E2", "-1234"),
        ("000" + "1" * 38, "1" * 38),
        ("1" * 38 + "0000", "1." + "1" * 37 + "E+41"),
        ("1E37", "1" + "0" * 37),
        ("1E38", "1E+38"),
        ("1E-38", "0." + "0" * 37 + "1"),
        ("1E-39", "1E-39"),
        ("1E-130", "1E-130"),
        ("9." + "9" * 37 + "E125", "9." + "9" * 37 + "E+125"),
        ("1." + "0" * 300, "1"),
    ],
)
def test_equal_numbers_have_one_text(text: str, canonical: str) -> None:
    """A number has one text, plain where it is short and with an exponent otherwise."""
    assert canonical_number(text) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        ".",
        "-",
        "--1",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "0x10",
        "1e",
        "1E+",
        "NaN",
        "Infinity",
        "\u0661",
        "1" * 39,
        "1." + "0" * 250 + "1",
        "1E126",
        "1E-131",
        "1E99999",
        "1E" + "9" * 6000,
        "1E-" + "9" * 6000,
        "9" * 100_000,
        "1E" + "0" * 100_000 + "x",
    ],
)
def test_what_dynamodb_cannot_hold_is_refused(text: str) -> None:
    """Anything but a number of 38 digits in DynamoDB's range is refused, however long its text."""
    with pytest.raises(InvalidNumberError):
        canonical_number(text)


@PATIENT
@given(NUMBERS)
def test_canonical_numbers_keep_their_value(text: str) -> None:
    """The canonical text is the same number, and canonical again."""
    canonical = canonical_number(text)

    assert Decimal(canonical) == Decimal(text)
    assert canonical_number(canonical) == canonical


@PATIENT
@given(NUMBERS, NUMBERS)
def test_numbers_are_equal_when_their_texts_are(first: str, second: str) -> None:
    """Two numbers are equal exactly when their canonical texts are."""
    equal = Decimal(first) == Decimal(second)

    assert (canonical_number(first) == canonical_number(second)) is equal


@PATIENT
@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    """No text makes the reader of numbers fail in another way than by its own exception."""
    try:
        canonical = canonical_number(text)
    except InvalidNumberError:
        return

    assert Decimal(canonical).is_finite()


@PATIENT
@given(VALUES)
def test_canonical_values_are_stable(value: dict[str, Any]) -> None:
    """Making a value canonical twice changes nothing, and nothing of its size."""
    canonical = canonical_value(value)

    assert canonical_value(canonical) == canonical
    assert value_size(canonical) == value_size(value)


@PATIENT
@given(VALUES)
def test_values_survive_json(value: dict[str, Any]) -> None:
    """A value read back from JSON has the same hash and the same size."""
    again = json.loads(json.dumps(value))

    assert item_hash({"a": again}) == item_hash({"a": value})
    assert item_size({"a": again}) == item_size({"a": value})


@PATIENT
@given(VALUES)
def test_every_value_can_be_shown_and_measured(value: dict[str, Any]) -> None:
    """Showing a value and counting its levels work for every well-formed value."""
    plain(value)

    assert nesting(value) >= 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"N": "1.0"}, {"N": "1"}),
        ({"NS": ["2", "1.0"]}, {"NS": ["1", "2"]}),
        ({"SS": ["b", "a"]}, {"SS": ["a", "b"]}),
        ({"B": "YR=="}, {"B": "YQ=="}),
        ({"L": [{"N": "1e0"}]}, {"L": [{"N": "1"}]}),
        ({"M": {"a": {"N": "1.0"}, "b": {"NULL": True}}}, {"M": {"b": {"NULL": True}, "a": {"N": "1"}}}),
    ],
)
def test_equal_values_have_one_hash(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Values that are equal to DynamoDB have one hash, however they are written."""
    assert item_hash({"a": first}) == item_hash({"a": second})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"N": "1"}, {"S": "1"}),
        ({"S": "a"}, {"B": "YQ=="}),
        ({"SS": ["a"]}, {"L": [{"S": "a"}]}),
        ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}),
        ({"NULL": True}, {"BOOL": True}),
        ({"S": ""}, {"NULL": True}),
    ],
)
def test_different_values_have_different_hashes(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Values that differ to DynamoDB have different hashes."""
    assert item_hash({"a": first}) != item_hash({"a": second})


def test_hashes_say_what_is_hashed() -> None:
    """One content hashed as two kinds of thing gives two hashes."""
    item = {"a": {"S": "x"}}

    assert len({item_hash(item), key_hash(item), content_hash(item, kind="other/1")}) == 3


def test_numbers_are_shown_exactly() -> None:
    """No number passes through a float on its way to a person."""
    assert plain({"N": "0.1"}) == Decimal("0.1")
    assert plain({"N": "1" * 38}) == int("1" * 38)
    assert plain({"N": "1E+100"}) == Decimal("1E+100")
    assert to_decimal({"N": "1" * 38}) == Decimal("1" * 38)


def test_deep_values_are_measured_without_recursion() -> None:
    """Counting levels works for values that would overflow any recursion."""
    value: dict[str, Any] = {"S": "x"}
    for _ in range(100_000):
        value = {"L": [value]}

    assert nesting(value) == 100_001
    while "L" in value:  # taken apart here, since freeing it at once recurses
        value = value["L"].pop()


def test_canonical_items_keep_their_names() -> None:
    """Making an item canonical touches values only."""
    assert canonical_item({"b": {"N": "1.0"}, "a": {"S": "x"}}) == {"a": {"S": "x"}, "b": {"N": "1"}}


SIZED: dict[str, dict[str, Any]] = {
    **{
        f"number {text}": {"N": text}
        for text in (
            "0", "1", "12", "123", "-1", "-123", "0.1", "0.01", "0.123", "1.5", "12.5", "123.45", "100", "1000001",
            "1E100", "1E-130", "9" * 38, "-" + "9" * 38, "1.001", "10.01", "-0.5",
        )
    },
    "empty string": {"S": ""},
    "characters of two bytes": {"S": "éé"},
    "characters of four bytes": {"S": "𐍈"},
    "binary": {"B": "AAAAAA=="},
    "true": {"BOOL": True},
    "null": {"NULL": True},
    "set of strings": {"SS": ["ab", "é"]},
    "set of numbers": {"NS": ["1", "-2.5"]},
    "set of binaries": {"BS": ["AAAA"]},
    "empty list": {"L": []},
    "list": {"L": [{"S": "a"}, {"N": "1"}]},
    "empty mapping": {"M": {}},
    "mapping": {"M": {"né": {"S": "b"}, "x": {"L": [{"NULL": True}]}}},
}  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize("name", SIZED)
def test_sizes_are_those_of_dynamodb(dynamodb_local: Engine, unique: str, name: str) -> None:
    """An item of exactly 400 KB by our count is taken, and one byte more is refused."""
    make_table(dynamodb_local, unique)
    item = {"pk": {"S": "x"}, "sk": {"N": "1"}, "v": SIZED[name], "fill": {"S": ""}}
    room = 400 * 1024 - item_size(item)
    # The table has a local index that copies keys only, of items that have `h`; this one has none.
    full = {**item, "fill": {"S": "f" * room}}
    over = {**item, "fill": {"S": "f" * (room + 1)}}

    assert speak(dynamodb_local, "PutItem", {"TableName": unique, "Item": full}).error == ""
    assert "size" in speak(dynamodb_local, "PutItem", {"TableName": unique, "Item": over}).message


@pytest.mark.engine
@pytest.mark.parametrize("kind", ["L", "M"])
def test_levels_are_counted_like_dynamodb(dynamodb_local: Engine, unique: str, kind: str) -> None:
    """32 levels by our count are taken and 33 refused."""
    make_table(dynamodb_local, unique)
    taken = {}
    for levels in (32, 33):
        value: dict[str, Any] = {"S": "x"}
        while nesting(value) < levels:
            value = {"L": [value]} if kind == "L" else {"M": {"a": value}}
        item = {"pk": {"S": "x"}, "sk": {"N": "1"}, "v": value}
        taken[levels] = speak(dynamodb_local, "PutItem", {"TableName": unique, "Item": item}).taken

    assert taken == {32: True, 33: False}


@pytest.mark.engine
@pytest.mark.parametrize("text", ["1" * 38, "1E-130", "9." + "9" * 37 + "E125", "-0", "1.5E-130", "123456.789"])
def test_canonical_numbers_come_back_equal(dynamodb_local: Engine, unique: str, text: str) -> None:
    """A number written in canonical form is read back as the same number."""
    make_table(dynamodb_local, unique)
    canonical = canonical_number(text)
    item = {"pk": {"S": "x"}, "sk": {"N": "1"}, "v": {"N": canonical}}
    speak(dynamodb_local, "PutItem", {"TableName": unique, "Item": item})
    found = speak(dynamodb_local, "GetItem", {"TableName": unique, "Key": {"pk": item["pk"], "sk": item["sk"]}})

    assert canonical_number(found.body["Item"]["v"]["N"]) == canonical
