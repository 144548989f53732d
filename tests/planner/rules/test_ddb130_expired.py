"""DDB130: expired items stay for up to two days, so readers leave them out."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB130")[0] == (
        "9:3 'session' reads table 'sessions', whose items expire by 'expires_at', and does not leave expired ones out."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB130")


def test_an_index_without_the_attribute_is_told_to_hold_it(tmp_path: Path) -> None:
    """A filter sees only what the index copies."""
    text = (
        "tables:\n  s:\n    partition_key: id\n    time_to_live: ends\n    global_secondary_indexes:\n"
        "      by_user: {partition_key: user, projection: KEYS_ONLY}\n"
        "queries: {q: {table: s, index: by_user, key_condition: user = :u, values: {u: a}}}\n"
    )

    assert len(found(tmp_path, "DDB130", text)) == 1
