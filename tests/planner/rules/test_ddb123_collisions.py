"""DDB123: two kinds of items in one table never have one key."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB123")[0] == (
        "13:15 'user' and 'order' can have one key: '{user_id}' and 'ORDER-{order_id}' make the same text."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB123")


def test_kinds_apart_by_the_partition_key_do_not_collide(tmp_path: Path) -> None:
    """One part of the key that differs is enough."""
    text = (
        "tables:\n  app:\n    partition_key: pk\n    sort_key: sk\n    entities:\n"
        "      user: {keys: {pk: 'USER#{id}', sk: '{at}'}}\n"
        "      team: {keys: {pk: 'TEAM#{id}', sk: '{at}'}}\n"
    )

    assert found(tmp_path, "DDB123", text) == []
    assert len(found(tmp_path, "DDB123", text.replace("TEAM#", "USER#"))) == 1
