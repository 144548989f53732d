"""Items that the planner takes, DynamoDB takes; items that DynamoDB refuses, the planner refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.checks.items import check_item, check_key
from planner.diagnostics import Report
from tests.planner.checks import make
from tests.planner.expressions.speak import make_table, speak

if TYPE_CHECKING:
    from tests.engines import Engine

pytestmark = pytest.mark.engine

GOOD: dict[str, dict[str, Any]] = {
    "key only": {},
    "in the index": {"g": {"S": "x"}, "h": {"N": "1"}},
    "with half of an index key": {"g": {"S": "x"}},
    "empty values elsewhere": {"a": {"S": ""}, "b": {"B": ""}, "c": {"L": []}, "d": {"M": {}}, "e": {"SS": [""]}},
    "large index key": {"g": {"S": "x" * 2048}, "h": {"N": "1"}},
    "odd names": {"a b": {"S": "x"}, "#": {"S": "x"}, "né": {"S": "x"}, "n" * 1000: {"S": "x"}},
}
BAD: dict[str, dict[str, Any]] = {
    "no sort key": {"sk": None},
    "sort key of another type": {"sk": {"S": "1"}},
    "empty partition key": {"pk": {"S": ""}},
    "null partition key": {"pk": {"NULL": True}},
    "large partition key": {"pk": {"S": "x" * 2049}},
    "index key of another type": {"g": {"N": "1"}},
    "index sort key of another type": {"h": {"S": "1"}},
    "null index key": {"g": {"NULL": True}},
    "empty index key": {"g": {"S": ""}},
    "large index key": {"g": {"S": "x" * 2049}},
    "empty name": {"": {"S": "x"}},
    "large item": {"a": {"S": "x" * 410_000}},
}


def _item(changes: dict[str, Any]) -> dict[str, Any]:
    item = {"pk": {"S": "x"}, "sk": {"N": "1"}, **changes}
    return {name: value for name, value in item.items() if value is not None}


def _taken(item: dict[str, Any]) -> bool:
    return check_item(item, make.corpus_table(), Report(), make.HERE, "seed.things")


@pytest.mark.parametrize("name", GOOD)
def test_good_items_are_taken_by_both(dynamodb_local: Engine, unique: str, name: str) -> None:
    """An item that the planner takes is taken by DynamoDB Local."""
    make_table(dynamodb_local, unique)
    item = _item(GOOD[name])

    assert _taken(item)
    answer = speak(dynamodb_local, "PutItem", {"TableName": unique, "Item": item})
    assert answer.taken, answer.message


@pytest.mark.parametrize("name", BAD)
def test_bad_items_are_refused_by_both(dynamodb_local: Engine, unique: str, name: str) -> None:
    """An item that DynamoDB Local refuses is refused by the planner."""
    make_table(dynamodb_local, unique)
    item = _item(BAD[name])

    assert not speak(dynamodb_local, "PutItem", {"TableName": unique, "Item": item}).taken
    assert not _taken(item)


@pytest.mark.parametrize("key", [{"pk": {"S": "x"}}, _item({"g": {"S": "x"}}), _item({"sk": {"S": "1"}})])
def test_bad_keys_are_refused_by_both(dynamodb_local: Engine, unique: str, key: dict[str, Any]) -> None:
    """A key with an attribute too few or too many, or of another type, is refused."""
    make_table(dynamodb_local, unique)

    assert not speak(dynamodb_local, "DeleteItem", {"TableName": unique, "Key": key}).taken
    assert not check_key(key, make.corpus_table(), Report(), make.HERE, "transaction.t")
