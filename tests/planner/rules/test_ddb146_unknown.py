"""DDB146: what is asked for is written somewhere."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB146")[0] == (
        "7:5 Items expire by 'expires_at', and no seed row or transaction of table 'orders' has it."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB146")


def test_a_table_of_which_no_item_is_known_is_not_judged(tmp_path: Path) -> None:
    """Nothing says which attributes it has."""
    text = (
        "tables: {orders: {partition_key: id}}\n"
        "queries: {q: {table: orders, key_condition: id = :a, filter: x = :a, values: {a: a}}}\n"
    )

    assert found(tmp_path, "DDB146", text) == []
    assert len(found(tmp_path, "DDB146", text + "seed: {orders: [{id: a, y: 1}]}\n")) == 1
