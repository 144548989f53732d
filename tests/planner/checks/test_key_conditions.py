"""Key conditions: what each key serves, multi-attribute keys included, and what is advised where none does."""

from __future__ import annotations

from typing import Any

import pytest

from planner.checks import InvalidQueryError, compile_query
from planner.codes import model as codes
from planner.diagnostics import Diagnostic
from tests.planner.checks import make

TABLE = make.table(
    key="matches",
    partition="id",
    key_types={"round": "N"},
    indexes=(
        make.index("by_place", ("region", "city"), ("round", "team", "at")),
        make.index("by_team", ("team",), ("at",)),
        make.index("by_city", ("city",)),
    ),
)
VALUES = {
    "id": {"S": "x"},
    "region": {"S": "x"},
    "city": {"S": "x"},
    "round": {"N": "1"},
    "team": {"S": "x"},
    "at": {"S": "x"},
    "owner": {"S": "x"},
}


def _diagnostics(text: str, index: str | None = None) -> tuple[Diagnostic, ...]:
    used: dict[str, Any] = {name: VALUES[name] for name in make.placeholder_names(text)}
    try:
        compile_query(make.query(key_condition=text, values=used, index=index), TABLE)
    except InvalidQueryError as error:
        return error.diagnostics
    return ()


@pytest.mark.parametrize(
    "text",
    [
        "region = :region AND city = :city",
        "city = :city AND region = :region",
        "region = :region AND city = :city AND round = :round",
        "region = :region AND city = :city AND round > :round",
        "region = :region AND city = :city AND round = :round AND begins_with(team, :team)",
        "region = :region AND city = :city AND round = :round AND team = :team AND at BETWEEN :at AND :at",
        "at < :at AND team = :team AND round = :round AND city = :city AND region = :region",
    ],
)
def test_multi_attribute_keys_are_read_from_the_left(text: str) -> None:
    """All partition attributes by '=', then sort attributes from the left, a range at the end."""
    assert _diagnostics(text, "by_place") == ()


REFUSED = {
    "region = :region": "The partition key attribute 'city' has no condition.",
    "region = :region AND city > :city": "The partition key attribute 'city' is compared by >.",
    "region = :region AND city = :city AND team = :team": (
        "'team' has a condition and 'round' before it in the sort key has none."
    ),
    "region = :region AND city = :city AND round > :round AND team = :team": (
        "'team' has a condition behind the range on 'round'."
    ),
    "region = :region AND city = :city AND round = :round AND round = :round": "'round' has two conditions.",
    "region = :region AND city = :city OR round = :round": "OR cannot stand in a key condition.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_multi_attribute_keys_have_no_gaps(text: str) -> None:
    """What leaves a gap, goes on behind a range or lacks a partition attribute is refused in one sentence."""
    (found,) = _diagnostics(text, "by_place")

    assert REFUSED[text] in found.what


@pytest.mark.parametrize(
    ("text", "index", "fix"),
    [
        ("team = :team", None, "Read by `index: by_team`."),
        ("team = :team AND at > :at", "by_place", "Read by `index: by_team`."),
        ("id = :id", "by_team", "Remove `index`: the table's own key serves it."),
        ("city = :city", "by_place", "Read by `index: by_city`."),
    ],
)
def test_a_key_that_serves_is_named(text: str, index: str | None, fix: str) -> None:
    """Where another key of the table fits, the finding says which."""
    (found,) = _diagnostics(text, index)

    assert (found.code, found.fix) == (codes.NO_KEY_SERVES.code, fix)


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("owner = :owner", "`by_owner: {partition_key: owner}`"),
        ("owner = :owner AND at > :at", "`by_owner_at: {partition_key: owner, sort_key: at}`"),
        (
            "owner = :owner AND region = :region AND at > :at",
            "`by_owner_region_at: {partition_key: owner, sort_key: [region, at]}`",
        ),
    ],
)
def test_an_index_that_would_serve_is_written_out(text: str, declared: str) -> None:
    """Where no key fits, the finding writes the index that would."""
    (found,) = _diagnostics(text)

    assert found.code == codes.NO_KEY_SERVES.code
    assert f"Declare a global index, such as {declared}" in found.fix


def test_ranges_alone_are_served_by_nothing() -> None:
    """Without any '=' no index can be advised."""
    (found,) = _diagnostics("owner > :owner")

    assert "Every key needs a partition key attribute that is compared with '='." in found.fix


def test_values_have_the_types_of_the_index() -> None:
    """A value of another type than the index key's is refused at its placeholder."""
    query = make.query(
        index="by_place",
        key_condition="region = :r AND city = :c AND round = :n",
        values={"r": {"S": "x"}, "c": {"S": "x"}, "n": {"S": "1"}},
    )

    with pytest.raises(InvalidQueryError, match="The key attribute 'round' is a number, and ':n' is a string"):
        compile_query(query, TABLE)
