"""DDB116: one partition takes 1,000 write and 3,000 read units a second."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB116")[0] == (
        "6:5 400,000 write units a second over 150 values of campaign are 2,667 for each partition of table 'clicks', "
        "and it takes 1,000."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB116")


def test_without_distinct_values_nothing_is_said(tmp_path: Path) -> None:
    """A rule that lacks its input is silent."""
    text = (
        "tables: {clicks: {partition_key: id}}\n"
        "queries: {q: {table: clicks, key_condition: id = :a, values: {a: a}, rate: 900000, item_size: 4 KB}}\n"
    )

    assert found(tmp_path, "DDB116", text) == []
    declared = text.replace("id}}", "id, volume: {distinct: {id: 100}}}}")
    assert found(tmp_path, "DDB116", declared)[0] == (
        "4:19 450,000 read units a second over 100 values of id are 4,500 for each partition of table 'clicks', "
        "and it takes 3,000."
    )


def test_what_is_read_strongly_counts_twice(tmp_path: Path) -> None:
    """A read unit is 4 KB read strongly, half of one otherwise."""
    text = (
        "tables: {clicks: {partition_key: id, volume: {distinct: {id: 1}}}}\n"
        "queries: {q: {table: clicks, key_condition: id = :a, values: {a: a}, rate: 4000, item_size: 4 KB%s}}\n"
    )

    assert found(tmp_path, "DDB116", text % "") == []
    assert len(found(tmp_path, "DDB116", text % ", consistent: true")) == 1
