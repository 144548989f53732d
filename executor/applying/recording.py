"""What the ledger is told of each step: intent before its call, outcome after, and with it what the step made true."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from executor.apply import StepState
from executor.applying.calls import announced_import, import_token, is_bulk
from executor.applying.counted import changed_of, count, recorded_again
from executor.identity import now_text
from executor.ledger.values import StepRecord
from planner.calls import tables_named
from planner.changes.announced import is_fresh
from planner.state import OwnedTable, SeedRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from executor.apply import StepReport
    from executor.applying.session import Session
    from executor.ledger.values import StepOutcome
    from executor.ledger.writer import Change
    from executor.result import Result
    from planner.state import DesiredSeed
    from planner.steps import Step
    from planner.values import Json

_CREATING = frozenset({"create_table_simple", "create_table_advanced", "create_multiple_tables"})


def is_creation(step: Step) -> bool:
    """Whether a step makes tables of the plan."""
    return step.call.function in _CREATING and "change" not in step.call.arguments


def is_adoption(step: Step) -> bool:
    """Whether a step only has the ledger learn a table's TableId."""
    return step.call.function == "get_table_info"


def intend(session: Session, step: Step) -> StepRecord:
    """Record that a step's call is about to be sent, and announce the tables that it makes.

    Raises:
        LedgerError: It could not be recorded; nothing may be sent.
    """
    record = begun(step, session.next_number(), now_text())
    changes: list[Change] = []
    if is_creation(step):
        changes += [session.writer.table(_announced(session, step, key)) for key in _covered(step)]
    session.writer.write([*changes, session.writer.step(session.run, record)])
    return record


def _announced(session: Session, step: Step, key: str) -> OwnedTable:
    """A table that is about to be made; one whose import an earlier run announced keeps its time and token."""
    record = _owned(session, key, table_id="", fresh=True)
    if "import_from" not in step.call.arguments:
        return record
    earlier = announced_import(step, session)
    since = record.announced if earlier is None else earlier.announced
    return replace(record, announced=since, token=import_token(step, session))


def conclude(session: Session, step: Step, record: StepRecord, result: Result, state: StepState) -> None:
    """Record what a step made true, and with it its outcome.

    Raises:
        LedgerError: It could not be recorded.
    """
    finished = session.writer.step(session.run, ended(record, result, state))
    session.writer.write([*_truths(session, step, result, state), finished])


def begun(step: Step, number: int, started_at: str) -> StepRecord:
    """A step's record before its call."""
    return StepRecord(
        number=number,
        id=step.id,
        address=step.address,
        function=step.call.function,
        content_hash=step.content_hash,
        outcome="started",
        started_at=started_at,
    )


def ended(record: StepRecord, result: Result, state: StepState) -> StepRecord:
    """A step's record after its call."""
    return replace(
        record,
        outcome=_outcome(state),
        finished_at=now_text(),
        already=state is StepState.ALREADY,
        error_code=result.error_code,
        message=result.message,
        request_ids=result.request_ids,
    )


def settled(session: Session) -> list[Change]:
    """At the end of a whole run: each owned table with its settings as applied, and no longer fresh."""
    recorded = session.prepared.live.ledger.tables
    changes = []
    for key, table in session.prepared.desired.tables.items():
        if table.external:
            continue
        owned = _owned(session, key, table_id=session.table_id(table.name), fresh=False)
        if owned.table_id and recorded.get(key) != owned:
            changes.append(session.writer.table(owned))
    return changes


def finished(session: Session, reports: Iterable[StepReport]) -> list[Change]:
    """At the end of a limited run, or of one that stopped: tables on which it left nothing to do are no longer fresh.

    From here on they are used: a later apply asks before it writes over what stands in them.
    """
    ended = (StepState.DONE, StepState.ALREADY)
    left = {
        name
        for report in reports
        if report.state not in ended and not report.step.address.startswith("query.")
        for name in tables_named(report.step.call)
    }
    tables = [
        replace(record, fresh=False, changed=changed_of(session, record.name))
        for record in session.prepared.live.ledger.tables.values()
        if record.fresh and record.table_id and record.name not in session.found
    ]
    tables += [
        _owned(session, session.key_of(name), table_id=table_id, fresh=False)
        for name, table_id in session.found.items()
    ]
    return [session.writer.table(table) for table in tables if table.name not in left]


def has_unsettled(tables: Mapping[str, OwnedTable]) -> bool:
    """Whether a run did everything and was stopped before it could record that it came to its end."""
    return any(table.fresh and table.table_id for table in tables.values())


def _outcome(state: StepState) -> StepOutcome:
    match state:
        case StepState.DONE | StepState.ALREADY:
            return "done"
        case StepState.INTERRUPTED:
            return "interrupted"
        case StepState.DETACHED:
            return "detached"
        case _:
            return "failed"


def _truths(session: Session, step: Step, result: Result, state: StepState) -> list[Change]:
    spent = count(session, step) if result.ok and state is StepState.DONE else ()
    if is_creation(step):
        return _after_creation(session, step, result)
    if not result.ok:
        return _after_failure(session, step, result)
    if spent:
        records = [recorded_again(session, name) for name in spent]
        return [session.writer.table(record) for record in records if record is not None]
    if is_adoption(step):
        return _after_adoption(session, result.value["Table"])
    # Of a seed of several steps the last one says that all of them are done.
    if step.address.startswith("seed.") and step.id == step.address:
        key = step.address.removeprefix("seed.")
        ended = [session.writer.forget_load(key)] if session.had_load(key) else []
        return [*session.writer.seed(_seed_record(session, step, result)), *ended]
    return []


def _covered(step: Step) -> tuple[str, ...]:
    return tuple(address.removeprefix("table.") for address in step.covers if address.startswith("table."))


def _owned(session: Session, key: str, *, table_id: str, fresh: bool) -> OwnedTable:
    state = session.prepared.desired.tables[key].state
    changed = dict(changed_of(session, state.name)) if table_id else {}
    return OwnedTable(
        key=key,
        name=state.name,
        table_id=table_id,
        settings=dict(state.settings),
        fresh=fresh,
        changed=changed,
        announced="" if table_id else now_text(),
    )


def _after_creation(session: Session, step: Step, result: Result) -> list[Change]:
    """Tables that are there are owned. Where a table was surely not made, its announcement is withdrawn.

    Otherwise whoever makes a table of that name next would lose it to the next run.
    """
    tables: Mapping[str, Json] = (result.value or {}).get("tables", {})
    changes: list[Change] = []
    for key in _covered(step):
        answer = tables.get(session.prepared.desired.tables[key].name) or {}
        if answer.get("table_id"):
            changes.append(session.writer.table(_owned(session, key, table_id=answer["table_id"], fresh=True)))
        elif answer.get("not_made") or answer.get("error_code", result.error_code) == "TableExists":
            changes.append(session.writer.forget_table(key))
        if result.ok and "import_from" in step.call.arguments:
            changes += session.writer.seed(_imported_record(session, key, answer))
    return changes


def _after_failure(session: Session, step: Step, result: Result) -> list[Change]:
    """A bulk operation that has come to its end is not gone on with: the next apply starts another."""
    key = step.address.removeprefix("seed.")
    if not is_bulk(step) or not (result.value or {}).get("ended") or not session.had_load(key):
        return []
    return [session.writer.forget_load(key)]


def _imported_record(session: Session, key: str, answer: Mapping[str, Json]) -> SeedRecord:
    """The rows that came with a table; at least one, so that the record is told from one of rows by themselves."""
    return SeedRecord(
        table=key,
        table_id=answer["table_id"],
        source_hash=session.prepared.desired.seeds[key].source_hash,
        rows={},
        count=max(1, answer["rows"]),
    )


def _after_adoption(session: Session, table: Mapping[str, Json]) -> list[Change]:
    name, table_id = str(table["TableName"]), str(table["TableId"])
    key = session.key_of(name)
    records = session.prepared.live.ledger.tables
    before = next((record for record in records.values() if record.name == name), None)
    live = session.prepared.live.tables.get(name)
    fresh = (
        live is not None
        and live.table_id == table_id
        and is_fresh(session.prepared.live, before, live, session.prepared.desired.database)
    )
    changes = [session.writer.table(_owned(session, key, table_id=table_id, fresh=fresh))]
    if before is not None and before.key != key:
        changes.append(session.writer.forget_table(before.key))
    return changes


def _rows_as_loaded(session: Session, seed: DesiredSeed) -> dict[str, str]:
    """Each row's hash as it was loaded: one that was edited since is live as it was, unless it is overwritten."""
    record = session.prepared.live.ledger.seeds.get(seed.table)
    name = session.prepared.desired.tables[seed.table].name
    if seed.on_conflict == "overwrite" or record is None or record.table_id != session.table_id(name):
        return dict(seed.row_hashes)
    return {key: record.rows.get(key, content) for key, content in seed.row_hashes.items()}


def _seed_record(session: Session, step: Step, result: Result) -> SeedRecord:
    key = step.address.removeprefix("seed.")
    seed, table = session.prepared.desired.seeds[key], session.prepared.desired.tables[key]
    return SeedRecord(
        table=key,
        table_id=session.table_id(table.name),
        source_hash=seed.source_hash,
        rows=_rows_as_loaded(session, seed),
        count=max(1, result.value["processed"]) if is_bulk(step) else seed.count,
    )
