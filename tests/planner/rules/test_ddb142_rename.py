"""DDB142: an index is replaced in two applies, so that no reader is without one."""

from __future__ import annotations

from pathlib import Path

from planner.reading import PlanSource, read_plan
from planner.rule_settings import DEFAULT, RuleSettings
from planner.rules import lint_change
from planner.state import TableState
from tests.planner.rules.support import HEAD, said

PLAN = """\
tables:
  orders:
    partition_key: order_id
    global_secondary_indexes:
      by_client: {partition_key: client_id}
"""


def _found(folder: Path, before: tuple[str, ...], settings: RuleSettings = DEFAULT) -> list[str]:
    file = folder / "plan.yaml"
    file.write_text(HEAD + PLAN, encoding="utf-8")
    plan, _ = read_plan(PlanSource(name="plan.yaml", folder=folder, files=(file,)))
    assert plan is not None
    indexes = {name: {"partition_key": [name], "sort_key": [], "projection": "ALL"} for name in before}
    live = TableState(name="shop_orders", settings={"global_secondary_indexes": indexes})
    return [said(one) for one in lint_change(plan, {"shop_orders": live}, settings)]


def test_an_index_that_goes_while_another_comes_is_found(tmp_path: Path) -> None:
    """At the new one's line, with both names."""
    assert _found(tmp_path, ("by_customer",)) == [
        "8:7 Table 'orders' gets 'by_client' and loses 'by_customer' in one apply."
    ]


def test_either_alone_is_good(tmp_path: Path) -> None:
    """Two applies: first the new one beside the old, then the old one goes."""
    assert _found(tmp_path, ()) == []
    assert _found(tmp_path, ("by_client", "by_customer")) == []


def test_a_project_may_turn_it_off(tmp_path: Path) -> None:
    """As every rule."""
    assert _found(tmp_path, ("by_customer",), RuleSettings(levels={"DDB142": "off"})) == []
