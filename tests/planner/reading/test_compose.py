"""From text to nodes: places, bounds, and everything that YAML allows and a plan does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from planner.diagnostics import Report
from planner.reading.compose import MAX_DEPTH, MAX_VALUES, compose
from planner.reading.nodes import MappingNode, Node, ScalarNode
from planner.reading.scope import MAX_PROBLEMS
from tests.planner.reading.support import HEAD, MINIMAL, good, only, problems, read


def _node(text: str) -> Node:
    report = Report()
    node = compose(text, "x", report)
    assert report.sorted() == ()
    assert node is not None
    return node


def _codes(text: str) -> list[str]:
    report = Report()
    compose(text, "x", report)
    return [f"{d.code} {d.position.line}:{d.position.column}" for d in report if d.position]


def _start(text: str) -> tuple[int, int]:
    node = _node(text)
    assert isinstance(node, MappingNode)
    value = node.entries["a"].value
    assert isinstance(value, ScalarNode)
    return value.start.line, value.start.column


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: x", (1, 4)),
        ('a: "x"', (1, 5)),
        ("a: 'x'", (1, 5)),
        ('a: &anchor "x"', (1, 13)),
        ("a: |\n    x\n", (2, 5)),
        ("a: >-\n\n  x\n", (3, 3)),
        ("é: 1\na: 'x'", (2, 5)),
    ],
)
def test_a_text_knows_where_its_first_character_stands(text: str, place: tuple[int, int]) -> None:
    """Quotes, anchors and block signs are not part of the text."""
    assert _start(text) == place


def test_columns_count_characters() -> None:
    """A column is counted in characters, not in bytes."""
    node = _node("{ééé: 1, b: 2}")
    assert isinstance(node, MappingNode)

    assert node.entries["b"].position.column == 10


def test_keys_keep_their_order_and_places() -> None:
    """Mappings are read in the order of the text."""
    node = _node("b: 1\na: 2\n")
    assert isinstance(node, MappingNode)

    assert [(e.key, e.position.line) for e in node.entries.values()] == [("b", 1), ("a", 2)]


def test_a_key_that_stands_twice_names_both_places(tmp_path: Path) -> None:
    """The message says where the first one is."""
    found = only(tmp_path, MINIMAL + "database: other\n")

    assert (found.code, str(found.position)) == ("DDB011", "shop.yaml:6:1")
    assert found.what == "`database` stands here and already at line 2, column 1."


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a: 1\n<<: {b: 2}\n", ["DDB010 2:1"]),
        ("a: 1\n---\nb: 2\n", ["DDB008 2:1"]),
        ("a: 1\n...\nb: 2\n", ["DDB004 3:1"]),
        ("a: *b\n", ["DDB007 1:4"]),
        ("a: &b [*b]\n", ["DDB007 1:8"]),
        ("a: !!python/object:os.system x\n", ["DDB013 1:4"]),
        ("a: !!int 1\n", ["DDB013 1:4"]),
        ("a: !other {b: 1}\n", ["DDB013 1:4"]),
        ("[a]: 1\n", ["DDB014 1:1"]),
        ("?\n: 1\n", ["DDB014 1:2"]),
        ("!set a: 1\n", ["DDB014 1:1"]),
        ("", ["DDB009 1:1"]),
        ("# only a comment\n", ["DDB009 1:1"]),
        ("a: [1\n", ["DDB004 2:1"]),
        ("a: 'x\n", ["DDB004 2:1"]),
    ],
)
def test_what_a_plan_does_not_allow_has_a_code_and_a_place(text: str, codes: list[str]) -> None:
    """Merge keys, several documents, aliases without an anchor, tags, odd keys, empty and broken text."""
    assert _codes(text) == codes


def test_a_quoted_merge_key_is_a_name() -> None:
    """Only the plain `<<` merges."""
    node = _node('"<<": 1\n')
    assert isinstance(node, MappingNode)

    assert list(node.entries) == ["<<"]


def test_all_problems_of_one_text_are_found_at_once() -> None:
    """A duplicate key does not hide the next one."""
    assert _codes("a: 1\na: 2\nb: !x 1\n<<: 3\n") == ["DDB011 2:1", "DDB013 3:4", "DDB010 4:1"]


def test_a_backquote_at_the_start_is_explained() -> None:
    """YAML keeps the backquote for itself; the fix shows the expression in quotes."""
    report = Report()
    compose("a: `order-date` = :d\n", "x", report)
    (found,) = report.sorted()

    assert (found.code, str(found.position)) == ("DDB004", "x:1:4")
    assert "put the whole expression in quotes" in found.fix


def test_a_tab_is_explained() -> None:
    """Tabs for indentation are the commonest slip."""
    report = Report()
    compose("a:\n\tb: 1\n", "x", report)

    assert [found.fix for found in report] == ["Indent by spaces; YAML does not allow tabs there."]


def test_depth_is_bounded() -> None:
    """The last allowed level is read, the next one refused where it starts."""
    assert _codes("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []
    assert _codes("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == [f"DDB005 1:{MAX_DEPTH + 1}"]


def test_depth_through_aliases_is_bounded() -> None:
    """Aliases that stack up to a deep tree are refused like brackets."""
    lines = ["a0: &a0 [[[[[[[[[[1]]]]]]]]]]"] + [f"a{n}: &a{n} [[[[[[[[*a{n - 1}]]]]]]]]" for n in range(1, 9)]

    assert _codes("\n".join(lines)) == ["DDB005 8:17"]


def test_a_hundred_thousand_brackets_do_no_harm() -> None:
    """PyYAML's own composer overflows the stack on this."""
    assert _codes("[" * 100_000) == [f"DDB005 1:{MAX_DEPTH + 1}"]


@pytest.mark.timeout(30)
def test_an_alias_bomb_stops_early() -> None:
    """Nine aliases of nine aliases, nine levels deep, would be 387 million values."""
    lines = ["a: &a [" + ",".join("x" * 9) + "]"]
    lines += [f"{c}: &{c} [" + ",".join([f"*{p}"] * 9) + "]" for p, c in zip("abcdefgh", "bcdefghi", strict=True)]
    started = time.perf_counter()

    assert [code[:6] for code in _codes("\n".join(lines))] == ["DDB006"]
    assert time.perf_counter() - started < 60


def test_many_values_stop_too() -> None:
    """Data belongs in a file of its own."""
    assert [code[:6] for code in _codes("[" + "a," * (MAX_VALUES + 10) + "]")] == ["DDB006"]


def test_very_many_problems_end_in_one(tmp_path: Path) -> None:
    """The first thousand are shown, and one that stands for the rest."""
    report = read(tmp_path, MINIMAL + "a: 1\n" * 5_000)[1]

    assert report.count == MAX_PROBLEMS + 1
    assert report.sorted()[0].code == "DDB038"


def test_modest_aliases_are_read(tmp_path: Path) -> None:
    """An anchor that is used a few times is an ordinary way to write."""
    text = HEAD + "tables:\n  a: &t {partition_key: id}\n  b: *t\n"

    assert list(good(tmp_path, text).tables) == ["a", "b"]


def test_a_plan_has_to_be_a_mapping(tmp_path: Path) -> None:
    """A list or a text is no plan."""
    assert problems(tmp_path, "- a\n") == ["DDB015 1:1"]
    assert problems(tmp_path, "just words\n") == ["DDB015 1:1"]
