"""What a plan expects of a query, held against what came."""

from __future__ import annotations

import pytest

from planner.diagnostics import Position
from planner.expectations import matches, show_value, unmet
from planner.plan import Expect
from planner.values import Item

HERE = Position("plan.yaml", 1, 1)
ONE: Item = {"id": {"S": "a"}, "size": {"N": "1"}}
TWO: Item = {"id": {"S": "b"}, "size": {"N": "2.50"}}


def expect(
    *,
    count: int | None = None,
    minimum: int | None = None,
    items: tuple[Item, ...] | None = None,
    first: Item | None = None,
    contains: tuple[Item, ...] = (),
    absent: tuple[Item, ...] = (),
    ordered: str | None = None,
) -> Expect:
    """An expectation of only what is named."""
    return Expect(
        count=count,
        minimum=minimum,
        items=items,
        first=first,
        contains=contains,
        absent=absent,
        ordered=ordered,
        position=HERE,
    )


def said(wanted: Expect, *items: Item, in_order: bool = True, descending: bool = False) -> tuple[str, ...]:
    """What is unmet."""
    return unmet(wanted, items, in_order=in_order, descending=descending)


def test_nothing_expected_is_met_by_anything() -> None:
    """A query without figures in its expectation only has to work."""
    assert said(expect(), ONE, TWO) == ()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (expect(count=1), "expected 1 item, got 2"),
        (expect(minimum=3), "expected at least 3 items, got 2"),
        (expect(items=({"id": {"S": "a"}},)), "expected exactly 1 item, got 2"),
        (
            expect(items=({"id": {"S": "a"}}, {"id": {"S": "x"}}, {"id": {"S": "b"}})),
            "expected exactly 3 items, got 2; none has {id: x}",
        ),
        (expect(items=({"id": {"S": "b"}}, {"id": {"S": "b"}})), "item 1: id is a, expected b"),
        (expect(first={"size": {"N": "9"}}), "first item: size is 1, expected 9"),
        (expect(first={"size": {"S": "1"}}), "first item: size is 1 (N), expected 1 (S)"),
        (expect(first={"colour": {"S": "red"}}), "first item: colour is missing, expected red"),
        (expect(contains=({"id": {"S": "z"}},)), "no item has {id: z}"),
        (expect(absent=({"id": {"S": "a"}},)), "an item has {id: a}, which must be absent"),
        (expect(ordered="colour"), "item 1 has no colour to be ordered by"),
    ],
)
def test_what_is_unmet_is_said_with_both_sides(wanted: Expect, message: str) -> None:
    """Each miss names what was expected and what came."""
    assert said(wanted, ONE, TWO) == (message,)


def test_numbers_are_equal_by_value() -> None:
    """2.5 and 2.50 are one number, 2.5 and 2.51 are two."""
    assert matches(TWO, {"size": {"N": "2.5"}})
    assert not matches(TWO, {"size": {"N": "2.51"}})


def test_sets_are_equal_without_order() -> None:
    """A set has no order, a list has."""
    assert matches({"s": {"SS": ["x", "y"]}}, {"s": {"SS": ["y", "x"]}})
    assert not matches({"s": {"L": [{"S": "x"}, {"S": "y"}]}}, {"s": {"L": [{"S": "y"}, {"S": "x"}]}})


def test_items_come_in_order_where_there_is_one() -> None:
    """The expected items are compared one by one."""
    assert said(expect(items=({"size": {"N": "1"}}, {"size": {"N": "2.5"}})), ONE, TWO) == ()


def test_items_without_an_order_are_paired() -> None:
    """Where DynamoDB promises no order, each expected item needs an item of its own."""
    both: tuple[Item, ...] = ({}, {"id": {"S": "a"}})

    assert said(expect(items=both), ONE, TWO, in_order=False) == ()
    assert said(expect(items=({"id": {"S": "a"}},) * 2), ONE, TWO, in_order=False) == ("no item is left for {id: a}",)


def test_first_of_an_unordered_result_is_any() -> None:
    """Without an order, there is no first item to insist on."""
    assert said(expect(first={"id": {"S": "b"}}), ONE, TWO, in_order=False) == ()
    assert said(expect(first={"id": {"S": "c"}}), ONE, in_order=False) == ("no item has {id: c}",)


def test_first_of_nothing_is_missed() -> None:
    """An empty result has no first item."""
    assert said(expect(first={"id": {"S": "a"}})) == ("expected the first item to have {id: a}, got none",)


def test_order_is_checked_in_the_querys_direction() -> None:
    """Ascending, or descending where the query says so; equal neighbours are in order."""
    assert said(expect(ordered="size"), ONE, TWO, TWO) == ()
    assert said(expect(ordered="size"), TWO, ONE, descending=True) == ()
    assert said(expect(ordered="size"), TWO, ONE) == ("items 1 and 2 are not in ascending order of size",)


def test_numbers_are_ordered_by_value_and_text_by_bytes() -> None:
    """9 comes before 10; Z comes before a; a character outside the basic plane comes after one inside it."""
    assert said(expect(ordered="n"), {"n": {"N": "9"}}, {"n": {"N": "10"}}) == ()
    assert (
        said(expect(ordered="s"), {"s": {"S": "Z"}}, {"s": {"S": "a"}}, {"s": {"S": "\uff5e"}}, {"s": {"S": "😀"}})
        == ()
    )
    assert said(expect(ordered="b"), {"b": {"B": "AA=="}}, {"b": {"B": "/w=="}}) == ()


def test_values_without_an_order_are_told() -> None:
    """Mixed types and maps cannot be in order."""
    mixed = said(expect(ordered="v"), {"v": {"N": "1"}}, {"v": {"S": "1"}})

    assert mixed == ("v holds N, S, which cannot be put in order",)


def test_long_values_are_cut() -> None:
    """A message never dumps a whole item."""
    assert len(show_value({"S": "x" * 10_000})) == 60
    assert show_value({"M": {"a": {"L": [{"N": "1"}, {"N": "0.5"}, {"NULL": True}]}}}) == '{"a":[1,"0.5",null]}'
