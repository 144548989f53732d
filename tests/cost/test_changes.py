"""What a diff changes of the cost: the same work on the tables as they are, and as the plan wants them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner import load_plan
from planner.cost import CostChange, cost_change
from planner.desired import desired_state
from planner.state import LedgerState, LiveState, TableState

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checked import CheckedPlan
    from planner.values import Json

WHERE = "us-east-1"
PLAN = """
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: id
    billing: on_demand
    volume: {items: 1073741824, item_size: 900 B}
    global_secondary_indexes: {by_status: {partition_key: status}}
  carts: {partition_key: id}
queries:
  open: {table: orders, index: by_status, key_condition: "status = :s", values: {s: open}, rate: 10, reads: 1}
"""


def _plan(folder: Path, text: str = PLAN) -> CheckedPlan:
    path = folder / "plan.yaml"
    path.write_text(text)
    loaded = load_plan(path)
    assert loaded.plan is not None, loaded.diagnostics
    return loaded.plan


def _change(plan: CheckedPlan, *steps: str, **live: Json) -> CostChange | None:
    """The change for a live table that is as the plan's but for some settings."""
    tables = {}
    if live:
        wanted = desired_state(plan).tables["orders"].state
        tables[wanted.name] = TableState(name=wanted.name, settings={**wanted.settings, **live})
    return cost_change(plan, LiveState(tables=tables, ledger=LedgerState()), WHERE, steps)


def test_index_that_is_added(tmp_path: Path) -> None:
    """It is stored once more, filled once, and the query that needs it is not asked before."""
    change = _change(_plan(tmp_path), "table.orders.index.by_status", global_secondary_indexes={})

    assert change is not None
    (orders,) = change.tables
    # 1,000 bytes of 2**30 items are 1,000 GB at 0.25; an eventual read of one item, ten a second, is 13,140,000 units.
    assert orders.before == 250
    assert orders.after == 500 + Decimal("13.14") * Decimal("0.125")
    (fill,) = change.once
    assert fill.money == Decimal(1_073_741_824) * Decimal("0.625") / 1_000_000


def test_first_apply(tmp_path: Path) -> None:
    """A table that is not there costs nothing before and has no index to fill; what nothing is known of has no line."""
    change = _change(_plan(tmp_path), "table.orders", "table.carts")

    assert change is not None
    assert [(cost.address, cost.before) for cost in change.tables] == [("table.orders", None)]
    assert change.before == 0
    assert change.once == ()


def test_setting_that_changes_the_price(tmp_path: Path) -> None:
    """Another table class is another price of the same storage."""
    plan = _plan(tmp_path, PLAN.replace("    billing: on_demand\n", "    table_class: infrequent_access\n"))
    change = _change(plan, "table.orders.table_class", table_class="standard")

    assert change is not None
    (orders,) = change.tables
    assert orders.before is not None
    assert orders.before > 500 > orders.after > 200


def test_plan_that_states_nothing_has_no_cost(tmp_path: Path) -> None:
    """Without a rate and a volume there is nothing to say, and no line that says nothing."""
    text = "ddbplan: 1\ndatabase: shop\ntables: {carts: {partition_key: id}}\n"

    assert _change(_plan(tmp_path, text), "table.carts") is None
    assert cost_change(_plan(tmp_path), LiveState(tables={}, ledger=LedgerState()), "sa-east-1", ()) is None
