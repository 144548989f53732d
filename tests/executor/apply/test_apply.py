"""Apply against real engines: what it does, what it refuses, what it leaves behind."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from executor import (
    ApplyOptions,
    CallError,
    Clients,
    OutcomeKind,
    StepState,
    Stop,
    Target,
    WrongLedgerError,
    apply,
    prepare,
)
from executor.events import RunFinished, RunStarted, StepFinished, StepStarted
from executor.ledger.lock import unlock
from executor.registry import call_function
from planner.checks.seeds import SourceChangedError
from tests.executor.apply.conftest import BALANCES, BANK, balances, table_names

if TYPE_CHECKING:
    from pathlib import Path

    from executor import LedgerReader, Outcome
    from executor.events import Event
    from tests.engines import Engine
    from tests.executor.apply.conftest import Load

pytestmark = pytest.mark.engine
ANY_TTL = frozenset({"DELETES_BY_TTL:table.accounts.time_to_live"})
Run = "Callable[..., Outcome]"


def drop_index(text: str = BANK) -> str:
    """The plan without its index."""
    start = text.index("        global_secondary_indexes")
    return text[:start] + text[text.index("    seed:") :]


def test_apply_then_diff_is_empty(load: Load, run: Run, clients: Clients, options: ApplyOptions, unique: str) -> None:
    """What was applied is what is live, and a second apply does nothing."""
    plan = load()
    first = run(plan)

    assert first.kind is OutcomeKind.DONE, first.message
    assert {report.state for report in first.steps} == {StepState.DONE}
    assert prepare(plan, clients, options).diff.is_empty
    assert run(plan).kind is OutcomeKind.NOTHING
    assert balances(clients, f"{unique}_accounts") == BALANCES


def test_events_come_in_order(load: Load, run: Run) -> None:
    """A listener hears the ledger's step, the run's start, each step, and the run's end."""
    heard: list[Event] = []
    outcome = run(load(), listen=heard.append)

    assert isinstance(heard[0], StepStarted)
    assert heard[0].step.id == "ledger"
    assert isinstance(heard[2], RunStarted)
    assert isinstance(heard[-1], RunFinished)
    assert heard[-1].run == outcome.run
    finished = [event.step.id for event in heard if isinstance(event, StepFinished)]
    assert finished.index("transaction.transfer_001") < finished.index("transaction.transfer_002")
    assert set(finished) == {report.step.id for report in outcome.steps}


def test_ledger_holds_no_item_values(load: Load, run: Run, clients: Clients, options: ApplyOptions) -> None:
    """What the ledger keeps of items is keys' and contents' hashes."""
    run(load())
    kept = str(clients.dynamodb.scan(TableName=options.ledger)["Items"])

    assert "seed#accounts" in kept
    assert "the-secret" not in kept
    assert "acc-001" not in kept


def test_history_records_the_run(load: Load, run: Run, reader: LedgerReader, unique: str) -> None:
    """A run is recorded with its plan and each step's outcome."""
    outcome = run(load(), tool_version="9.9.9")
    recorded = reader.run(unique, outcome.run)

    assert recorded is not None
    assert recorded.outcome == "done"
    assert recorded.tool_version == "9.9.9"
    assert recorded.plan_file.endswith("plan.yaml")
    assert {step.outcome for step in recorded.steps} == {"done"}
    assert len(recorded.steps) == recorded.planned
    lock = reader.lock(unique)
    assert lock is not None
    assert not lock.held


def test_nothing_is_done_without_consent(load: Load, run: Run, clients: Clients, options: ApplyOptions) -> None:
    """Who says no has changed nothing, not even made the ledger."""
    outcome = run(load(), confirm=lambda _: False)

    assert outcome.kind is OutcomeKind.DECLINED
    assert options.ledger not in table_names(clients)


def test_of_two_applies_at_once_one_wins(
    load: Load, engine: Engine, options: ApplyOptions, unique: str, clients: Clients
) -> None:
    """The other is told that the lock is held, or that what it was shown has changed."""
    plan = load()
    both = threading.Barrier(2)

    def confirm(_: object) -> bool:
        both.wait(20)
        return True

    def attempt(_: int) -> Outcome:
        with Clients(Target(endpoint_url=engine.endpoint_url)) as own:
            return apply(plan, own, options, confirm)

    with ThreadPoolExecutor(2) as pool:
        kinds = sorted(str(outcome.kind) for outcome in pool.map(attempt, range(2)))

    assert kinds[0] == "done"
    assert kinds[1] in ("locked", "stale")
    assert balances(clients, f"{unique}_accounts") == BALANCES


def test_what_moved_after_consent_is_stale(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """Another apply between consent and lock leaves this one with nothing that was agreed to."""
    plan = load()

    def confirm(_: object) -> bool:
        return run(plan).kind is OutcomeKind.DONE

    outcome = run(plan, confirm=confirm)

    assert outcome.kind is OutcomeKind.STALE
    assert "transaction.transfer_001 is no longer to be done" in outcome.message
    assert balances(clients, f"{unique}_accounts") == BALANCES


def test_hazard_needs_its_exact_permission(load: Load, run: Run) -> None:
    """An index is dropped only with the permission that the refusal prints; a bare kind only at a terminal."""
    run(load())
    smaller = load(drop_index())
    refused = run(smaller)
    bare = run(smaller, allow=frozenset({"DROPS_INDEX"}))

    assert refused.kind is OutcomeKind.REFUSED
    assert refused.flags == ("DROPS_INDEX:table.postings.index.by_reference",)
    assert "--allow DROPS_INDEX:table.postings.index.by_reference" in refused.message
    assert bare.kind is OutcomeKind.REFUSED
    assert run(smaller, allow=frozenset(refused.flags)).kind is OutcomeKind.DONE
    assert run(smaller).kind is OutcomeKind.NOTHING


def test_bare_kind_is_taken_at_a_terminal(load: Load, run: Run) -> None:
    """A person at a terminal may allow a kind without naming the address."""
    run(load())

    assert run(load(drop_index()), allow=frozenset({"DROPS_INDEX"}), interactive=True).kind is OutcomeKind.DONE


def test_only_the_approved_steps_run(load: Load, run: Run, clients: Clients, options: ApplyOptions) -> None:
    """The hash of the diff lets exactly its steps through."""
    plan = load()
    approved = prepare(plan, clients, options).diff.hash
    wrong = run(plan, approve="0" * 64)

    assert wrong.kind is OutcomeKind.STALE
    assert run(plan, approve=approved).kind is OutcomeKind.DONE


def test_approval_holds_where_it_was_given_and_nowhere_else(
    load: Load, run: Run, engine: Engine, clients: Clients, options: ApplyOptions
) -> None:
    """A hash that was approved for another Region approves nothing here, though the steps are the same."""
    plan = load()
    with Clients(Target(endpoint_url=engine.endpoint_url, region="ap-south-1")) as elsewhere:
        there = prepare(plan, elsewhere, options).diff
    here = prepare(plan, clients, options).diff

    assert [step.content_hash for step in there.steps] == [step.content_hash for step in here.steps]
    assert run(plan, approve=there.hash).kind is OutcomeKind.STALE
    assert run(plan, approve=here.hash).kind is OutcomeKind.DONE


def test_only_limits_the_run(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """A limited run takes what it was asked for and what that needs; the rest follows later."""
    plan = load()
    first = run(plan, only=("seed.accounts",))

    assert first.kind is OutcomeKind.DONE, first.message
    assert "transaction.transfer_001" not in {report.step.id for report in first.steps}
    assert balances(clients, f"{unique}_accounts") == {"acc-001": 1000, "acc-002": 250}
    allowed = frozenset({"CHANGES_DATA:transaction.transfer_001", "CHANGES_DATA:transaction.transfer_002"})
    assert run(plan, allow=allowed).kind is OutcomeKind.DONE
    assert balances(clients, f"{unique}_accounts") == BALANCES


def test_unknown_address_is_refused(load: Load, run: Run) -> None:
    """An address that names nothing is more likely a slip."""
    outcome = run(load(), only=("table.acounts",))

    assert outcome.kind is OutcomeKind.REFUSED
    assert "`--only table.acounts` names nothing" in outcome.refusals[0].what


def test_refused_condition_stops_and_skip_goes_on(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """A condition that does not hold stops the run and names the operation; a person may have it skipped."""
    plan = load(BANK, **{"{amount: 100}": "{amount: 5000}"})
    failed = run(plan)

    assert failed.kind is OutcomeKind.FAILED
    assert failed.message.startswith("transaction.transfer_001: ")
    assert "5000" not in failed.message
    not_run = failed.of(StepState.NOT_RUN)
    assert [(report.step.id, report.reason) for report in not_run] == [
        ("transaction.transfer_002", "it needs transaction.transfer_001"),
    ]
    assert run(plan, skip=frozenset({"transaction.transfer_001"})).kind is OutcomeKind.DONE
    assert run(plan).kind is OutcomeKind.NOTHING
    assert balances(clients, f"{unique}_accounts") == {"acc-001": 1050, "acc-002": 200}


def test_changed_transaction_is_refused(load: Load, run: Run) -> None:
    """A transaction that was applied cannot be given another text."""
    run(load())
    outcome = run(load(BANK, **{"{amount: 100}": "{amount: 101}"}))

    assert outcome.kind is OutcomeKind.REFUSED
    assert outcome.refusals[0].code == "DDB207"


def test_stop_ends_before_the_next_step(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """After the first press what runs is finished and nothing new starts; the same apply goes on from there."""
    plan, stop = load(), Stop()

    def listen(event: Event) -> None:
        if isinstance(event, StepFinished) and event.step.id == "tables":
            stop.press()

    outcome = run(plan, stop=stop, listen=listen)

    assert outcome.kind is OutcomeKind.INTERRUPTED
    assert [report.step.id for report in outcome.of(StepState.DONE)] == ["ledger", "tables"]
    assert {report.reason for report in outcome.of(StepState.NOT_RUN)} <= {
        "the run is stopping",
        "it needs seed.accounts",
        "it needs transaction.transfer_001",
    }
    assert run(plan).kind is OutcomeKind.DONE
    assert balances(clients, f"{unique}_accounts") == BALANCES


def test_resumed_seed_never_overwrites(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """Rows of a table that an earlier run made are put only where nothing is, though the plan could write blindly."""
    text = BANK[: BANK.index("    transactions:")]
    plan, stop = load(text), Stop()

    def listen(event: Event) -> None:
        if isinstance(event, StepFinished) and event.step.id == "tables":
            stop.press()

    run(plan, stop=stop, listen=listen)
    item: Any = {"account_id": {"S": "acc-001"}, "balance": {"N": "7"}}
    clients.dynamodb.put_item(TableName=f"{unique}_accounts", Item=item)
    resumed = run(plan)

    assert resumed.kind is OutcomeKind.DONE, resumed.message
    assert balances(clients, f"{unique}_accounts") == {"acc-001": 7, "acc-002": 250}


def test_lost_lock_stops_before_the_next_write(
    load: Load, run: Run, clients: Clients, options: ApplyOptions, unique: str, reader: LedgerReader
) -> None:
    """A run whose lock is taken away starts nothing more, and what it did is not lost."""
    plan = load()

    def listen(event: Event) -> None:
        if isinstance(event, StepFinished) and event.step.id == "tables":
            lock = reader.lock(unique)
            assert lock is not None
            assert unlock(clients.dynamodb, options.ledger, lock)

    outcome = run(plan, listen=listen)

    assert outcome.kind is OutcomeKind.FAILED
    assert "another run took it over" in outcome.message
    assert not [report for report in outcome.of(StepState.DONE) if report.step.address.startswith("transaction.")]
    assert run(plan).kind is OutcomeKind.DONE
    assert balances(clients, f"{unique}_accounts") == BALANCES


def test_deleted_rows_stay_deleted_and_new_rows_come(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """A later apply adds the rows that are new in the source, and nothing else."""
    text = BANK[: BANK.index("    transactions:")]
    run(load(text))
    key: Any = {"account_id": {"S": "acc-001"}}
    clients.dynamodb.delete_item(TableName=f"{unique}_accounts", Key=key)
    more = text.replace(
        "      postings:\n        - {{acc",
        "        - {{account_id: acc-003, balance: 1}}\n      postings:\n        - {{acc",
    )
    outcome = run(load(more))

    assert [report.step.id for report in outcome.steps] == ["seed.accounts"]
    assert balances(clients, f"{unique}_accounts") == {"acc-002": 250, "acc-003": 1}


def test_table_that_exists_is_taken_only_when_adopted(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """A table of the right name proves nothing; `--adopt` takes it, and the ledger knows it from then on."""
    clients.dynamodb.create_table(
        TableName=f"{unique}_accounts",
        KeySchema=[{"AttributeName": "account_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    plan = load(BANK[: BANK.index("    transactions:")])
    refused = run(plan)
    adopted = run(
        plan,
        adopt=frozenset({"table.accounts"}),
        allow=frozenset({"DELETES_BY_TTL:table.accounts.time_to_live"}),
    )

    assert refused.kind is OutcomeKind.REFUSED
    assert refused.refusals[0].code == "DDB204"
    assert adopted.kind is OutcomeKind.DONE, adopted.message
    assert run(plan).kind is OutcomeKind.NOTHING


def test_table_made_again_asks_before_its_transactions_run_again(
    load: Load, run: Run, clients: Clients, unique: str
) -> None:
    """A table of the same name with another TableId is seeded again; its transactions run only when asked for."""
    plan = load()
    run(plan)
    clients.dynamodb.delete_table(TableName=f"{unique}_accounts")
    refused = run(plan)
    names = frozenset({"transaction.transfer_001", "transaction.transfer_002"})
    again = run(plan, rerun=names)

    assert refused.kind is OutcomeKind.REFUSED
    assert {found.code for found in refused.refusals} == {"DDB208"}
    assert again.kind is OutcomeKind.DONE, again.message
    assert balances(clients, f"{unique}_accounts") == BALANCES


def test_refused_rerun_leaves_the_marker_that_it_was_to_replace(
    load: Load, run: Run, clients: Clients, reader: LedgerReader, unique: str
) -> None:
    """A rerun whose condition is refused can be given again, and a plain apply still asks before it."""
    seed, transactions = BANK.index("    seed:"), BANK.index("    transactions:")
    poor = BANK[:seed] + BANK[transactions : BANK.index("      transfer_002")].replace(
        "condition: balance >= :amount", "condition: attribute_not_exists(paid)"
    ).replace("SET balance = balance - :amount", "SET paid = :amount").replace(
        "SET balance = balance + :amount", "SET paid = :amount"
    )
    plan, table = load(poor), f"{unique}_accounts"
    first = run(plan)
    before = reader.records(unique)[1].transactions["transfer_001"]
    clients.dynamodb.delete_table(TableName=table)
    clients.dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "account_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    clients.dynamodb.put_item(TableName=table, Item={"account_id": {"S": "acc-001"}, "paid": {"N": "1"}})
    chosen = {
        "adopt": frozenset({"table.accounts"}),
        "rerun": frozenset({"transaction.transfer_001"}),
        "allow": frozenset({"DELETES_BY_TTL:table.accounts.time_to_live", "CHANGES_DATA:transaction.transfer_001"}),
    }
    refused = run(plan, **chosen)
    plain = run(plan)
    kept = reader.records(unique)[1].transactions["transfer_001"]
    clients.dynamodb.delete_item(TableName=table, Key={"account_id": {"S": "acc-001"}})
    again = run(plan, rerun=chosen["rerun"], allow=chosen["allow"])
    after = reader.records(unique)[1].transactions["transfer_001"]

    assert first.kind is OutcomeKind.DONE, first.message
    assert refused.kind is OutcomeKind.FAILED, refused.message
    assert (kept, kept.run) == (before, first.run)
    assert {found.code for found in plain.refusals} == {"DDB208"}
    assert again.kind is OutcomeKind.DONE, again.message
    assert after.run == again.run
    assert after.table_ids != before.table_ids
    assert run(plan).kind is OutcomeKind.NOTHING


LARGE = """
    ddbplan: 1
    database: {name}
    tables:
      articles: {{partition_key: id}}
    seed:
      articles: {{file: rows.jsonl}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("change", ["other", "broken", "keyless", "gone"])
def test_large_seed_that_changes_after_the_confirmation_is_not_written(
    load: Load, run: Run, clients: Clients, reader: LedgerReader, tmp_path: Path, unique: str, change: str
) -> None:
    """A file that is another one by the time it is loaded fails its step before the first row; nothing is recorded."""
    rows, line = tmp_path / "rows.jsonl", '{"id": "%05d"}\n'
    text = "".join(line % number for number in range(10_001))
    rows.write_text(text)
    changes = {"other": text + '{"id": "late"}\n', "broken": text + "{", "keyless": text + '{"it": "x"}\n'}

    def confirm(_: object) -> bool:
        if change == "gone":
            rows.unlink()
        else:
            rows.write_text(changes[change])
        return True

    outcome = run(load(LARGE), confirm=confirm)
    recorded = reader.run(unique, outcome.run)
    failed = outcome.of(StepState.FAILED)

    assert [report.step.id for report in failed] == ["seed.articles"]
    assert failed[0].result is not None
    assert failed[0].result.error_code in {"SourceChanged", "SourceUnreadable"}
    assert "rows.jsonl" in outcome.message or "changed after they were read" in outcome.message
    assert recorded is not None
    assert recorded.outcome == "failed"
    assert clients.dynamodb.scan(TableName=f"{unique}_articles", Select="COUNT")["Count"] == 0
    assert "articles" not in reader.records(unique)[1].seeds


def test_small_seed_that_changes_after_it_was_checked_stops_the_apply(load: Load, run: Run, tmp_path: Path) -> None:
    """Rows that are others when the steps are made than when they were checked are not written."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": "a", "n": 1}\n')
    plan = load(LARGE)
    rows.write_text('{"id": "a", "n": 2}\n')

    with pytest.raises(SourceChangedError, match="not the same any more"):
        run(plan)


@pytest.mark.parametrize("rows", [1, 250])
def test_rows_that_replace_others_are_written_only_under_the_lock(
    load: Load, run: Run, clients: Clients, options: ApplyOptions, reader: LedgerReader, unique: str, rows: int
) -> None:
    """What a run that lost its lock still had to write over items never lands after the run that took it."""

    def text(version: int) -> str:
        listed = ", ".join(f"{{{{id: a{number}, v: {version}}}}}" for number in range(rows))
        return LARGE.replace("{{file: rows.jsonl}}", f"{{{{on_conflict: overwrite, items: [{listed}]}}}}")

    sent: list[dict[str, Any]] = []
    clients.dynamodb.meta.events.register(
        "before-parameter-build.dynamodb.TransactWriteItems", lambda params, **_: sent.append(dict(params))
    )
    assert run(load(text(1))).kind is OutcomeKind.DONE
    table = f"{unique}_articles"
    old = [
        request for request in sent if any(m.get("Put", {}).get("TableName") == table for m in request["TransactItems"])
    ]
    later = run(load(text(2)), allow=frozenset({"OVERWRITES_ITEMS:seed.articles"}))
    assert later.kind is OutcomeKind.DONE, later.message
    for request in old:
        with pytest.raises(clients.dynamodb.exceptions.TransactionCanceledException):
            clients.dynamodb.transact_write_items(TransactItems=request["TransactItems"])
    items = clients.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]

    assert len(old) == (rows + 98) // 99
    assert len(items) == rows
    assert {item["v"]["N"] for item in items} == {"2"}


def test_fenced_rows_are_refused_under_another_fence(
    load: Load, run: Run, clients: Clients, options: ApplyOptions, unique: str
) -> None:
    """A bulk write whose fencing number is another's by now says that the lock is lost, and has written nothing."""
    run(load(LARGE.replace("{{file: rows.jsonl}}", "[{{id: a}}]")))
    result = call_function(
        "batch_write_items",
        clients,
        table_name=f"{unique}_articles",
        items=[{"id": {"S": "late"}}],
        condition="none",
        fence={"table_name": options.ledger, "database": unique, "fence": 7},
    )

    assert result.error_code == "LockLost"
    assert result.value == {"written": 0, "kept": 0, "conflicts": []}
    assert clients.dynamodb.scan(TableName=f"{unique}_articles", Select="COUNT")["Count"] == 1


def test_table_that_goes_before_it_is_adopted_fails_its_step(
    load: Load, run: Run, clients: Clients, reader: LedgerReader, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table deleted between the comparison under the lock and its step is told missing, and the run is recorded."""
    name = f"{unique}_accounts"
    clients.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "account_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def listen(event: Event) -> None:
        if isinstance(event, StepStarted) and event.step.call.function == "get_table_info":
            clients.dynamodb.delete_table(TableName=name)

    plan = load(drop_index(BANK[: BANK.index("    seed:")] + "    seed: {}\n"))
    outcome = run(plan, listen=listen, adopt=frozenset({"table.accounts"}), allow=ANY_TTL)
    failed = outcome.of(StepState.FAILED)
    recorded = reader.run(unique, outcome.run)

    assert outcome.kind is OutcomeKind.FAILED
    assert [report.result.error_code for report in failed if report.result] == ["TableMissing"]
    assert recorded is not None
    assert recorded.outcome == "failed"


@pytest.mark.parametrize("traced", [False, True])
def test_what_nobody_foresaw_fails_its_step_and_the_run_is_recorded(
    load: Load,
    run: Run,
    reader: LedgerReader,
    unique: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    traced: bool,
) -> None:
    """A bug in a step's thread is that step's failure; its trace is shown when asked for and never recorded."""

    def broken(*_: object) -> None:
        raise KeyError("Alice-the-secret")

    monkeypatch.setenv("DDBPLAN_TRACE", "1" if traced else "")
    monkeypatch.setattr("executor.applying.execution.arguments_of", broken)
    outcome = run(load())
    failed = outcome.of(StepState.FAILED)
    recorded = reader.run(unique, outcome.run)

    assert outcome.kind is OutcomeKind.FAILED
    assert [report.result.error_code for report in failed if report.result] == ["Unexpected"]
    assert "unexpected KeyError. This is a bug in ddbplan." in outcome.message
    assert ("Alice-the-secret" in outcome.message) is traced
    assert recorded is not None
    assert recorded.outcome == "failed"
    assert [step.outcome for step in recorded.steps if step.error_code == "Unexpected"] == ["failed"]
    assert "secret" not in str(recorded)


def test_live_query_that_misses_is_a_warning(load: Load, run: Run) -> None:
    """A live query runs at the end, shows keys and counts, and a miss does not fail the apply."""
    text = """
    queries:
      postings_of:
        table: postings
        key_condition: account_id = :account
        values: {{account: acc-001}}
        live: true
        expect: {{count: 2}}
"""
    outcome = run(load(BANK + text[1:]))
    shown = next(report.result for report in outcome.steps if report.step.address == "query.postings_of")

    assert outcome.kind is OutcomeKind.DONE
    assert [warning for warning in outcome.warnings if warning.startswith("query.postings_of: ")]
    assert shown is not None
    assert shown.value == {"count": 1, "keys": [{"account_id": {"S": "acc-001"}, "posted_at": {"S": "2026-01-01"}}]}


def test_tables_bear_the_ledgers_mark(load: Load, run: Run, engine: Engine, clients: Clients, unique: str) -> None:
    """Where the engine has tags, every table that the ledger records is marked, and a diff does not see the mark."""
    if engine.name != "ministack":
        pytest.skip("DynamoDB Local has no tags")
    plan = load()
    outcome = run(plan)
    assert outcome.prepared is not None
    ledger_id = outcome.prepared.live.ledger.ledger_id
    for name in ("accounts", "postings"):
        arn = clients.dynamodb.describe_table(TableName=f"{unique}_{name}")["Table"]["TableArn"]
        tags = {tag["Key"]: tag["Value"] for tag in clients.dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}

        assert tags == {"ddbplan:database": unique, "ddbplan:ledger": ledger_id}
    assert run(plan).kind is OutcomeKind.NOTHING


def test_other_ledger_is_refused_while_tables_bear_the_mark(load: Load, run: Run, engine: Engine, unique: str) -> None:
    """Where the engine has tags, marked tables keep a wrong ledger from doing anything."""
    if engine.name != "ministack":
        pytest.skip("DynamoDB Local has no tags")
    plan = load()
    run(plan)

    with pytest.raises(WrongLedgerError, match="does not exist"):
        run(plan, ledger=f"other_{unique}")


def test_lost_ledger_is_refused(load: Load, run: Run, engine: Engine, clients: Clients, options: ApplyOptions) -> None:
    """A ledger that was deleted is not quietly made anew."""
    if engine.name != "ministack":
        pytest.skip("DynamoDB Local has no tags")
    plan = load()
    run(plan)
    clients.dynamodb.update_table(TableName=options.ledger, DeletionProtectionEnabled=False)
    clients.dynamodb.delete_table(TableName=options.ledger)

    with pytest.raises(WrongLedgerError, match="bears the mark of ledger"):
        run(plan)
    assert options.ledger not in table_names(clients)


def test_other_region_is_refused(load: Load, run: Run, engine: Engine, options: ApplyOptions) -> None:
    """A ledger of another Region records what happened there."""
    if engine.name == "ministack":
        pytest.skip("ministack keeps regions apart, so the ledger is not there at all")
    plan = load()
    run(plan)

    with (
        Clients(Target(endpoint_url=engine.endpoint_url, region="us-east-1")) as elsewhere,
        pytest.raises(WrongLedgerError, match="was made in Region eu-west-1 and this is Region us-east-1"),
    ):
        prepare(plan, elsewhere, options)


@pytest.mark.parametrize(
    ("pin", "code"),
    [('account: "111122223333"', "WrongAccount"), ("region: us-west-2", "WrongRegion")],
)
def test_pinned_account_and_region_are_kept(load: Load, run: Run, pin: str, code: str) -> None:
    """Credentials that lead elsewhere than the plan pins change nothing."""
    plan = load()
    account, region = (pin.split('"')[1], None) if "account" in pin else (None, "us-west-2")
    pinned = replace(plan, plan=replace(plan.plan, account=account, region=region))

    with pytest.raises(CallError) as refused:
        run(pinned)
    assert refused.value.code == code


def test_no_endpoint_is_one_sentence(load: Load, options: ApplyOptions) -> None:
    """Where nothing listens, the error says so before anything else is tried."""
    plan = load()

    with (
        Clients(Target(endpoint_url="http://127.0.0.1:9", region="eu-west-1")) as nowhere,
        pytest.raises(CallError) as refused,
    ):
        apply(plan, nowhere, options)
    assert refused.value.code == "EndpointUnreachable"


def test_an_edited_row_that_stayed_is_still_known_to_differ(load: Load, run: Run, reader: LedgerReader) -> None:
    """A new row beside it is added; the ledger keeps what was loaded, so that `overwrite` can still write the edit."""
    first = load()
    run(first)
    before = reader.records(first.plan.database)[1].seeds["accounts"].rows
    new = "{account_id: acc-new, balance: 1}"
    row = "- {account_id: acc-001, owner: Alice-the-secret"
    changed = load(BANK, **{row: f"- {new}\n    {row.replace('Alice', 'Alicia')}"})
    run(changed)
    after = reader.records(first.plan.database)[1].seeds["accounts"].rows

    assert len(after) == len(before) + 1
    assert {key: after[key] for key in before} == dict(before)
