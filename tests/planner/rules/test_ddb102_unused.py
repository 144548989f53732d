"""DDB102: every table and every index serves a query."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB102")[0] == ("8:7 No query reads the index 'by_customer' of table 'orders'.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB102")


def test_a_plan_without_queries_is_not_judged(tmp_path: Path) -> None:
    """Nothing is known of what is read."""
    assert found(tmp_path, "DDB102", "tables: {orders: {partition_key: id}}\n") == []
