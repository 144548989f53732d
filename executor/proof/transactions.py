"""Proves transactions: they succeed or are refused as the plan says, wholly or not at all, and leave nothing behind."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from executor import wire
from executor.proof.values import CaseFailedError, skip_external, understood
from executor.registry import call_function
from planner.values import Item, canonical_item

if TYPE_CHECKING:
    from executor.clients import Clients
    from executor.result import Result
    from planner.checked import CheckedPlan, CompiledTransaction, Touched
    from planner.values import Json


def prove_transaction(transaction: CompiledTransaction, checked: CheckedPlan, clients: Clients) -> None:
    """It succeeds or is refused as the plan says; when refused it writes nothing; either way all of it is undone."""
    skip_external((touched.table for touched in transaction.touches), checked)
    before = _read(transaction.touches, clients)
    try:
        result = call_function(
            "execute_transaction",
            clients,
            transaction_items=list(transaction.items),
            client_request_token=uuid.uuid4().hex,
            marker=None,
        )
        after = _read(transaction.touches, clients)
    finally:
        _restore(transaction.touches, before, clients)
    if _read(transaction.touches, clients) != before:
        raise CaseFailedError("what it wrote could not be undone; the engine is at fault")
    if transaction.expect_fails is None:
        _must_succeed(result)
        _must_be_whole(transaction.items, before, after)
    else:
        _must_be_refused(result, transaction.expect_fails, written=after != before)


def _must_succeed(result: Result) -> None:
    if not result.ok:
        raise CaseFailedError(f"expected to succeed: {result.message}")


def _must_be_whole(operations: Sequence[Json], before: Sequence[Item | None], after: Sequence[Item | None]) -> None:
    """Every operation of a transaction that succeeded took place."""
    for number, (operation, was, item) in enumerate(zip(operations, before, after, strict=True)):
        ((kind, body),) = operation.items()
        match kind:
            case "Put":
                done = item == canonical_item(body["Item"])
            case "Delete":
                done = item is None
            case "Update":
                done = was is None or item is not None
            case _:
                done = True
        if not done:
            raise CaseFailedError(
                f"the transaction succeeded, and yet its operation {number} did not take place; the engine is at fault"
            )


def _must_be_refused(result: Result, expected: int, *, written: bool) -> None:
    if result.ok:
        raise CaseFailedError(f"expected the condition of operation {expected} to refuse, but every condition held")
    if result.error_code != "ConditionFailed":
        raise CaseFailedError(f"expected the condition of operation {expected} to refuse, but: {result.message}")
    refused = result.value["operation"]
    if refused != expected:
        raise CaseFailedError(
            f"expected the condition of operation {expected} to refuse, but it was that of operation {refused}: "
            f"{result.value['condition']}",
        )
    if written:
        raise CaseFailedError("the transaction was refused, and yet an item changed; the engine is at fault")


def _read(touches: Iterable[Touched], clients: Clients) -> tuple[Item | None, ...]:
    return tuple(_read_item(touched, clients) for touched in touches)


def _read_item(touched: Touched, clients: Clients) -> Item | None:
    with understood(clients):
        answer = clients.dynamodb.get_item(TableName=touched.name, Key=wire.to_client(touched.key), ConsistentRead=True)
    return canonical_item(wire.from_client(answer["Item"])) if "Item" in answer else None


def _restore(touches: Iterable[Touched], before: Iterable[Item | None], clients: Clients) -> None:
    for touched, item in zip(touches, before, strict=True):
        with understood(clients):
            if item is None:
                clients.dynamodb.delete_item(TableName=touched.name, Key=wire.to_client(touched.key))
            else:
                clients.dynamodb.put_item(TableName=touched.name, Item=wire.to_client(item))
