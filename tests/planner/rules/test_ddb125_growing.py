"""DDB125: what grows without a bound is items of its own, not a list in one."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB125")[0] == ("17:23 'comments' of table 'posts' grows with each 'comment', and nothing bounds it.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB125")


def test_a_number_that_is_added_to_is_no_list(tmp_path: Path) -> None:
    """Only sets and lists grow."""
    text = (
        "tables: {posts: {partition_key: id}}\n"
        "transactions:\n  t:\n    run: test\n    operations:\n"
        "      - update: {table: posts, key: {id: a}, expression: ADD x :v, values: {v: %s}}\n"
    )

    assert found(tmp_path, "DDB125", text % "1") == []
    assert len(found(tmp_path, "DDB125", text % "!set [1]")) == 1
