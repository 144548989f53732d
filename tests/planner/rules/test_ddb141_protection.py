"""DDB141: data that matters can be restored, and its table cannot be deleted by mistake."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB141")[0] == ("4:3 Table 'orders' says nothing of point in time recovery and deletion protection.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB141")


def test_someone_elses_table_is_not_judged(tmp_path: Path) -> None:
    """An external table is another's to protect."""
    text = "tables: {rates: {partition_key: id, external: true}}\n"

    assert found(tmp_path, "DDB141", text) == []
