"""Destroy against real engines: only what the ledger owns, only where nothing is protected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from executor import (
    CallError,
    DestroyOptions,
    DestroyOutcome,
    OutcomeKind,
    WrongLedgerError,
    destroy,
    plan_destruction,
)
from executor.applying.deleting import delete_table
from executor.ledger.lock import unlock
from tests.executor.apply.conftest import BALANCES, BANK, balances, table_names

if TYPE_CHECKING:
    import threading

    from executor import ApplyOptions, Clients, LedgerReader, Outcome
    from executor.destroy import DoomedTable
    from executor.ledger.lock import HeldLock
    from planner.checked import CheckedPlan
    from tests.executor.apply.conftest import Load

pytestmark = pytest.mark.engine
Remove = Callable[..., DestroyOutcome]


@pytest.fixture
def remove(clients: Clients, options: ApplyOptions) -> Remove:
    """Destroys a plan's tables with the test's ledger."""

    def removing(plan: CheckedPlan, *, consent: bool = True, **changes: str) -> DestroyOutcome:
        chosen = replace(DestroyOptions(ledger=options.ledger, lease_seconds=3.0), **changes)  # type: ignore[arg-type] # text options only
        return destroy(plan.plan, clients, chosen, confirm=lambda _: consent)

    return removing


def test_destroy_leaves_nothing_but_history(
    load: Load, run: Callable[..., Outcome], remove: Remove, clients: Clients, reader: LedgerReader, unique: str
) -> None:
    """Tables, seed records and markers go; the fencing number and the runs stay; applied again, all runs again."""
    plan = load()
    run(plan)
    outcome = remove(plan)

    assert outcome.kind == "done", outcome.message
    assert sorted(outcome.deleted) == [f"{unique}_accounts", f"{unique}_postings"]
    assert outcome.destruction is not None
    assert outcome.destruction.transactions == ("transfer_001", "transfer_002")
    assert not [name for name in table_names(clients) if name.startswith(unique)]
    assert {name.split("#")[0] for name in reader.entry_names(unique)} == {"lock", "lease", "run", "step"}
    assert [record.command for record in reader.runs(unique)] == ["destroy", "apply"]
    assert remove(plan).kind == "nothing"
    assert run(plan).kind is OutcomeKind.DONE
    assert balances(clients, f"{unique}_accounts") == BALANCES


def test_lock_lost_while_deleting_is_told_with_what_was_deleted(
    load: Load,
    run: Callable[..., Outcome],
    remove: Remove,
    clients: Clients,
    options: ApplyOptions,
    reader: LedgerReader,
    unique: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A destroy whose lock is taken once a table is gone ends as failed, names that table, and can be run again."""

    def delete_and_lose(there: Clients, table: DoomedTable, held: HeldLock, now: threading.Event) -> None:
        delete_table(there, table, held, now)
        seen = reader.lock(unique)
        assert seen is not None
        unlock(there.dynamodb, options.ledger, seen)

    plan = load(BANK[: BANK.index("      postings:\n        partition_key")] + "    seed: {}\n")
    run(plan)
    with monkeypatch.context() as patched:
        patched.setattr("executor.applying.destroying.delete_table", delete_and_lose)
        outcome = remove(plan)

    assert outcome.kind == "failed", outcome.message
    assert outcome.deleted == (f"{unique}_accounts",)
    assert "lock" in outcome.message
    assert remove(plan).kind == "done"


def test_destroy_needs_consent(
    load: Load, run: Callable[..., Outcome], remove: Remove, clients: Clients, unique: str
) -> None:
    """Without it nothing is deleted."""
    plan = load()
    run(plan)

    assert remove(plan, consent=False).kind == "declined"
    assert f"{unique}_accounts" in table_names(clients)


def test_protected_table_keeps_all(
    load: Load, run: Callable[..., Outcome], remove: Remove, clients: Clients, unique: str
) -> None:
    """One protected table, and nothing is deleted; the refusal names it."""
    text = BANK.replace("        time_to_live: expires_at", "        deletion_protection: true")
    plan = load(text)
    run(plan)
    outcome = remove(plan)

    assert outcome.kind == "refused"
    assert outcome.message.startswith(f"Deletion protection keeps {unique}_accounts; nothing was deleted.")
    assert f"{unique}_postings" in table_names(clients)


@pytest.mark.parametrize("named", ["postings", "table.postings", "{unique}_postings"])
def test_one_table_is_destroyed_by_any_of_its_names(
    load: Load,
    run: Callable[..., Outcome],
    remove: Remove,
    clients: Clients,
    reader: LedgerReader,
    unique: str,
    named: str,
) -> None:
    """Only that table goes, with its ownership and seed record; markers stay."""
    plan = load()
    run(plan)
    outcome = remove(plan, table=named.format(unique=unique))

    assert outcome.deleted == (f"{unique}_postings",)
    names = table_names(clients)
    assert f"{unique}_accounts" in names
    assert f"{unique}_postings" not in names
    _, records = reader.records(unique)
    assert set(records.tables) == set(records.seeds) == {"accounts"}
    assert set(records.transactions) == {"transfer_001", "transfer_002"}


def test_unknown_table_is_refused(load: Load, run: Callable[..., Outcome], remove: Remove) -> None:
    """A table that the database does not own is named as such."""
    plan = load()
    run(plan)

    with pytest.raises(CallError, match="nobody is no table that this database owns"):
        remove(plan, table="nobody")


def test_table_of_somebody_else_stays(
    load: Load, run: Callable[..., Outcome], remove: Remove, clients: Clients, unique: str
) -> None:
    """A table that was made again under the same name is not the plan's, and is not deleted."""
    plan = load()
    run(plan)
    clients.dynamodb.delete_table(TableName=f"{unique}_accounts")
    clients.dynamodb.create_table(
        TableName=f"{unique}_accounts",
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    outcome = remove(plan)

    assert outcome.kind == "done"
    assert outcome.deleted == (f"{unique}_postings",)
    assert outcome.destruction is not None
    assert outcome.destruction.replaced == (f"{unique}_accounts",)
    assert f"{unique}_accounts" in table_names(clients)


def test_destroy_without_a_ledger_is_refused(load: Load, clients: Clients, options: ApplyOptions) -> None:
    """Without a ledger nothing says which tables are the plan's."""
    with pytest.raises(WrongLedgerError, match="nothing says which tables are the plan's"):
        plan_destruction(load().plan, clients, DestroyOptions(ledger=options.ledger))
