"""A plan's text in canonical form: what it says and every comment stay."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.formatting import formatted
from planner.spans import meaning, parse

ROOT = Path(__file__).resolve().parents[3]
PLANS = sorted([*(ROOT / "plans").glob("*.yaml"), *(ROOT / "examples").glob("*/plan.yaml")])

UGLY = """\
# a header
ddbplan:   1
tables:
    # about accounts
    accounts:   # by number
        sort_key: at
        # its owner
        partition_key: id
            # deeper: belongs to the partition key


        description: |
          One line.

            # no comment
          Another.
        global_secondary_indexes:
            by_owner: { projection: [a,b],  partition_key: owner }
    events: {sort_key: at,
             partition_key: id}
seed:
    accounts:
    -   {b: "1#2", a: 1}
    -   b: 2
        a: 'x'
database: bank   # the name
"""

PRETTY = """\
# a header
ddbplan: 1
database: bank   # the name
tables:
  # about accounts
  accounts:     # by number
    description: |
      One line.

        # no comment
      Another.
    # its owner
    partition_key: id
            # deeper: belongs to the partition key
    sort_key: at
    global_secondary_indexes:
      by_owner: {partition_key: owner, projection: [a, b]}
  events: {partition_key: id,
           sort_key: at}
seed:
  accounts:
    - {b: "1#2", a: 1}
    - b: 2
      a: 'x'
"""


def test_order_indents_and_spaces_are_canonical_and_comments_stay() -> None:
    """The grammar's keys come in its order with the comments above them; rows and own names stay as they are."""
    made = formatted(UGLY)

    assert _normal(made) == _normal(PRETTY)
    assert formatted(made) == made


def _normal(text: str) -> str:
    """Text without the column of comments, which nobody relies on."""
    return re.sub(r"\s+#", " #", text)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_formatted_plan_says_the_same(path: Path) -> None:
    """Nothing but order and blanks changes, and formatting again changes nothing."""
    text = path.read_text(encoding="utf-8")
    made = formatted(text)

    assert meaning(parse(made)) == meaning(parse(text))
    assert formatted(made) == made
    assert sorted(re.findall(r"\S", made)) == sorted(re.findall(r"\S", text))


def test_line_breaks_of_another_system_become_ours() -> None:
    """A file with CRLF is a file with LF afterwards."""
    assert formatted("ddbplan: 1\r\ndatabase: x\r\ntables: {}\r\n") == "ddbplan: 1\ndatabase: x\ntables: {}\n"


_scalar = st.sampled_from(
    ["1", "1.00", "012", "off", "yes", '"a # b"', "'it''s'", "null", "!!binary aGk=", "a-b", '""']
)
_comment = st.sampled_from(["", "  # said"])


@given(
    keys=st.permutations(
        ["partition_key: id", "sort_key: at", "description: text", "stream: off", "tags: {b: x, a: y}"]
    ),
    values=st.lists(st.tuples(_scalar, _comment), min_size=1, max_size=4),
    indent=st.sampled_from([2, 3, 4, 6]),
)
def test_whatever_order_and_indent_are_the_meaning_stays(
    keys: list[str], values: list[tuple[str, str]], indent: int
) -> None:
    """Scalars keep their text and quotes: a number stays the number that was written, a text stays a text."""
    pad = " " * indent
    table = "".join(f"{pad * 2}# {key[:4]}\n{pad * 2}{key}\n" for key in keys)
    rows = "".join(f"{pad}- {{id: {value}, b: [1,   2]}}{comment}\n" for value, comment in values)
    text = f"tables:\n{pad}t:\n{table}ddbplan: 1\nseed:\n  t:\n{rows}"
    made = formatted(text)

    assert meaning(parse(made)) == meaning(parse(text))
    assert formatted(made) == made
    assert made.count("#") == text.count("#")
    for value, _ in values:
        assert f"id: {value}," in made
