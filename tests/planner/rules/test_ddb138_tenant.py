"""DDB138: where tenants share a table, every partition key begins with the tenant."""

from __future__ import annotations

from tests.planner.rules.support import bad, good


def test_the_bad_plan_is_found_bad_where_it_says() -> None:
    """On the marked lines and nowhere else, to the column, with the plan's own names."""
    assert bad("DDB138")[0] == (
        "14:15 'pk' of 'user' is 'USER#{user_id}', and does not begin with the tenant, 'tenant_id'."
    )


def test_the_good_plan_is_found_good() -> None:
    """The same wish, met."""
    good("DDB138")
