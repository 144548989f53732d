"""Transactions and their operations."""

from __future__ import annotations

from typing import Literal, cast

from planner.codes import reading as codes
from planner.plan import Operation, OperationKind, Transaction
from planner.reading import grammar
from planner.reading.items import item
from planner.reading.measures import read_item_size, read_rate
from planner.reading.nodes import Entry, MappingNode, Node, shorten
from planner.reading.scope import Scope, listed
from planner.reading.typed import Fields, fields, mapping, named
from planner.values import Item

_RECORDS = {record.id: record for record in grammar.OPERATIONS}


def read_transactions(plan: Fields) -> dict[str, Transaction]:
    """Every transaction of a plan by name; what is wrong is reported and left out."""
    declared = plan.mapping("transactions")
    found = {}
    for entry in () if declared is None else named(declared, "a transaction", plan.scope):
        transaction = _read_transaction(entry, plan.scope.at(f"transaction.{entry.key}"))
        if transaction is not None:
            found[entry.key] = transaction
    return found


def read_values(given: Fields) -> Item:
    """The placeholder values of an expression, by name without the colon."""
    found = given.item("values")
    node = given.value("values")
    if found is None or not isinstance(node, MappingNode):
        return {}
    for entry in node.entries.values():
        if entry.key.startswith(":"):
            what = f"`{shorten(entry.key)}` is written with its colon"
            fix = f"Write `{shorten(entry.key.lstrip(':'))}`; only the expression has the colon."
            given.scope.error(codes.BAD_NAME, entry.position, what, fix)
    return found


def _read_transaction(entry: Entry, scope: Scope) -> Transaction | None:
    given = fields(entry.value, grammar.TRANSACTION, scope)
    if given is None:
        return None
    operations = _operations(given)
    expect = given.fields("expect", grammar.TRANSACTION_EXPECT)
    fails = None if expect is None else expect.integer("fails", 0)
    if expect is not None and fails is not None and operations and fails >= len(operations):
        what = f"`fails` names operation {fails}, but the last one is {len(operations) - 1}"
        scope.error(codes.OUT_OF_RANGE, expect.position("fails"), what, "Count the operations from 0.")
    run = given.choice("run", grammar.RUN) or "once"
    if run == "once" and expect is not None:
        what = "a transaction that apply runs is expected to fail"
        fix = "Write `run: test`: `ddbplan test` proves a refusal, apply never provokes one."
        scope.error(codes.CONFLICT, given.position("expect"), what, fix)
    return Transaction(
        name=entry.key,
        description=given.text("description") or "",
        run=cast('Literal["once", "test"]', run),
        after=given.names("after"),
        operations=operations,
        expect_fails=fails,
        position=entry.position,
        rate=read_rate(given),
        item_size=read_item_size(given),
        positions=given.positions(),
    )


def _operations(given: Fields) -> tuple[Operation, ...]:
    node = given.sequence("operations")
    if node is None:
        return ()
    if not node.members:
        fix = "Write at least one of put, update, delete and check."
        given.scope.error(codes.MISSING_KEY, node.position, "the transaction has no operations", fix)
    return tuple(filter(None, (_operation(member, given.scope) for member in node.members)))


def _operation(node: Node, scope: Scope) -> Operation | None:
    found = mapping(node, grammar.OPERATION.label, scope)
    if found is None:
        return None
    kinds = [entry for entry in found.entries.values() if entry.key in _RECORDS]
    if len(found.entries) != 1 or len(kinds) != 1:
        _report_kind(found, scope)
    if len(kinds) != 1:
        return None
    return _read_operation(kinds[0], node, scope)


def _report_kind(node: MappingNode, scope: Scope) -> None:
    odd = next((entry for entry in node.entries.values() if entry.key not in _RECORDS), None)
    choices = f"Write `- put: {{...}}`; operations are {listed(_RECORDS)}."
    if odd is None:
        what = f"an operation has one of {listed(_RECORDS)}, not {len(node.entries)} of them"
        scope.error(codes.CONFLICT, node.position, what, "Start each operation with `- ` on a line of its own.")
        return
    what = f"`{shorten(odd.key)}` is not an operation"
    scope.error(codes.UNKNOWN_KEY, odd.position, what, f"{scope.did_you_mean(odd.key, _RECORDS)}{choices}")


def _read_operation(entry: Entry, node: Node, scope: Scope) -> Operation | None:
    given = fields(entry.value, _RECORDS[entry.key], scope)
    if given is None:
        return None
    known = given.record.names
    return Operation(
        kind=cast("OperationKind", entry.key),
        table=given.name("table") or "",
        key=_filled(given, "key") if "key" in known else None,
        item=_filled(given, "item") if "item" in known else None,
        expression=given.expression("expression") if "expression" in known else None,
        condition=given.expression("condition"),
        values=read_values(given),
        position=node.position,
    )


def _filled(given: Fields, key: str) -> Item | None:
    """An item with at least one attribute."""
    node = given.value(key)
    found = None if node is None else item(node, given.scope)
    if node is not None and found == {}:
        fix = "Write the attributes as `{name: value}`."
        given.scope.error(codes.NO_VALUE, node.position, f"`{key}` has no attributes", fix)
    return found
