"""DDB131: a value that must be unique is reserved by an item of its own."""

from __future__ import annotations

from pathlib import Path

from tests.planner.rules.support import bad, found, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB131")[0] == (
        "13:9 'email' is unique in table 'users', and 'register' gives 'email' a value that nothing reserves."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB131")


def test_a_unique_primary_key_needs_no_reservation(tmp_path: Path) -> None:
    """A key is unique by itself."""
    text = (
        "tables: {users: {partition_key: email, unique: email}}\n"
        "transactions:\n  t:\n    run: test\n    operations:\n"
        "      - put: {table: users, item: {email: a}, condition: attribute_not_exists(email)}\n"
    )

    assert found(tmp_path, "DDB131", text) == []


def test_a_reservation_may_lie_in_the_same_table(tmp_path: Path) -> None:
    """As a single table has it: an item whose key is made of the value."""
    text = (
        "tables: {app: {partition_key: pk, unique: email}}\n"
        "transactions:\n  t:\n    run: test\n    operations:\n"
        "      - put: {table: app, item: {pk: U#1, email: a@b.c}, condition: attribute_not_exists(pk)}\n"
        "      - put: {table: app, item: {pk: 'EMAIL#%s'}, condition: attribute_not_exists(pk)}\n"
    )

    assert found(tmp_path, "DDB131", text % "a@b.c") == []
    assert len(found(tmp_path, "DDB131", text % "other@b.c")) == 1
