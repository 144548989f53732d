"""The steps that run ``once`` transactions: one at a time, in plan order, each exactly once, ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.changes.found import Context, Findings
from planner.codes import changes as codes
from planner.settings.estimates import READ
from planner.state import TransactionRecord
from planner.steps import Call, Hazard, HazardKind, Step
from planner.values import Json

if TYPE_CHECKING:
    from planner.checked import CompiledTransaction


def plan_transactions(context: Context, found: Findings) -> tuple[list[Step], tuple[TransactionRecord, ...]]:
    """The transaction steps in the order in which they run, and the records of those that are skipped."""
    steps: list[Step] = []
    skips: list[TransactionRecord] = []
    for transaction in context.desired.transactions:
        if not all(touch.table in found.usable for touch in transaction.touches):
            # The refusal of the table says why nothing runs.
            continue
        record = context.live.ledger.transactions.get(transaction.name)
        if record is not None and not _runs_again(context, transaction, record, found):
            continue
        if transaction.address in context.options.skip:
            skips.append(_skip(context, transaction, found))
        else:
            steps.append(_step(context, transaction, found, again=record is not None))
    return steps, tuple(skips)


def _table_ids(context: Context, transaction: CompiledTransaction, found: Findings) -> dict[str, str]:
    """TableId of each touched table by physical name; empty where this diff makes the table."""
    ids = {}
    for touch in transaction.touches:
        live = context.live.tables.get(touch.name)
        ids[touch.name] = "" if live is None or touch.table in found.made else live.table_id
    return ids


def _runs_again(
    context: Context,
    transaction: CompiledTransaction,
    record: TransactionRecord,
    found: Findings,
) -> bool:
    """Whether a recorded transaction is run, or skipped, once more; only ever because a person said so."""
    if record.content_hash != transaction.content_hash:
        found.add(
            codes.TRANSACTION_CHANGED,
            transaction.position,
            address=transaction.address,
            what=f"The transaction {transaction.name} was applied with other operations than it has now.",
            fix="Put its text back as it was, and give the new operations a name of their own.",
        )
        return False
    now = _table_ids(context, transaction, found)
    replaced = sorted(name for name, table_id in record.table_ids.items() if now.get(name, table_id) != table_id)
    if not replaced or record.outcome == "skipped":
        return False
    if transaction.address in context.options.rerun or transaction.address in context.options.skip:
        return True
    found.add(
        codes.TRANSACTION_TABLE_REPLACED,
        transaction.position,
        address=transaction.address,
        what=f"The transaction {transaction.name} ran on {', '.join(replaced)}, and that is another table now.",
        fix=f"To run it on the table that is there now, or to leave it at that:\n\n    --rerun {transaction.address}\n"
        f"    --skip {transaction.address}",
    )
    return False


def _skip(context: Context, transaction: CompiledTransaction, found: Findings) -> TransactionRecord:
    found.add(
        codes.SKIPPED,
        transaction.position,
        address=transaction.address,
        what=f"The transaction {transaction.name} is recorded as skipped; it does not run.",
        fix="To have it run after all, declare it under another name.",
    )
    return TransactionRecord(
        name=transaction.name,
        content_hash=transaction.content_hash,
        outcome="skipped",
        table_ids=_table_ids(context, transaction, found),
    )


def _step(context: Context, transaction: CompiledTransaction, found: Findings, *, again: bool) -> Step:
    marker: dict[str, Json] = {
        "table_name": context.live.ledger_table,
        "database": context.desired.database,
        "entry": f"transaction#{transaction.name}",
        "content_hash": transaction.content_hash,
    }
    if again:
        marker["rerun"] = True
    count = len(transaction.items)
    return Step(
        id=transaction.address,
        address=transaction.address,
        symbol=">",
        call=Call(
            function="execute_transaction",
            arguments={"transaction_items": [dict(item) for item in transaction.items], "marker": marker},
        ),
        reason=f"Runs {'1 operation' if count == 1 else f'{count} operations'} as one, exactly once"
        + (", again: a table that it touched was made again." if again else "."),
        hazards=_hazards(transaction, found),
        estimate=READ,
    )


def _hazards(transaction: CompiledTransaction, found: Findings) -> tuple[Hazard, ...]:
    """A table that this database has only just made, and its first apply not yet finished, holds nobody's data."""
    existed = sorted({t.name for t in transaction.touches if t.table not in found.made and t.table not in found.fresh})
    if not existed:
        return ()
    sentence = f"It changes items of {', '.join(existed)}, which existed before this apply."
    return (Hazard(kind=HazardKind.CHANGES_DATA, address=transaction.address, sentence=sentence),)
