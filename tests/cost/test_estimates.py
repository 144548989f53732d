"""Estimates against figures that were worked out by hand, from the formulas of DynamoDB's guide.

A month has 730 hours, that is 2,628,000 seconds. Prices: us-east-1, 0.125 a million read units, 0.625 a million write
units, 0.25 a GB.
"""

from __future__ import annotations

import textwrap
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner import load_plan
from planner.cost import PRICES, Kind, Part, estimate, sensitivity

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checked import CheckedPlan

WHERE = "us-east-1"
MONTH = 2_628_000
PLAN = """
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: order_id
    sort_key: part
    volume: {items: 1000000, item_size: 1500 B}
    point_in_time_recovery: true
    global_secondary_indexes:
      by_status: {partition_key: status, sort_key: placed_at, projection: KEYS_ONLY}
      by_customer: {partition_key: customer_id, projection: ALL}
seed:
  orders:
    - {order_id: o-1, part: header, status: open, placed_at: 2026-01-01, customer_id: c-1, note: as it was ordered}
    - {order_id: o-2, part: line, article: p-1}
queries:
  one: {table: orders, key_condition: "order_id = :id AND part = :part", values: {id: o-1, part: header}, rate: 10}
  whole: {table: orders, key_condition: "order_id = :id", values: {id: o-1}, rate: 10, reads: 8}
  strong: {table: orders, key_condition: "order_id = :id", values: {id: o-1}, rate: 10, reads: 8, consistent: true}
  page:
    table: orders
    index: by_customer
    key_condition: "customer_id = :id"
    values: {id: c-1}
    rate: 1
    limit: 20
    item_size: 1 KB
  unrated: {table: orders, key_condition: "order_id = :id", values: {id: o-1}, reads: 2}
  unread: {table: orders, key_condition: "order_id = :id", values: {id: o-1}, rate: 2}
transactions:
  place:
    run: test
    rate: 4
    operations:
      - put: {table: orders, item: {order_id: o-9, part: header, status: open, placed_at: 2026-01-02, customer_id: c-2}}
      - put: {table: orders, item: {order_id: o-9, part: line, article: p-1}}
  ship:
    run: test
    rate: 2
    item_size: 1 KB
    operations:
      - update:
          table: orders
          key: {order_id: o-1, part: header}
          expression: SET status = :shipped
          condition: attribute_exists(order_id)
          values: {shipped: shipped}
      - check: {table: orders, key: {order_id: o-2, part: line}, condition: attribute_exists(order_id)}
"""


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Reads a plan of text."""

    def loading(text: str = PLAN) -> CheckedPlan:
        path = tmp_path / "plan.yaml"
        path.write_text(textwrap.dedent(text))
        loaded = load_plan(path)
        assert loaded.plan is not None, [found.what for found in loaded.diagnostics]
        return loaded.plan

    return loading


def _with(*settings: str) -> str:
    """The plan with more settings of its table."""
    key = "    sort_key: part\n"
    return PLAN.replace(key, key + "".join(f"    {line}\n" for line in settings))


def _units(parts: tuple[Part, ...], cause: str, resource: str = "") -> Decimal:
    """Units of one cause in a second, of one table or index."""
    found = [p for p in parts if p.cause == cause and (not resource or p.resource == resource)]
    assert found, cause
    return sum((part.quantity for part in found), Decimal(0)) / MONTH


def _of(parts: tuple[Part, ...], resource: str, kind: Kind) -> Part:
    (found,) = (part for part in parts if (part.cause, part.kind) == (resource, kind))
    return found


def test_reads(load: Any) -> None:
    """One item is rounded up alone, several together; half for eventual reads, and an index by its own size."""
    monthly = estimate(load(), WHERE).monthly

    # 1,500 bytes: one block of 4 KB, eventual: 0.5 units, ten times a second.
    assert _units(monthly, "query.one") == 5
    # 8 x 1,500 = 12,000 bytes: three blocks, eventual: 1.5 units.
    assert _units(monthly, "query.whole") == 15
    assert _units(monthly, "query.strong") == 30
    # Up to 20 x 1,024 = 20,480 bytes: five blocks, eventual: 2.5 units.
    assert _units(monthly, "query.page", "table.orders.index.by_customer") == Decimal("2.5")
    (one,) = (part for part in monthly if part.cause == "query.one")
    # 5 x 2,628,000 units at 0.125 a million.
    assert one.money == Decimal("1.6425")


def test_writes_of_a_transaction(load: Any) -> None:
    """Twice the units of each member, and the writes of each index that its item is in, once."""
    monthly = estimate(load(), WHERE).monthly

    # Two puts of 1,500 bytes: 2 blocks x 2, four times a second.
    assert _units(monthly, "transaction.place", "table.orders") == 32
    # Only the header is in the indexes. All of it: 2 blocks; keys alone: 1.
    assert _units(monthly, "transaction.place", "table.orders.index.by_customer") == 8
    assert _units(monthly, "transaction.place", "table.orders.index.by_status") == 4
    # An update and a check of 1 KB: 2 + 2 units, twice a second.
    assert _units(monthly, "transaction.ship", "table.orders") == 8
    # `status` is the key of one index, where the item moves, and is copied by the other.
    assert _units(monthly, "transaction.ship", "table.orders.index.by_status") == 4
    assert _units(monthly, "transaction.ship", "table.orders.index.by_customer") == 2


def test_storage(load: Any) -> None:
    """Items with 100 bytes beside each; an index holds the share that has its keys, and of it what it projects."""
    monthly = estimate(load(), WHERE).monthly

    stored = _of(monthly, "table.orders", Kind.STORAGE)
    assert stored.quantity == Decimal(1_600_000_000) / 1024**3
    assert stored.money == stored.quantity * Decimal("0.25")
    recovered = _of(monthly, "table.orders", Kind.RECOVERY)
    assert recovered.money == stored.quantity * Decimal("0.20")
    # Two of the plan's three sample items are headers, which have the index's key: o-1 and o-9.
    whole = _of(monthly, "table.orders.index.by_customer", Kind.STORAGE)
    assert round(whole.quantity * 1024**3) == round(Decimal(1_600_000_000) * 2 / 4)


def test_seed_load_and_index_fill(load: Any) -> None:
    """Each row is one write unit, and one in each index that it is in; a fill writes every item that belongs there."""
    found = estimate(load(), WHERE)

    loaded = {part.resource: part.quantity for part in found.once}
    assert loaded == {"table.orders": 2, "table.orders.index.by_status": 1, "table.orders.index.by_customer": 1}
    filled = {part.resource: part.quantity for part in found.fills}
    # Half of a million items; 1,500 bytes are two units, keys alone one.
    assert filled == {"table.orders.index.by_status": 500_000, "table.orders.index.by_customer": 1_000_000}
    (fill,) = (part for part in found.fills if part.resource.endswith("by_customer"))
    assert fill.money == Decimal("0.625")


def test_what_lacks_an_input_is_listed_and_in_no_sum(load: Any) -> None:
    """A query without a rate, or without the number of items it reads, is unknown and never nothing."""
    found = estimate(load(), WHERE)

    unknown = {one.address: one.missing for one in found.unknown}
    assert unknown == {"query.unrated": "rate", "query.unread": "reads"}
    assert not [part for part in found.monthly if part.cause in unknown]


def test_table_without_volume_or_writes_is_listed(load: Any) -> None:
    """Nothing is stored for free: a table without a volume, and one that no rated transaction writes, are unknown."""
    text = """
    ddbplan: 1
    database: shop
    tables: {logs: {partition_key: id, stream: NEW_IMAGE}}
    """
    found = estimate(load(text), WHERE)

    assert [(one.address, one.missing) for one in found.unknown] == [
        ("table.logs", "writes"),
        ("table.logs", "storage"),
        ("table.logs.stream", "reads of the stream"),
    ]
    assert found.total == 0


def test_provisioned_units_are_paid_by_the_hour(load: Any) -> None:
    """What uses provisioned units costs nothing by itself; too few of them are told."""
    text = _with("billing: provisioned", "capacity: {read: 100, write: 20}")
    found = estimate(load(text), WHERE)

    (units,) = (part for part in found.monthly if part.resource == "table.orders" and part.kind is Kind.CAPACITY_WRITE)
    # 20 units x 730 hours at 0.00065.
    assert units.money == Decimal("9.49")
    (one,) = (part for part in found.monthly if part.cause == "query.one")
    assert (one.billed, one.money) == (False, None)
    # 32 + 8 units a second are written, and 20 are there; the indexes inherit 20 and need less.
    assert [note for note in found.notes if note.startswith("table.orders needs 40.0 write units")]
    assert not [note for note in found.notes if "by_status" in note]


def test_autoscaled_units_follow_the_stated_use(load: Any) -> None:
    """As many units as make the stated use the aimed share, within the range."""
    read, write = "{min: 5, max: 500, target: 50}", "{min: 5, max: 60, target: 50}"
    text = _with("billing: provisioned", f"capacity: {{read: {read}, write: {write}}}")
    monthly = estimate(load(text), WHERE).monthly

    hours = {p.kind: p.quantity / 730 for p in monthly if p.cause == "table.orders" and "hours" in p.kind}
    # 50 read units a second at 50 % are 100; 40 write units would be 80, and 60 is the most.
    assert hours == {Kind.CAPACITY_READ: 100, Kind.CAPACITY_WRITE: 60}


def test_infrequent_access_has_prices_of_its_own(load: Any) -> None:
    """Storage is cheaper, each request dearer."""
    text = _with("table_class: infrequent_access")
    monthly = estimate(load(text), WHERE).monthly

    stored = _of(monthly, "table.orders", Kind.STORAGE)
    assert stored.money == stored.quantity * Decimal("0.10")
    (one,) = (part for part in monthly if part.cause == "query.one")
    assert one.money == Decimal(5 * MONTH) * Decimal("0.155") / 1_000_000


def test_replica_is_billed_in_its_region(load: Any) -> None:
    """What is stored and written is stored and written again there, at that Region's prices; reads are not."""
    text = _with("replicas: {eu-west-1: {}}", "stream: NEW_AND_OLD_IMAGES")
    monthly = estimate(load(text), WHERE).monthly

    there = [part for part in monthly if part.region == "eu-west-1"]
    assert {part.kind for part in there} == {Kind.STORAGE, Kind.WRITE}
    placed = [part for part in there if (part.cause, part.resource) == ("transaction.place", "table.orders")]
    written = sum((part.money for part in placed if part.money is not None), Decimal(0))
    # 32 units a second at 0.705 a million.
    assert written == Decimal(32 * MONTH) * Decimal("0.705") / 1_000_000


def test_index_that_copies_some_attributes(load: Any) -> None:
    """Keys are as long as in the plan's own items; what is copied beside them has its part of the rest."""
    text = """
    ddbplan: 1
    database: shop
    tables:
      orders:
        partition_key: id
        volume: {items: 1073741824, item_size: 1000 B}
        global_secondary_indexes: {by_k: {partition_key: k, projection: [a]}}
    seed: {orders: [{id: "12345678", k: "123456789", a: "123456789", bb: "12345678901234567890123456789"}]}
    """
    stored = _of(estimate(load(text), WHERE).monthly, "table.orders.index.by_k", Kind.STORAGE)

    # id takes 10 bytes and k 10; of the other 980, a has 10 of 10 + 31 parts; and 100 bytes beside each item.
    assert round(stored.quantity, 6) == round(20 + Decimal(980) * 10 / 41 + 100, 6)


def test_region_without_prices_gives_units_and_no_money(load: Any) -> None:
    """Nothing is guessed for a Region that the price table lacks."""
    found = estimate(load(), "sa-east-1")

    assert found.total == 0
    assert {part.money for part in found.monthly} == {None}
    assert _units(found.monthly, "query.one") == 5
    missing = [one.missing for one in found.unknown if not one.address]
    kinds = ("read units", "write units", "GB stored", "GB recoverable")
    assert missing == [f"price of {kind} in sa-east-1" for kind in kinds]


def test_price_that_is_not_known_is_listed(load: Any) -> None:
    """A Region may lack one price: London's storage is not in the table, its requests are."""
    found = estimate(load(), "eu-west-2")

    assert "price of GB stored in eu-west-2" in [one.missing for one in found.unknown]
    assert found.total > 0


def test_item_size_half_as_large_again(load: Any) -> None:
    """Sizes that are 50 % off change what is rounded up, and storage; the item that drives it is named."""
    found = sensitivity(load(), WHERE)
    now = estimate(load(), WHERE).total

    assert found.smaller < now < found.larger
    # A put of 2,250 bytes takes 3 x 2 units in place of 2 x 2: 8 x 2 = 16 units a second more, and 4 in an index.
    assert found.address == "transaction.place"
    assert found.more == Decimal((16 + 4) * MONTH) * Decimal("0.625") / 1_000_000


def test_refusal_without_a_rate_is_no_pattern(load: Any) -> None:
    """A transaction that proves a refusal is what another one does when it goes wrong, and nothing is missed."""
    text = PLAN.replace("  ship:\n    run: test\n    rate: 2\n", "  ship:\n    run: test\n    expect: {fails: 0}\n")
    found = estimate(load(text), WHERE)

    assert "transaction.ship" not in {one.address for one in found.unknown}


def test_parts_add_up(load: Any) -> None:
    """Sums by cause and by table or index are both the whole."""
    found = estimate(load(), WHERE)

    assert sum((money for _, money in found.by_cause()), Decimal(0)) == found.total
    assert sum((money for _, money in found.by_resource()), Decimal(0)) == found.total


@pytest.mark.parametrize("region", PRICES)
def test_prices_are_plausible(region: str) -> None:
    """A write costs more than a read, infrequent access more than standard, and storage there less."""
    prices = PRICES[region]

    for of_class in (prices.standard, prices.infrequent):
        if of_class.read is not None and of_class.write is not None:
            assert 4 < of_class.write / of_class.read < 6
        if of_class.read_hour is not None and of_class.write_hour is not None:
            assert 4 < of_class.write_hour / of_class.read_hour < 6
    if prices.infrequent.storage is not None and prices.standard.storage is not None:
        assert prices.infrequent.storage < prices.standard.storage
    if prices.infrequent.write is not None and prices.standard.write is not None:
        assert prices.infrequent.write > prices.standard.write
