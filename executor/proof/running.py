"""The proof of a plan: all of it, run on a throwaway engine. What ``ddbplan test`` runs.

The tables are applied as for real, then every query is held against its expectation, and every ``run: test``
transaction is run from the state after seeds and ``once`` transactions and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from executor.apply import ApplyOptions, OutcomeKind, StepState, apply
from executor.failure import CallError
from executor.ledger.errors import LedgerError
from executor.ledger.values import DEFAULT_LEDGER
from executor.prepare import prepare
from executor.proof.questions import prove_query, prove_report
from executor.proof.transactions import prove_transaction
from executor.proof.values import (
    Case,
    CaseFailedError,
    CaseOutcome,
    CaseResult,
    CaseSkippedError,
    NotThrowawayError,
    skip_external,
    understood,
)
from planner.settings.time_to_live import OFF, TimeToLive

if TYPE_CHECKING:
    import threading

    from executor.clients import Clients
    from planner.checked import CheckedPlan


def every(_address: str) -> bool:
    """Wants every case."""
    return True


def prove(
    checked: CheckedPlan,
    clients: Clients,
    *,
    wanted: Callable[[str], bool] = every,
    ledger: str = DEFAULT_LEDGER,
    stop: threading.Event | None = None,
) -> tuple[CaseResult, ...]:
    """Run a whole plan on an empty engine and say what holds.

    Cases, in order: ``apply`` (tables, seeds, ``once`` transactions), ``diff`` (a second one is empty), each query,
    each report, each ``run: test`` transaction. When ``apply`` fails the rest is skipped. What was made stays: the
    engine is the caller's to throw away.

    Args:
        checked: The plan, for one environment; see ``planner.variants`` for all of them.
        clients: Of an engine on this machine that holds nothing of value.
        wanted: Says of an address whether its case is to be run; ``apply`` and ``diff`` always are.
        ledger: The ledger's physical name.
        stop: Once set, no further case is begun.

    Raises:
        NotThrowawayError: The endpoint is not on this machine.
        CallError: The endpoint is unusable as such.
    """
    refuse_elsewhere(clients)
    options = ApplyOptions(ledger=ledger)
    first, second, *others = _cases(checked, clients, options)
    cases = [second, *(case for case in others if wanted(case.address))]
    applied = _result(first)
    if applied.outcome is not CaseOutcome.PASSED:
        return applied, *(_skipped(case, "the plan could not be applied") for case in cases)
    return applied, *(_unless_stopped(case, stop) for case in cases)


def _keep_expired(checked: CheckedPlan, clients: Clients) -> None:
    """Expectations are about items as the plan gives them: none that has expired is deleted between two looks at it."""
    for table in checked.plan.tables.values():
        attribute = table.settings.get(TimeToLive.name, OFF)
        if attribute != OFF:
            with understood(clients):
                clients.dynamodb.update_time_to_live(
                    TableName=table.name,
                    TimeToLiveSpecification={"Enabled": False, "AttributeName": attribute},
                )


def refuse_elsewhere(clients: Clients) -> None:
    """A proof makes tables and writes items as it likes, so it stays on this machine.

    Raises:
        NotThrowawayError: The endpoint is not on this machine.
        CallError: The endpoint is unusable as such.
    """
    if not clients.is_loopback:
        raise NotThrowawayError(
            f"{clients.endpoint_url} is not on this machine; a proof runs on a throwaway engine only."
        )


def _cases(checked: CheckedPlan, clients: Clients, options: ApplyOptions) -> Iterator[Case]:
    here = _without_external(checked)
    yield Case(address="apply", name="is applied", run=partial(_apply, here, clients, options))
    yield Case(address="diff", name="a second diff is empty", run=partial(_diff_again, here, clients, options))
    for query in checked.queries.values():
        name = "finds what is expected" if query.expect else "runs"
        yield Case(address=query.address, name=name, run=partial(prove_query, query, checked, clients))
    for report in checked.reports.values():
        name = "comes to what is expected" if report.expect else "runs"
        yield Case(address=report.address, name=name, run=partial(prove_report, report, checked, clients))
    for transaction in checked.transactions.values():
        if transaction.run == "test":
            name = "succeeds" if transaction.expect_fails is None else "is refused"
            yield Case(
                address=transaction.address, name=name, run=partial(prove_transaction, transaction, checked, clients)
            )
        elif transaction.name not in here.transactions:
            run = partial(skip_external, [touched.table for touched in transaction.touches], checked)
            yield Case(address=transaction.address, name="is applied", run=run)


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
        # A throwaway engine has no items whose attributes could be set: the rows stand for the items.
        seeds={
            key: replace(seed, seed=replace(seed.seed, attributes=()))
            for key, seed in checked.seeds.items()
            if key in tables
        },
    )


def _result(case: Case) -> CaseResult:
    started = time.monotonic()
    outcome, message = CaseOutcome.PASSED, ""
    try:
        case.run()
    except CaseFailedError as failed:
        outcome, message = CaseOutcome.FAILED, str(failed)
    except CaseSkippedError as skipped:
        outcome, message = CaseOutcome.SKIPPED, str(skipped)
    seconds = time.monotonic() - started
    return CaseResult(address=case.address, name=case.name, outcome=outcome, seconds=seconds, message=message)


def _unless_stopped(case: Case, stop: threading.Event | None) -> CaseResult:
    return _skipped(case, "stopped") if stop is not None and stop.is_set() else _result(case)


def _skipped(case: Case, why: str) -> CaseResult:
    return CaseResult(address=case.address, name=case.name, outcome=CaseOutcome.SKIPPED, seconds=0.0, message=why)


def _apply(checked: CheckedPlan, clients: Clients, options: ApplyOptions) -> None:
    """The plan is applied as for real, and nothing stops it."""
    with _in_words():
        outcome = apply(checked, clients, options)
    if outcome.kind in (OutcomeKind.DONE, OutcomeKind.NOTHING):
        return
    failed = [f"{report.step.address}: {report.reason}" for report in outcome.of(StepState.FAILED)]
    refused = [f"{refusal.address}: {refusal.what.rstrip('.')}. {refusal.fix}" for refusal in outcome.refusals]
    raise CaseFailedError("; ".join([*failed, *refused]) or outcome.message)


def _diff_again(checked: CheckedPlan, clients: Clients, options: ApplyOptions) -> None:
    """What was applied is what the plan says, and from here on stays."""
    with _in_words():
        difference = prepare(checked, clients, options).diff
    left = [f"{step.symbol} {step.address} ({step.reason})" for step in difference.steps]
    refused = [refusal.what for refusal in difference.refusals]
    if left or refused:
        raise CaseFailedError("after apply the diff is to be empty, but: " + "; ".join([*left, *refused]))
    _keep_expired(checked, clients)


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """What stops an apply before its first step fails the case with its sentence."""
    try:
        yield
    except (CallError, LedgerError) as error:
        raise CaseFailedError(str(error)) from error
