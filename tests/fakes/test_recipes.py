"""The recipes that a diff prints, followed as they stand: rows of plain plans, with readers served throughout."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from planner import desired_state, load_plan
from planner.codes.changes import INDEX_NEEDED, INDEX_RECIPE, KEYS_CHANGE
from planner.state import DesiredState
from planner.steps import HazardKind
from tests.fakes.place import MONTH
from tests.fakes.world import world

PLAN = """\
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: id
    global_secondary_indexes: {{{indexes}}}
queries:
  of_customer:
    table: orders
    index: {index}
    key_condition: customer = :customer
    values: {{customer: c-1}}
"""
OLD = "by_customer: {partition_key: customer, projection: KEYS_ONLY}"
NEW = "{name}: {{partition_key: customer, sort_key: placed_at}}"
TABLE = "  {key}: {{partition_key: id{more}}}\n"


def load(text: str) -> DesiredState | None:
    """A plan; None where it is not valid."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        path.write_text(text)
        loaded = load_plan(path)
    return None if loaded.plan is None else desired_state(loaded.plan)


def plan(*indexes: str, reads: str) -> DesiredState:
    """A table with these indexes and a query that reads one of them."""
    found = load(PLAN.format(indexes=", ".join(indexes), index=reads))
    assert found is not None
    return found


def test_another_index_is_made_beside_the_old_one_and_readers_move() -> None:
    """Keep it and declare a second one; apply; move the queries; remove the old one; apply: no reader waits."""
    second = NEW.format(name="by_customer_2")
    with world() as place:
        place.converge(plan(OLD, reads="by_customer"))
        _, _, in_place = place.diff(plan(NEW.format(name="by_customer"), reads="by_customer"))
        added = place.converge(plan(OLD, second, reads="by_customer"))
        moved = place.converge(plan(OLD, second, reads="by_customer_2"))
        dropped = place.converge(plan(second, reads="by_customer_2"))

    (note,) = (note for note in in_place.notes if note.code == INDEX_RECIPE.code)
    assert "declare by_customer_2 beside it; apply; move the readers" in note.fix
    (danger,) = in_place.hazards
    assert danger.kind is HazardKind.INDEX_UNAVAILABLE
    assert "9 to 17 minutes" in danger.sentence
    assert "of_customer" in danger.sentence
    assert [step.id for step in added.steps] == ["table.orders.index.by_customer_2"]
    assert moved.is_empty
    assert [hazard.flag for hazard in added.hazards + dropped.hazards] == ["DROPS_INDEX:table.orders.index.by_customer"]


def test_no_index_goes_while_a_query_needs_it() -> None:
    """A plan that reads an index it does not have is not valid, and where a diff sees one it refuses the drop."""
    second = NEW.format(name="by_customer_2")
    unserved = load(PLAN.format(indexes=second, index="by_customer"))
    reads_old = plan(OLD, second, reads="by_customer")
    without = plan(second, reads="by_customer_2")
    with world() as place:
        place.converge(reads_old)
        forced = DesiredState(database="shop", environment=None, tables=without.tables, queries=reads_old.queries)
        _, _, found = place.diff(forced)

    assert unserved is None
    assert [refusal.code for refusal in found.refusals] == [INDEX_NEEDED.code]
    assert found.steps == ()


def test_other_keys_are_another_table_and_the_old_one_stays_until_it_is_destroyed() -> None:
    """Declare a second table beside it; apply; remove the first from the plan; apply: it is reported, never dropped."""
    head = "ddbplan: 1\ndatabase: shop\ntables:\n"
    old, other = TABLE.format(key="orders", more=""), TABLE.format(key="orders", more=", sort_key: line")
    second = TABLE.format(key="orders_2", more=", sort_key: line")
    plans = [load(head + tables) for tables in (old, other, old + second, second)]
    first, changed, both, last = (found for found in plans if found is not None)
    with world() as place:
        place.converge(first)
        _, _, refused = place.diff(changed)
        added = place.converge(both)
        place.later(MONTH)
        left = place.converge(last)
        still_there = place.table_id("shop_orders")

    (refusal,) = refused.refusals
    assert refusal.code == KEYS_CHANGE.code
    assert re.search(r"\n    ddbplan seed pull \S+ orders -o data/\n", refusal.fix)
    assert "--table shop_orders" in refusal.fix
    assert [step.id for step in added.steps] == ["table.orders_2"]
    assert left.steps == ()
    assert any("shop_orders" in note.what for note in left.notes)
    assert still_there is not None
