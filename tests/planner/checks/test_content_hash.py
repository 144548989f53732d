"""The content hash of a transaction: of what it does, not of how it is written or compiled."""

from __future__ import annotations

from typing import Any

import pytest

from planner.checks import check
from planner.diagnostics import Report
from tests.planner.checks import make

UPDATE: dict[str, Any] = {
    "kind": "update",
    "key": {"pk": {"S": "a"}},
    "expression": "SET balance = balance - :amount, name = :name",
    "condition": "balance >= :amount AND (status = :open OR size(lines) < :amount)",
    "values": {"amount": {"N": "100"}, "name": {"S": "Alice"}, "open": {"S": "open"}},
}


def _hash(*given: dict[str, Any], table: Any = None, **more: Any) -> str:
    transaction = make.transaction(*(make.operation(**one) for one in given), **more)
    report = Report()
    checked = check(make.plan(table or make.table(), transactions=(transaction,)), report, lambda *_: iter(()))
    assert checked is not None, [one.what for one in report]
    return checked.transactions[transaction.name].content_hash


def test_the_hash_is_what_it_was() -> None:
    """This hash is in ledgers; when it has to change, the format needs a new version."""
    assert _hash(UPDATE) == "6d14ae29eeee9f3fba9ff5ee9c6d52a064fc7e3249a9d5670bba9b8c0cdbf512"


SAME: dict[str, dict[str, Any]] = {
    "white space, case and parentheses": {
        "expression": "set   name=:name ,balance = (balance - :amount)",
        "condition": "((balance)>=:amount) and ( status = :open or size( lines ) < (:amount) )",
    },
    "names in backquotes": {"expression": "SET `balance` = balance - :amount, `name` = :name"},
    "placeholders of other names": {
        "expression": "SET balance = balance - :a, name = :n",
        "condition": "balance >= :a AND (status = :o OR size(lines) < :a)",
        "values": {"a": {"N": "100"}, "n": {"S": "Alice"}, "o": {"S": "open"}},
    },
    "numbers written otherwise": {"values": {**UPDATE["values"], "amount": {"N": "1.00E2"}}},
}


@pytest.mark.parametrize("name", SAME)
def test_another_way_of_writing_has_the_same_hash(name: str) -> None:
    """Spelling does not make another transaction."""
    assert _hash({**UPDATE, **SAME[name]}) == _hash(UPDATE)


def test_description_run_and_physical_name_are_no_content() -> None:
    """What the transaction is called, and where its table is, does not make another transaction."""
    elsewhere = make.table(name="prod_things")

    assert _hash(UPDATE, name="other", run="test", table=elsewhere) == _hash(UPDATE)


OTHER: dict[str, dict[str, Any]] = {
    "value": {"values": {**UPDATE["values"], "amount": {"N": "101"}}},
    "type of a value": {"values": {**UPDATE["values"], "name": {"S": "1"}}},
    "key": {"key": {"pk": {"S": "b"}}},
    "operator": {"expression": "SET balance = balance + :amount, name = :name"},
    "path": {"expression": "SET balance = balance - :amount, nickname = :name"},
    "grouping": {"condition": "(balance >= :amount AND status = :open) OR size(lines) < :amount"},
    "negation": {"condition": "NOT (balance >= :amount AND (status = :open OR size(lines) < :amount))"},
}


@pytest.mark.parametrize("name", OTHER)
def test_another_content_has_another_hash(name: str) -> None:
    """Whatever the transaction does otherwise shows in its hash."""
    assert _hash({**UPDATE, **OTHER[name]}) != _hash(UPDATE)


def test_order_and_kind_of_operations_are_content() -> None:
    """Two operations exchanged, or a delete instead of a check, make another transaction."""
    first = {"kind": "put", "item": {"pk": {"S": "x"}}}
    delete = {"kind": "delete", "key": {"pk": {"S": "y"}}, "condition": "attribute_exists(pk)"}
    hashes = {
        _hash(first, delete),
        _hash(delete, first),
        _hash(first, {**delete, "kind": "check"}),
        _hash(first),
    }

    assert len(hashes) == 4


def test_a_transaction_is_compiled_for_dynamodb() -> None:
    """Reserved words are aliased, values get their colon, and a refused condition returns the item."""
    transaction = make.transaction(make.operation(**UPDATE))
    checked = check(make.plan(make.table(), transactions=(transaction,)), Report(), lambda *_: iter(()))

    assert checked is not None
    assert checked.transactions["t"].items == (
        {
            "Update": {
                "TableName": "test_things",
                "Key": {"pk": {"S": "a"}},
                "UpdateExpression": "SET balance = balance - :amount, #name = :name",
                "ConditionExpression": "balance >= :amount AND (#status = :open OR size(#lines) < :amount)",
                "ExpressionAttributeNames": {"#name": "name", "#status": "status", "#lines": "lines"},
                "ExpressionAttributeValues": {
                    ":amount": {"N": "100"},
                    ":name": {"S": "Alice"},
                    ":open": {"S": "open"},
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            },
        },
    )
    (touched,) = checked.transactions["t"].touches
    assert (touched.table, touched.name, touched.key) == ("things", "test_things", {"pk": {"S": "a"}})
