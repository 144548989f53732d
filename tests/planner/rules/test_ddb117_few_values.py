"""DDB117: a partition key has many values."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB117")[0] == ("6:5 'status', the partition key of table 'jobs', has few values, by its name.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB117")


def test_a_composite_index_key_with_one_varying_part_is_good(tmp_path: Path) -> None:
    """Several attributes make one key together."""
    text = (
        "tables:\n  jobs:\n    partition_key: id\n    global_secondary_indexes:\n"
        "      open: {partition_key: [tenant_id, status]}\n"
    )

    assert found(tmp_path, "DDB117", text) == []
    assert len(found(tmp_path, "DDB117", text.replace("tenant_id, ", ""))) == 1
