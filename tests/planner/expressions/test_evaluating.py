"""What the planner works out offline is what the engines answer, over the whole corpus of expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.expressions import Aliases, parse_condition, parse_update, render
from planner.expressions.apply_update import updated
from planner.expressions.evaluate import InexactError, holds
from planner.values import canonical_item
from tests.planner.checks import make
from tests.planner.expressions import corpus
from tests.planner.expressions.speak import Answer, make_table, speak

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engines import Engine

KEY = {"pk": {"S": "x"}, "sk": {"N": "1"}}
ITEMS: tuple[dict[str, Any], ...] = (
    KEY,
    {**KEY, **dict.fromkeys("abcde", corpus.VALUES["s"])},
    {
        **KEY,
        "a": {"L": [{"M": {"b": {"N": "1"}}}, {"S": "x"}]},
        "b": corpus.VALUES["n"],
        "c": {"N": "5"},
        "l": {"L": [{"N": "1"}, {"N": "2"}]},
        "m": {"M": {"x": {"S": "y"}}},
        "ss": {"SS": ["a", "b"]},
    },
    {**KEY, "a": {"N": "2.50"}, "b": {"N": "2.5"}, "c": {"S": ""}, "d": {"NULL": True}, "e": {"BOOL": False}},
)
TABLE = "evaluation"


def _request(engine: Engine, name: str, text: str, compiled: str, aliases: Aliases) -> Answer:
    values = {f":{one}": corpus.VALUES[one] for one in make.placeholder_names(text) if one in corpus.VALUES}
    request: dict[str, Any] = {"TableName": TABLE, "Key": KEY, name: compiled, "ReturnValues": "ALL_NEW"}
    request |= {"ExpressionAttributeNames": aliases.names} if aliases.names else {}
    request |= {"ExpressionAttributeValues": values} if values else {}
    return speak(engine, "UpdateItem", request)


def _differences(
    engine: Engine, texts: list[str], differs: Callable[[Engine, str, dict[str, Any]], bool | None]
) -> int:
    """How many were compared; fails with all that differ."""
    make_table(engine, TABLE)
    wrong, compared = [], 0
    for item in ITEMS:
        for text in texts:
            speak(engine, "PutItem", {"TableName": TABLE, "Item": item})
            found = differs(engine, text, item)
            compared += found is not None
            wrong += [(text, item)] if found else []
    speak(engine, "DeleteTable", {"TableName": TABLE})
    assert wrong == []
    return compared


def _condition_differs(engine: Engine, text: str, item: dict[str, Any]) -> bool | None:
    condition, aliases = parse_condition(text), Aliases()
    answer = _request(engine, "ConditionExpression", text, render(condition, aliases), aliases)
    try:
        mine = holds(condition, item, corpus.VALUES)
    except InexactError:
        return None
    return None if not answer.taken else mine != (answer.error == "")


def _update_differs(engine: Engine, text: str, item: dict[str, Any]) -> bool | None:
    update, aliases = parse_update(text), Aliases()
    answer = _request(engine, "UpdateExpression", text, render(update, aliases), aliases)
    try:
        mine = updated(update, item, corpus.VALUES)
    except InexactError:
        return None
    return not answer.taken or canonical_item(mine) != canonical_item(answer.body["Attributes"])


@pytest.mark.engine
def test_conditions_hold_where_the_engine_says_so(dynamodb_local: Engine) -> None:
    """Every condition of the corpus, on items of many shapes, has the engine's answer or none."""
    assert _differences(dynamodb_local, corpus.lines(corpus.GOOD_CONDITIONS), _condition_differs) > 100


@pytest.mark.engine
def test_updates_make_what_the_engine_makes(dynamodb_local: Engine) -> None:
    """Every update of the corpus leaves the engine's item, or is said not to be known."""
    assert _differences(dynamodb_local, corpus.lines(corpus.GOOD_UPDATES), _update_differs) > 50


@pytest.mark.parametrize(
    ("text", "holds_for"),
    [
        ("a <> :s", [True, False, True, True]),
        ("a < :n", [False, False, False, True]),
        ("attribute_not_exists(a)", [True, False, False, False]),
        ("a = b", [False, True, False, True]),
        ("contains(ss, :s)", [False, False, False, False]),
    ],
)
def test_known_answers(text: str, holds_for: list[bool]) -> None:
    """A missing attribute meets only `<>` and attribute_not_exists; types never mix; numbers compare by value."""
    values = corpus.VALUES | {"n": {"N": "3"}}

    assert [holds(parse_condition(text), item, values) for item in ITEMS] == holds_for


def test_what_is_not_known_is_not_guessed() -> None:
    """A length in characters that DynamoDB may count otherwise is refused, not guessed."""
    with pytest.raises(InexactError, match="ASCII"):
        holds(parse_condition("size(a) > :n"), {"a": {"S": "é"}}, {"n": {"N": "1"}})
