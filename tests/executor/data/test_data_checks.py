"""Live items are looked at before a change that they may not suit, on each engine."""

from __future__ import annotations

import textwrap
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from executor import ApplyOptions, Clients, Target, apply
from executor.apply import OutcomeKind
from executor.data_checks import holds_items, look
from executor.prepare import prepare
from planner import load_plan
from planner.data_checks import DataCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from planner.checked import CheckedPlan
    from tests.engines import Engine

pytestmark = pytest.mark.engine
BEFORE = """
    ddbplan: 1
    database: {name}
    tables: {orders: {partition_key: order_id}}
"""
INDEXED = """
    ddbplan: 1
    database: {name}
    tables:
      orders:
        partition_key: order_id
        key_types: {placed_on: N}
        global_secondary_indexes: {by_day: {partition_key: status, sort_key: placed_on}}
"""
EXPIRING = """
    ddbplan: 1
    database: {name}
    tables: {orders: {partition_key: order_id, time_to_live: expires_at}}
"""


@pytest.fixture
def clients(engine: Engine) -> Iterator[Clients]:
    """Clients of the engine."""
    with Clients(Target(endpoint_url=engine.endpoint_url)) as made:
        yield made


@pytest.fixture
def load(tmp_path: Path, unique: str) -> Callable[[str], CheckedPlan]:
    """Reads a plan whose text has ``{name}`` for its database."""

    def loading(text: str) -> CheckedPlan:
        path = tmp_path / "plan.yaml"
        path.write_text(textwrap.dedent(text).replace("{name}", unique))
        loaded = load_plan(path)
        assert loaded.plan is not None, loaded.diagnostics
        return loaded.plan

    return loading


@pytest.fixture
def orders(clients: Clients, load: Callable[[str], CheckedPlan], options: ApplyOptions, unique: str) -> str:
    """The table, applied and empty; its physical name."""
    assert apply(load(BEFORE), clients, options).kind is OutcomeKind.DONE
    return f"{unique}_orders"


@pytest.fixture
def options(unique: str) -> ApplyOptions:
    """A ledger of the test's own."""
    return ApplyOptions(ledger=f"ledger_{unique}")


def _looking(options: ApplyOptions, most: int = 0) -> ApplyOptions:
    return replace(options, look_at=most)


def _put(clients: Clients, table: str, number: int, **attributes: Any) -> None:
    clients.dynamodb.put_item(TableName=table, Item={"order_id": {"S": f"o-{number:04}"}, **attributes})


def test_items_that_do_not_fit_an_index_refuse_it(
    clients: Clients, orders: str, load: Callable[[str], CheckedPlan], options: ApplyOptions
) -> None:
    """A wrong type and a key that is too long are counted by cause and named by key; an item without the keys is fine.

    Nobody asks: the index is made all the same, by the same steps.
    """
    _put(clients, orders, 1, status={"S": "open"}, placed_on={"N": "20260101"})
    _put(clients, orders, 2, status={"S": "open"}, placed_on={"S": "2026-01-01"})
    _put(clients, orders, 3, status={"S": "x" * 2049}, placed_on={"N": "1"})
    _put(clients, orders, 4, status={"S": "open"})
    plan = load(INDEXED)
    looked = prepare(plan, clients, _looking(options)).diff
    blind = prepare(plan, clients, options).diff

    (finding,) = looked.looked
    assert (finding.looked, finding.whole) == (4, True)
    assert finding.counts == {"placed_on is of another type": 1, "status is too long": 1}
    assert {key["order_id"]["S"] for key in finding.examples} == {"o-0002", "o-0003"}
    assert finding.consumed > 0
    (refusal,) = looked.refusals
    assert refusal.address == "table.orders.index.by_day"
    assert refusal.what.startswith(
        f"2 items of {orders} do not fit its new index: 1 where placed_on is of another type"
    )
    assert looked.hash == blind.hash
    assert apply(plan, clients, _looking(options)).kind is OutcomeKind.REFUSED
    assert apply(plan, clients, options).kind is OutcomeKind.DONE


def test_one_item_is_told_as_one(
    clients: Clients, orders: str, load: Callable[[str], CheckedPlan], options: ApplyOptions
) -> None:
    """A single item that does not fit is spoken of in the singular."""
    _put(clients, orders, 1, status={"S": "open"}, placed_on={"S": "2026-01-01"})
    (refusal,) = prepare(load(INDEXED), clients, _looking(options)).diff.refusals

    assert refusal.what.startswith(f"1 item of {orders} does not fit its new index: 1 where placed_on")


def test_items_that_fit_let_the_index_be_made(
    clients: Clients, orders: str, load: Callable[[str], CheckedPlan], options: ApplyOptions
) -> None:
    """Where every item fits, apply goes on, and looks once."""
    _put(clients, orders, 1, status={"S": "open"}, placed_on={"N": "20260101"})
    outcome = apply(load(INDEXED), clients, _looking(options))

    assert outcome.kind is OutcomeKind.DONE
    assert outcome.prepared is not None
    assert outcome.prepared.diff.looked == ()


def test_time_to_live_says_how_many_items_go_at_once(
    clients: Clients, orders: str, load: Callable[[str], CheckedPlan], options: ApplyOptions
) -> None:
    """The hazard has the number; times that DynamoDB would not act on are told apart."""
    now = int(time.time())
    _put(clients, orders, 1, expires_at={"N": str(now - 60)})
    _put(clients, orders, 2, expires_at={"N": str(now - 3600)})
    _put(clients, orders, 3, expires_at={"N": str(now + 3600)})
    _put(clients, orders, 4, expires_at={"N": str(now * 1000)})
    _put(clients, orders, 5, expires_at={"S": "2026-01-01"})
    _put(clients, orders, 6, expires_at={"N": "1000000000"})
    _put(clients, orders, 7)
    found = prepare(load(EXPIRING), clients, _looking(options)).diff

    (hazard,) = found.hazards
    assert hazard.sentence.endswith("2 items would go at once: all 7 items looked at.")
    assert [note.what.partition(" of ")[2].partition(" is ")[2] for note in found.notes] == [
        "expired over five years ago (all 7 items looked at).",
        "in milliseconds (all 7 items looked at).",
        "no number (all 7 items looked at).",
    ]
    assert not found.refusals


def test_sample_is_bounded_and_says_its_share(clients: Clients, orders: str) -> None:
    """No more items are read than asked for, give or take the places that they come from, and what they are is said."""
    for number in range(60):
        _put(clients, orders, number, status={"S": "open"})
    check = DataCheck(step="s", address="a", table=orders, key_names=("order_id",), keys={"status": ("N", 2048)})
    (sampled,) = look(clients, [check], 16)
    (whole,) = look(clients, [check], 0)

    assert 0 < sampled.looked <= 16
    assert not sampled.whole
    assert sampled.counts == {"status is of another type": sampled.looked}
    assert (
        "16 of about 60 items looked at" in sampled.share
        or sampled.share.endswith("and there are more")
        or (sampled.looked < 16)
    )
    assert (whole.looked, whole.whole) == (60, True)
    assert 0 < sampled.consumed <= whole.consumed


def test_table_that_cannot_be_read_is_a_note(clients: Clients, unique: str) -> None:
    """What could not be looked at is said, and not taken for fitting."""
    check = DataCheck(step="s", address="a", table=f"{unique}_none", key_names=("id",), keys={"id": ("S", 2048)})
    (found,) = look(clients, [check], 0)

    assert found.looked == 0
    assert not found.whole
    assert found.problem.startswith(f"The items of {unique}_none could not be read: ")


def test_whether_a_table_is_really_empty(clients: Clients, orders: str, unique: str) -> None:
    """One look at one item tells; of a table that is not there nothing is told."""
    empty = holds_items(clients, orders)
    _put(clients, orders, 1)

    assert (empty, holds_items(clients, orders), holds_items(clients, f"{unique}_none")) == (False, True, None)
