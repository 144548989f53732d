"""DDB135: an update is of what exists, a put is of what does not."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB135")[0] == ("12:9 The update of 'orders' in 'pay' makes an item where there is none.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB135")


def test_a_condition_guards_only_if_nothing_fails_it(tmp_path: Path) -> None:
    """What holds of an item that is not there guards nothing."""
    text = (
        "tables: {orders: {partition_key: id}}\n"
        "transactions:\n  t:\n    run: test\n    operations:\n"
        "      - update: {table: orders, key: {id: a}, expression: 'SET s = :v', condition: '%s', values: {v: 1}}\n"
    )
    unguarded = (
        "s <> :v",
        "attribute_not_exists(s)",
        "attribute_not_exists(s) OR s = :v",
        "NOT s = :v",
        "NOT attribute_exists(id)",
    )
    guarded = (
        "s = :v",
        "attribute_exists(id)",
        "attribute_exists(id) AND s <> :v",
        "NOT attribute_not_exists(id)",
        "s BETWEEN :v AND :v",
        "s IN (:v)",
        "size(s) > :v",
    )

    assert [one for one in unguarded if not found(tmp_path, "DDB135", text % one)] == []
    assert [one for one in guarded if found(tmp_path, "DDB135", text % one)] == []
