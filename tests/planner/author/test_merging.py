"""Changes are put into a plan's text, and everything else stays as it is to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.author.merging import UnfittingError, merge
from planner.spans import Table, inline, meaning, parse
from tests.conftest import ROOT

PLANS = tuple(sorted((ROOT / "plans").glob("*.yaml")))
SMALL = """\
# head
ddbplan: 1   # the grammar
database: shop

tables:
  # by order
  orders:
    description: Orders.   # of customers
    partition_key: order_id
    tags: {team: a}

  # by cart
  carts:
    partition_key: cart_id

seed:
  orders:
    - {order_id: o-1, total: 10.00}   # first
    # the second
    - order_id: o-2
      total: 1e1
queries: {}
# tail
"""


def section(text: str, name: str) -> Table:
    """A section of a plan's tree."""
    root = parse(text)
    assert isinstance(root, Table)
    found = root.pairs[name].value
    assert isinstance(found, Table)
    return found


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_merged_with_itself_is_itself(path: Path) -> None:
    """Where nothing changes, no byte does."""
    text = path.read_text(encoding="utf-8")

    assert merge(text, text) == text


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_in_another_layout_changes_nothing(path: Path) -> None:
    """The same plan on one line, without comments and with other quotes, says the same: the file stays as it is."""
    text = path.read_text(encoding="utf-8")

    assert merge(text, inline(parse(text), text)) == text


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_only_the_entries_that_change_change(path: Path, data: st.DataObject) -> None:
    """Whatever entries are replaced, removed or added, every line of every other entry stays, in its order."""
    text = path.read_text(encoding="utf-8")
    name = data.draw(st.sampled_from(["tables", "transactions", "queries"]))
    entries = section(text, name).pairs
    touched = data.draw(st.lists(st.sampled_from(sorted(entries)), min_size=1, max_size=3, unique=True))
    removed = data.draw(st.booleans())
    change = "null" if removed else "{description: changed, partition_key: id, table: t, operations: []}"
    fragment = f"{name}:\n" + "".join(f"  {entry}: {change}\n" for entry in touched) + "  brand_new: {table: x}\n"

    merged = merge(text, fragment)

    for entry, pair in entries.items():
        lines = text[pair.key.start : pair.value.end]
        assert (lines in merged) == (entry not in touched)
    after = section(merged, name).pairs
    assert list(after) == [*(entry for entry in entries if not removed or entry not in touched), "brand_new"]


@pytest.mark.parametrize(
    ("fragment", "before", "after"),
    [
        ("tables: {carts: {partition_key: id}}", "    partition_key: cart_id\n", "    partition_key: id\n"),
        (
            "tables: {orders: {description: New, partition_key: order_id, tags: {team: b}}}",
            "    description: Orders.   # of customers\n    partition_key: order_id\n    tags: {team: a}\n",
            "    description: New   # of customers\n    partition_key: order_id\n    tags: {team: b}\n",
        ),
        (
            "seed: {orders: [{order_id: o-1, total: 10.00}, {order_id: o-2, total: 1e1}, {order_id: o-3}]}",
            "      total: 1e1\n",
            "      total: 1e1\n",
        ),
        ("queries:\n  q: {table: carts}\n", "queries: {}\n", "queries: \n  q: {table: carts}\n"),
        ("tables:\n  carts: null\n", "\n  # by cart\n  carts:\n    partition_key: cart_id\n", "\n"),
        ("description: A shop.\n", "queries: {}\n", "queries: {}\ndescription: A shop.\n"),
        ("seed: {orders: null}", "", ""),
    ],
)
def test_a_small_change(fragment: str, before: str, after: str) -> None:
    """Each kind of change, beside comments at every place where one can stand."""
    merged = merge(SMALL, fragment)

    if fragment.startswith("seed: {orders: n"):
        assert "o-1" not in merged
        assert "seed" not in section_names(merged)
    elif fragment.startswith("seed"):
        assert merged.startswith(SMALL[: SMALL.index("seed")])
        assert "o-3" in merged
    else:
        assert merged == SMALL.replace(before, after)
    assert merged.startswith("# head\n")
    assert merged.rstrip().endswith("# tail")


def section_names(text: str) -> list[str]:
    """The sections that a plan has."""
    root = parse(text)
    assert isinstance(root, Table)
    return list(root.pairs)


def test_a_row_is_added_behind_the_rows_that_stay() -> None:
    """Rows of a list keep their comments and their layout when another one follows."""
    rows = "seed:\n  orders:\n  - {order_id: o-1, total: 10.00}\n  - {order_id: o-2, total: 1e1}\n  - {order_id: o-3}\n"

    merged = merge(SMALL, rows)

    assert merged == SMALL.replace("      total: 1e1\n", "      total: 1e1\n    - {order_id: o-3}\n")


def test_a_whole_plan_removes_what_it_does_not_name() -> None:
    """An answer that begins with `ddbplan` is the whole plan."""
    whole = "ddbplan: 1\ndatabase: shop\ntables:\n  carts: {partition_key: cart_id}\n"

    merged = merge(SMALL, whole)

    assert meaning(parse(merged)) == meaning(parse(whole))
    assert "# by cart\n  carts:\n    partition_key: cart_id\n" in merged


@pytest.mark.parametrize("fragment", ["- a", "just text", "tables: ["])
def test_what_is_no_plan_does_not_fit(fragment: str) -> None:
    """A list, a word, a broken text: nothing is merged."""
    with pytest.raises(UnfittingError):
        merge(SMALL, fragment)
