"""How a scalar becomes a DynamoDB value."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.reading.dynamodb_json import InvalidValueError, JsonNumber, row_item
from planner.values import AttributeValue
from tests.planner.reading.support import MINIMAL, good, only, read


def _plan(value: str) -> str:
    return MINIMAL + f"seed:\n  orders:\n    - {{id: a, v: {value}}}\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", {"N": "0"}),
        ("-1.50", {"N": "-1.50"}),
        ("1e3", {"N": "1e3"}),
        ("12345678901234567890123456789012345678", {"N": "12345678901234567890123456789012345678"}),
        ("0.1", {"N": "0.1"}),
        ("true", {"BOOL": True}),
        ("false", {"BOOL": False}),
        ("null", {"NULL": True}),
        ("yes", {"S": "yes"}),
        ("on", {"S": "on"}),
        ("off", {"S": "off"}),
        ("1:30", {"S": "1:30"}),
        ("2026-01-02", {"S": "2026-01-02"}),
        ('"1"', {"S": "1"}),
        ("'true'", {"S": "true"}),
        ('""', {"S": ""}),
        ('"~"', {"S": "~"}),
        ("[1, [a], {b: null}]", {"L": [{"N": "1"}, {"L": [{"S": "a"}]}, {"M": {"b": {"NULL": True}}}]}),
        ("!!binary aGk=", {"B": "aGk="}),
        ("!set [b, a]", {"SS": ["b", "a"]}),
        ("!!set [1, 2.0]", {"NS": ["1", "2.0"]}),
        ("!set [!!binary aGk=]", {"BS": ["aGk="]}),
        ("!ddb {S: x}", {"S": "x"}),
        ("!ddb {N: 5}", {"N": "5"}),
        ("!ddb {L: [{BOOL: true}, {NULL: true}]}", {"L": [{"BOOL": True}, {"NULL": True}]}),
        ('!ddb {M: {a: {NS: ["1"]}}}', {"M": {"a": {"NS": ["1"]}}}),
    ],
)
def test_values_are_resolved_by_one_table(tmp_path: Path, text: str, value: AttributeValue) -> None:
    """JSON's numbers and words mean what they mean in JSON; everything else is text."""
    plan = good(tmp_path, _plan(text))

    assert plan.seeds["orders"].items[0].item["v"] == value


@pytest.mark.parametrize(
    "text",
    ["012", "0x10", "0o7", "1_000", "+1", ".5", "5.", "-.5", ".inf", ".nan", "True", "NULL", "~", "01.5"],
)
def test_text_that_looks_like_something_else_is_text_with_a_warning(tmp_path: Path, text: str) -> None:
    """What other readers take for a number stays text, and the plan's author is told."""
    plan, report = read(tmp_path, _plan(text))

    assert plan is not None
    assert plan.seeds["orders"].items[0].item["v"] == {"S": text}
    assert [(d.code, d.severity, str(d.position)) for d in report] == [("DDB023", "warning", "shop.yaml:8:18")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1" * 39, "DDB022"),
        ("1e126", "DDB022"),
        ("1e-131", "DDB022"),
        ("1e999999999999999999999", "DDB022"),
        ("0." + "0" * 300 + "1", "DDB022"),
        ("", "DDB037"),
        ("!!binary '*'", "DDB024"),
        ("!!binary [a]", "DDB024"),
        ("!set []", "DDB024"),
        ("!set [a, 1]", "DDB024"),
        ("!set [1, 1.0]", "DDB024"),
        ("!set [[a]]", "DDB024"),
        ("!set {a, b}", "DDB024"),
        ("!ddb x", "DDB024"),
        ("!ddb {S: x, N: '1'}", "DDB024"),
        ("!ddb {X: x}", "DDB024"),
        ("!ddb {N: x}", "DDB024"),
        ("!ddb {B: '*'}", "DDB024"),
        ("!ddb {BOOL: 1}", "DDB024"),
        ("!ddb {NULL: false}", "DDB024"),
        ("!ddb {SS: []}", "DDB024"),
        ("!ddb {NS: ['1', '1.0']}", "DDB024"),
        ("!ddb {L: {S: x}}", "DDB024"),
        ("!ddb {M: [x]}", "DDB024"),
    ],
)
def test_values_that_dynamodb_cannot_hold_are_errors(tmp_path: Path, text: str, code: str) -> None:
    """Each has a code of its kind and the place of the value or its attribute."""
    found = only(tmp_path, _plan(text))

    assert (found.code, found.address) == (code, "seed.orders")
    assert found.position is not None
    assert found.position.line == 8


def test_the_path_inside_dynamodb_json_is_told(tmp_path: Path) -> None:
    """A mistake deep inside is found by its path."""
    found = only(tmp_path, _plan("!ddb {M: {a: {L: [{S: x}, {Q: y}]}}}"))

    assert found.what.startswith("`!ddb`: `a`: element 1: `Q` is not a type; types are S, N")


def test_half_a_surrogate_pair_is_no_text() -> None:
    """JSON can write what no encoding can send."""
    with pytest.raises(InvalidValueError, match=r"`v`: the text holds U\+D800"):
        row_item({"v": "\ud800"})


def test_rows_of_json_follow_the_same_rules() -> None:
    """A number stays the text that was written."""
    row = {"a": JsonNumber("1.10"), "b": [True, None, "x"], "c": {"d": "1"}}

    assert row_item(row) == {
        "a": {"N": "1.10"},
        "b": {"L": [{"BOOL": True}, {"NULL": True}, {"S": "x"}]},
        "c": {"M": {"d": {"S": "1"}}},
    }
