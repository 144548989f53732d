"""DDB124: rows and operations have keys that the entities of their table make."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB124")[0] == ("13:7 The key {pk: TENANT#t-1, sk: USR#u-2} is made by no entity of table 'app'.")


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB124")
