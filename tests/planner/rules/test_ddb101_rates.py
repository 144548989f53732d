"""DDB101: every access pattern says how often it is asked and how large its items are."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB101")[0] == ("8:3 'take' says nothing of its rate.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB101")


def test_a_plan_that_says_nothing_of_it_gets_one_sentence(tmp_path: Path) -> None:
    """Not one for each of its patterns."""
    text = (
        "tables: {orders: {partition_key: id}}\n"
        "queries:\n"
        "  a: {table: orders, key_condition: id = :a, values: {a: a}}\n"
        "  b: {table: orders, key_condition: id = :a, values: {a: b}}\n"
    )

    assert found(tmp_path, "DDB101", text) == [
        "5:1 None of the 2 access patterns says how often it is asked and how large its items are."
    ]
