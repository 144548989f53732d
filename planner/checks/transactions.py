"""Transactions: number and size of operations, no item twice, what is expected to be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checked import CompiledTransaction
from planner.checks.operations import check_operation
from planner.checks.seeds import shown_key
from planner.codes import model as codes
from planner.expressions.canonical import OPERATIONS_FORMAT
from planner.limits import MARKER_BYTES, MAX_OPERATIONS, MAX_TRANSACTION_BYTES
from planner.values import content_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.checked import CheckedSeed, Touched
    from planner.checks.operations import CheckedOperation
    from planner.diagnostics import Code, Report
    from planner.plan import Operation, Plan, Transaction


def check_transaction(plan: Plan, transaction: Transaction, report: Report) -> CompiledTransaction | None:
    """Check a transaction with all its operations; None when it has errors, which the report then holds."""
    before = report.error_count
    _check_count(transaction, report)
    _check_expectation(transaction, report)
    found = [
        check_operation(plan, operation, f"{transaction.address}.operation.{number}", report)
        for number, operation in enumerate(transaction.operations)
    ]
    checked = [operation for operation in found if operation is not None]
    _check_twice(transaction, checked, report)
    _check_size(transaction, checked, report)
    if report.error_count > before or len(checked) < len(found):
        return None
    return _compile(transaction, checked)


def _compile(transaction: Transaction, operations: Sequence[CheckedOperation]) -> CompiledTransaction:
    return CompiledTransaction(
        name=transaction.name,
        address=transaction.address,
        run=transaction.run,
        after=transaction.after,
        items=tuple(operation.member for operation in operations),
        content_hash=content_hash([operation.canonical for operation in operations], kind=OPERATIONS_FORMAT),
        touches=tuple(operation.touched for operation in operations),
        expect_fails=transaction.expect_fails,
        position=transaction.position,
    )


def _complain(code: Code, transaction: Transaction, report: Report, what: str, fix: str) -> None:
    report.add(code, transaction.position, address=transaction.address, what=what, fix=fix)


def _check_count(transaction: Transaction, report: Report) -> None:
    count = len(transaction.operations)
    if not count:
        what = f"'{transaction.name}' has no operations."
        _complain(codes.OPERATION_COUNT, transaction, report, what, "Add at least one.")
    elif count > MAX_OPERATIONS:
        what = f"'{transaction.name}' has {count} operations."
        fix = f"Keep at most {MAX_OPERATIONS}; split it where the parts need not happen together."
        _complain(codes.OPERATION_COUNT, transaction, report, what, fix)


def _check_expectation(transaction: Transaction, report: Report) -> None:
    number, operations = transaction.expect_fails, transaction.operations
    if number is None:
        return
    if not 0 <= number < len(operations):
        what = f"'{transaction.name}' has no operation {number}."
        last = len(operations) - 1
        _complain(codes.EXPECT_FAILS, transaction, report, what, f"Operations are counted from 0 to {last}.")
    elif operations[number].condition is None:
        what = f"Operation {number} of '{transaction.name}' has no condition."
        _complain(codes.EXPECT_FAILS, transaction, report, what, "Name an operation that has one, or add one.")
    if transaction.run == "once":
        what = f"'{transaction.name}' is run once by apply, and is expected to be refused."
        _complain(codes.EXPECT_FAILS, transaction, report, what, "Write `run: test`, or remove the expectation.")


def _check_twice(transaction: Transaction, operations: Sequence[CheckedOperation], report: Report) -> None:
    first: dict[tuple[str, str], Operation] = {}
    for checked in operations:
        touched = checked.touched
        earlier = first.setdefault((touched.name, touched.key_hash), checked.operation)
        if earlier is not checked.operation:
            report.add(
                codes.ITEM_TWICE,
                checked.operation.position,
                address=transaction.address,
                what=f"The item {shown_key(touched.key)} of table '{touched.table}' is in the {earlier.kind} at "
                f"{earlier.position} and in this {checked.operation.kind}.",
                fix="Combine the two: an update can have a condition, and change several attributes.",
            )


def _check_size(transaction: Transaction, operations: Sequence[CheckedOperation], report: Report) -> None:
    size = sum(operation.size for operation in operations)
    if size + MARKER_BYTES > MAX_TRANSACTION_BYTES:
        what = f"The items and values of '{transaction.name}' have {size:,} bytes."
        fix = f"Keep below {MAX_TRANSACTION_BYTES - MARKER_BYTES:,}; split it, or load the items as a seed."
        _complain(codes.TRANSACTION_SIZE, transaction, report, what, fix)


def check_overwrites(
    transactions: Mapping[str, CompiledTransaction],
    seeds: Mapping[str, CheckedSeed],
    report: Report,
) -> None:
    """Report rows of ``overwrite`` seeds that a ``once`` transaction touches as well."""
    touched: dict[str, dict[str, tuple[CompiledTransaction, Touched]]] = {}
    for transaction in transactions.values():
        for one in transaction.touches if transaction.run == "once" else ():
            touched.setdefault(one.table, {}).setdefault(one.key_hash, (transaction, one))
    for seed in seeds.values():
        found = touched.get(seed.table.key)
        if seed.seed.on_conflict != "overwrite" or not found:
            continue
        for row in seed.rows():
            if row.key_hash in found:
                transaction, one = found[row.key_hash]
                report.add(
                    codes.OVERWRITE_AND_ONCE,
                    row.position,
                    address=seed.address,
                    what=f"The item {shown_key(one.key)} of table '{one.table}' is a row of the overwriting seed and "
                    f"is touched by '{transaction.address}' at {transaction.position}.",
                    fix="Write `on_conflict: keep`, or leave the item out of one of them.",
                )
