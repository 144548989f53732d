"""The proof of a plan: all of it, run on a throwaway engine. What ``ddbplan test`` runs.

The tables are applied as for real, then every query is held against its expectation, and every ``run: test``
transaction is run from the state after seeds and ``once`` transactions and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from executor import wire
from executor.apply import OutcomeKind, StepState, apply
from executor.errors import CLIENT_ERRORS, understand
from executor.failure import CallError
from executor.ledger.errors import LedgerError
from executor.prepare import prepare
from executor.registry import call_function
from planner.expectations import comes_in_order, unmet
from planner.values import Item, canonical_item

if TYPE_CHECKING:
    from executor.clients import Clients
    from executor.result import Result
    from planner.checked import CheckedPlan, CompiledQuery, CompiledTransaction, Touched


class NotThrowawayError(Exception):
    """A proof was asked for on an endpoint that may hold real data."""


class CaseOutcome(StrEnum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One thing that was proved, or not.

    Attributes:
        address: What it is about: ``query.recent``, ``transaction.transfer``; ``apply`` and ``diff`` for the whole.
        name: What was tried, in a few words.
        outcome: Passed, failed or skipped.
        seconds: Wall time.
        message: What was expected and what came, or why it was skipped; empty when passed.
    """

    address: str
    name: str
    outcome: CaseOutcome
    seconds: float
    message: str = ""


class _CaseFailedError(Exception):
    """A case did not go as the plan says."""


class _CaseSkippedError(Exception):
    """A case cannot be tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    address: str
    name: str
    run: Callable[[], None]


def prove(checked: CheckedPlan, clients: Clients) -> tuple[CaseResult, ...]:
    """Run a whole plan on an empty engine and say what holds.

    Cases, in order: ``apply`` (tables, seeds, ``once`` transactions), ``diff`` (a second one is empty), each query,
    each ``run: test`` transaction. When ``apply`` fails the rest is skipped. What was made stays: the engine is the
    caller's to throw away.

    Args:
        checked: The plan, for one environment; see ``planner.variants`` for all of them.
        clients: Of an engine on this machine that holds nothing of value.

    Raises:
        NotThrowawayError: The endpoint is not on this machine.
        CallError: The endpoint is unusable as such.
    """
    if not clients.is_loopback:
        raise NotThrowawayError(
            f"{clients.endpoint_url} is not on this machine; a proof runs on a throwaway engine only."
        )
    first, *others = _cases(checked, clients)
    applied = _result(first)
    if applied.outcome is not CaseOutcome.PASSED:
        return applied, *(_skipped(case, "the plan could not be applied") for case in others)
    return applied, *(_result(case) for case in others)


def _cases(checked: CheckedPlan, clients: Clients) -> Iterator[_Case]:
    here = _without_external(checked)
    yield _Case(address="apply", name="is applied", run=partial(_apply, here, clients))
    yield _Case(address="diff", name="a second diff is empty", run=partial(_diff_again, here, clients))
    for query in checked.queries.values():
        name = "finds what is expected" if query.expect else "runs"
        yield _Case(address=query.address, name=name, run=partial(_query, query, checked, clients))
    for transaction in checked.transactions.values():
        if transaction.run == "test":
            name = "succeeds" if transaction.expect_fails is None else "is refused"
            yield _Case(
                address=transaction.address, name=name, run=partial(_transaction, transaction, checked, clients)
            )
        elif transaction.name not in here.transactions:
            run = partial(_skip_external, [touched.table for touched in transaction.touches], checked)
            yield _Case(address=transaction.address, name="is applied", run=run)


def _without_external(checked: CheckedPlan) -> CheckedPlan:
    """The part of the plan that can be tried here: nobody makes someone else's tables on a throwaway engine."""
    tables = {key: table for key, table in checked.plan.tables.items() if not table.external}
    transactions = {
        name: transaction
        for name, transaction in checked.transactions.items()
        if all(touched.table in tables for touched in transaction.touches)
    }
    queries = {name: query for name, query in checked.queries.items() if checked.plan.queries[name].table in tables}
    return replace(
        checked,
        plan=replace(checked.plan, tables=tables),
        transactions={
            name: replace(transaction, after=tuple(other for other in transaction.after if other in transactions))
            for name, transaction in transactions.items()
        },
        queries=queries,
        seeds={key: seed for key, seed in checked.seeds.items() if key in tables},
    )


def _result(case: _Case) -> CaseResult:
    started = time.monotonic()
    outcome, message = CaseOutcome.PASSED, ""
    try:
        case.run()
    except _CaseFailedError as failed:
        outcome, message = CaseOutcome.FAILED, str(failed)
    except _CaseSkippedError as skipped:
        outcome, message = CaseOutcome.SKIPPED, str(skipped)
    seconds = time.monotonic() - started
    return CaseResult(address=case.address, name=case.name, outcome=outcome, seconds=seconds, message=message)


def _skipped(case: _Case, why: str) -> CaseResult:
    return CaseResult(address=case.address, name=case.name, outcome=CaseOutcome.SKIPPED, seconds=0.0, message=why)


def _apply(checked: CheckedPlan, clients: Clients) -> None:
    """The plan is applied as for real, and nothing stops it."""
    with _in_words():
        outcome = apply(checked, clients)
    if outcome.kind in (OutcomeKind.DONE, OutcomeKind.NOTHING):
        return
    failed = [f"{report.step.address}: {report.reason}" for report in outcome.of(StepState.FAILED)]
    refused = [f"{refusal.address}: {refusal.what.rstrip('.')}. {refusal.fix}" for refusal in outcome.refusals]
    raise _CaseFailedError("; ".join([*failed, *refused]) or outcome.message)


def _diff_again(checked: CheckedPlan, clients: Clients) -> None:
    """What was applied is what the plan says."""
    with _in_words():
        difference = prepare(checked, clients).diff
    left = [f"{step.symbol} {step.address} ({step.reason})" for step in difference.steps]
    refused = [refusal.what for refusal in difference.refusals]
    if left or refused:
        raise _CaseFailedError("after apply the diff is to be empty, but: " + "; ".join([*left, *refused]))


def _query(query: CompiledQuery, checked: CheckedPlan, clients: Clients) -> None:
    """The query works and finds what the plan expects."""
    planned = checked.plan.queries[query.name]
    _skip_external((planned.table,), checked)
    result = call_function(query.call.function, clients, **query.call.arguments)
    if not result.ok:
        raise _CaseFailedError(result.message)
    if query.expect is None:
        return
    in_order = comes_in_order(checked.plan, planned)
    items = result.value["items"]
    if missed := unmet(query.expect, items, in_order=in_order, descending=planned.descending):
        raise _CaseFailedError("; ".join(missed))


def _transaction(transaction: CompiledTransaction, checked: CheckedPlan, clients: Clients) -> None:
    """It succeeds or is refused as the plan says; when refused it writes nothing; either way all of it is undone."""
    _skip_external((touched.table for touched in transaction.touches), checked)
    before = _read(transaction.touches, clients)
    try:
        result = call_function(
            "execute_transaction",
            clients,
            transaction_items=list(transaction.items),
            client_request_token=uuid.uuid4().hex,
            marker=None,
        )
        written = _read(transaction.touches, clients) != before
    finally:
        _restore(transaction.touches, before, clients)
    if _read(transaction.touches, clients) != before:
        raise _CaseFailedError("what it wrote could not be undone; the engine is at fault")
    if transaction.expect_fails is None:
        _must_succeed(result)
    else:
        _must_be_refused(result, transaction.expect_fails, written=written)


def _must_succeed(result: Result) -> None:
    if not result.ok:
        raise _CaseFailedError(f"expected to succeed: {result.message}")


def _must_be_refused(result: Result, expected: int, *, written: bool) -> None:
    if result.ok:
        raise _CaseFailedError(f"expected the condition of operation {expected} to refuse, but every condition held")
    if result.error_code != "ConditionFailed":
        raise _CaseFailedError(f"expected the condition of operation {expected} to refuse, but: {result.message}")
    refused = result.value["operation"]
    if refused != expected:
        raise _CaseFailedError(
            f"expected the condition of operation {expected} to refuse, but it was that of operation {refused}: "
            f"{result.value['condition']}",
        )
    if written:
        raise _CaseFailedError("the transaction was refused, and yet an item changed; the engine is at fault")


def _skip_external(tables: Iterable[str], checked: CheckedPlan) -> None:
    """Someone else's table is not made by the plan, so that nothing can be tried on it here."""
    for key in tables:
        if checked.plan.tables[key].external:
            raise _CaseSkippedError(f"table.{key} is external, so it does not exist here")


def _read(touches: Iterable[Touched], clients: Clients) -> tuple[Item | None, ...]:
    return tuple(_read_item(touched, clients) for touched in touches)


def _read_item(touched: Touched, clients: Clients) -> Item | None:
    with _understood(clients):
        answer = clients.dynamodb.get_item(TableName=touched.name, Key=wire.to_client(touched.key), ConsistentRead=True)
    return canonical_item(wire.from_client(answer["Item"])) if "Item" in answer else None


def _restore(touches: Iterable[Touched], before: Iterable[Item | None], clients: Clients) -> None:
    for touched, item in zip(touches, before, strict=True):
        with _understood(clients):
            if item is None:
                clients.dynamodb.delete_item(TableName=touched.name, Key=wire.to_client(touched.key))
            else:
                clients.dynamodb.put_item(TableName=touched.name, Item=wire.to_client(item))


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """What stops an apply before its first step fails the case with its sentence."""
    try:
        yield
    except (CallError, LedgerError) as error:
        raise _CaseFailedError(str(error)) from error


@contextlib.contextmanager
def _understood(clients: Clients) -> Iterator[None]:
    """A failing call of the client fails the case, in words."""
    try:
        yield
    except CLIENT_ERRORS as error:
        raise _CaseFailedError(understand(error, endpoint=clients.endpoint_url).message) from error
