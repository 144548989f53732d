"""DDB120: a child that is always read through its parent has the parent's id as partition key."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import PLANS, bad, found, good, judged

USERS = """\
tables:
  users:
    partition_key: user_id
    global_secondary_indexes:
      by_email: {partition_key: email, projection: ALL}
    unique: UNIQUE
queries:
  user_with_email: {table: users, index: by_email, key_condition: email = :e, values: {e: a@example.com}, limit: 1}
"""


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB120")[0] == (
        "6:5 Nothing reads or changes table 'comments' by 'comment_id' alone; every query asks "
        "its index 'by_post' by 'post_id'."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB120")


def test_the_key_is_moved_only_for_a_parent() -> None:
    """A property that may change is no key: the advice says when it holds, and what to write where it does not."""
    (one,) = [one for one in judged(PLANS / "ddb120_bad.yaml") if one.code == "DDB120"]

    assert one.fix.startswith(
        "Where 'post_id' names a parent that an item cannot exist without and never leaves, make it"
    )
    assert one.fix.endswith(
        "Where 'post_id' is a property that may change, such as an e-mail address, keep the index (a key cannot be "
        "changed in place, and 'comment_id' alone would no longer be unique), and say so beside the key: "
        "# ddbplan: ignore DDB120 because ..."
    )


def test_what_is_unique_is_no_parent(tmp_path: Path) -> None:
    """No two items share an e-mail address, so nothing would be gained by a key of which it is the first part."""
    assert found(tmp_path, "DDB120", USERS.replace("UNIQUE", "[email]")) == []
    assert len(found(tmp_path, "DDB120", USERS.replace("    unique: UNIQUE\n", ""))) == 1
