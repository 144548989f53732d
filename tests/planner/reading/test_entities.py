"""What a plan says of its model: entities, volumes, rates and sizes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.entities import TemplateError, parse_template, render
from tests.planner.reading.support import MINIMAL, good, read

APP = """
ddbplan: 1
database: shop
tables:
  app:
    partition_key: pk
    sort_key: sk
    entities:
      user: {keys: {pk: "TENANT#{tenant_id}", sk: "USER#{number:06}"}}
seed:
  app:
    entities:
      user: [{tenant_id: t-1, number: 42, name: Ada}]
"""
QUERY = MINIMAL + "queries: {q: {table: orders, scan: true, %s}}\n"


def test_rows_of_an_entity_get_their_keys(tmp_path: Path) -> None:
    """Rendered by the templates, numbers padded, beside the row's own attributes."""
    (rendered,) = good(tmp_path, APP).seeds["app"].items

    assert rendered.entity == "user"
    assert rendered.item == {
        "pk": {"S": "TENANT#t-1"},
        "sk": {"S": "USER#000042"},
        "tenant_id": {"S": "t-1"},
        "number": {"N": "42"},
        "name": {"S": "Ada"},
    }


@pytest.mark.parametrize(
    ("written", "size"),
    [("1 KB", 1024), ("1.5KB", 1536), ("400 B", 400), ("2048", 2048), ("0.1 KB", 103), ("400 KB", 409_600)],
)
def test_sizes_are_bytes(tmp_path: Path, written: str, size: int) -> None:
    """A KB is 1,024 bytes, and a part of a byte is one."""
    assert good(tmp_path, QUERY % f"item_size: {written}").queries["q"].item_size == size


@pytest.mark.parametrize(
    "text",
    [
        "item_size: 0",
        "item_size: 401 KB",
        "item_size: 1 MB",
        "rate: 0",
        'rate: "1"',
        "rate: often",
        "rate: -1",
        "rate: 1e999999999",
        "rate: 99999999999",
        "reads: 0",
    ],
)
def test_impossible_rates_and_sizes_are_refused(tmp_path: Path, text: str) -> None:
    """With the place and what would do."""
    plan, report = read(tmp_path, QUERY % text)

    assert plan is None
    assert [found.position.line for found in report if found.position] == [6]


def test_rates_are_exact(tmp_path: Path) -> None:
    """A tenth is a tenth."""
    query = good(tmp_path, QUERY % "rate: 0.1, reads: 30").queries["q"]

    assert (query.rate, query.reads) == (Decimal("0.1"), 30)


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="#|/~"), min_size=1, max_size=8)


@given(_TEXTS, _TEXTS)
def test_a_rendered_key_is_taken_apart_into_what_made_it(tenant: str, order: str) -> None:
    """A variable holds no separator, so a key says again what it was made of."""
    template = parse_template("TENANT#{tenant}#ORDER#{order}")
    key = render(template, {"tenant": {"S": tenant}, "order": {"S": order}}, "S")["S"]

    assert template.values_of(key) == {"tenant": tenant, "order": order}


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("USER#{id}", "USER#{name}", True),
        ("USER#{id}", "ORDER#{id}", False),
        ("USER#{id}", "USER#{id}#ORDER#{o}", False),
        ("{id}", "USER#{id}", True),
        ("A{x}", "AB{y}", True),
        ("A{x}B", "A{y}C", False),
        ("META", "META", True),
        ("META", "META#{x}", False),
        ("{a}#{b}", "X#{c}", True),
    ],
)
def test_templates_that_can_make_one_key_are_known(first: str, second: str, *, together: bool) -> None:
    """In whichever order they are asked."""
    one, other = parse_template(first), parse_template(second)

    assert one.may_equal(other) is together
    assert other.may_equal(one) is together


@pytest.mark.parametrize("text", ["", "{", "A{b", "{}", "{a:8}", "a}"])
def test_templates_that_say_nothing_clear_are_refused(text: str) -> None:
    """Empty ones, and braces that are left over."""
    with pytest.raises(TemplateError):
        parse_template(text)
