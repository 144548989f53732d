"""The steps that write initial data: only rows that are new in the plan, never over what exists unless it says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.changes.bulk import bulk_step
from planner.changes.found import Context, Findings
from planner.changes.owned import owned_steps
from planner.checked import recorded_as
from planner.codes import changes as codes
from planner.settings import estimates
from planner.settings.keys import primary_key_names
from planner.state import DesiredSeed, DesiredTable, SeedRecord
from planner.steps import Call, FieldChange, Hazard, HazardKind, Step
from planner.values import Json

if TYPE_CHECKING:
    from planner.checked import SeedRow


def plan_seeds(context: Context, found: Findings) -> dict[str, tuple[Step, ...]]:
    """The seed steps by table name in the plan, each with those that it waits for before it."""
    steps = {}
    for key, seed in context.desired.seeds.items():
        table = context.desired.tables[key]
        if key not in found.usable or table.external or (seed.count == 0 and seed.bulk is None):
            continue
        planned = _plan_seed(context, table, seed, found)
        if planned:
            steps[key] = planned
    return steps


def _record(context: Context, table: DesiredTable, found: Findings) -> SeedRecord | None:
    """What the ledger records of this seed in this very table."""
    record, live = context.live.ledger.seeds.get(table.key), context.live_table(table)
    if record is None or live is None or table.key in found.made or record.table_id != live.table_id:
        return None
    return record


def _plan_seed(
    context: Context,
    table: DesiredTable,
    seed: DesiredSeed,
    found: Findings,
) -> tuple[Step, ...]:
    record = _record(context, table, found)
    if seed.bulk is not None:
        bulk = bulk_step(context, table, seed, record, found)
        return () if bulk is None else (bulk,)
    if not seed.row_hashes:
        step = _plan_source(table, seed, record, found)
        return () if step is None else (step,)
    known: Mapping[str, str] = record.rows if record is not None else {}
    if record is not None and not record.rows and record.count:
        # The source was too large for a record of its rows and has become small enough.
        if record.source_hash == seed.source_hash:
            return ()
        _note_rows_come_back(seed, found)
    if record is not None and seed.on_conflict == "keep":
        _note_edited_rows(seed, record, found)
    rows = [row for row in seed.rows() if _is_wanted(row, seed, known)]
    if seed.attributes:
        return owned_steps(table, seed, rows, found) if rows else ()
    return (_seed_step(table, seed, found, {"items": [dict(row.item) for row in rows]}),) if rows else ()


def _is_wanted(row: SeedRow, seed: DesiredSeed, known: Mapping[str, str]) -> bool:
    recorded = known.get(recorded_as(row, seed.attributes))
    return recorded is None or (seed.on_conflict != "keep" and recorded != row.content_hash)


def _plan_source(
    table: DesiredTable,
    seed: DesiredSeed,
    record: SeedRecord | None,
    found: Findings,
) -> Step | None:
    """A source of more rows than the ledger records one by one: all of it, or nothing."""
    if record is not None and record.source_hash == seed.source_hash:
        return None
    if record is not None:
        _note_rows_come_back(seed, found)
    data: dict[str, Json] = (
        {"items": [dict(row.item) for row in seed.rows()]}
        if seed.file is None
        else {"source": {"file": seed.file, "sha256": seed.source_hash}}
    )
    return _seed_step(table, seed, found, data)


def _note_rows_come_back(seed: DesiredSeed, found: Findings) -> None:
    found.add(
        codes.ROWS_COME_BACK,
        seed.position,
        address=seed.address,
        what=f"The source of {seed.address} changed and is loaded whole: rows that the application deleted come back.",
        fix="Keep rows that were deleted for good out of the source.",
    )


def _note_edited_rows(seed: DesiredSeed, record: SeedRecord, found: Findings) -> None:
    edited = sum(1 for key, content in seed.row_hashes.items() if record.rows.get(key, content) != content)
    if not edited:
        return
    rows = "1 row of {0} differs" if edited == 1 else f"{edited} rows of {{0}} differ"
    found.add(
        codes.EDITED_ROWS_STAY,
        seed.position,
        address=seed.address,
        what=f"{rows.format(seed.address)} from what was loaded; items that exist stay as they are "
        "(`on_conflict: keep`).",
        fix="To change items that are live, write a transaction, or `on_conflict: overwrite` at the seed.",
    )


def _seed_step(
    table: DesiredTable,
    seed: DesiredSeed,
    found: Findings,
    data: dict[str, Json],
) -> Step:
    # On absence even into a table that the same run makes: a request may still be under way when that run has died,
    # the next one is done, and the application writes.
    unconditional = seed.on_conflict == "overwrite"
    items = data.get("items")
    count = seed.count if items is None else len(items)
    key_names = primary_key_names(table.state)
    if items is not None and len(items) == 1 and seed.on_conflict == "keep":
        arguments = {
            "table_name": table.name,
            "item": items[0],
            "condition_expression": "attribute_not_exists(#key)",
            "expression_attribute_names": {"#key": key_names[0]},
        }
        call = Call(function="put_item", arguments=arguments)
    else:
        arguments = {
            "table_name": table.name,
            **data,
            "condition": "none" if unconditional else "absent",
            "on_conflict": "fail" if seed.on_conflict == "fail" else "keep",
            "key_names": list(key_names),
        }
        call = Call(function="batch_write_items", arguments=arguments)
    return Step(
        id=seed.address,
        address=seed.address,
        symbol="+",
        call=call,
        reason=_reason(table, seed, count),
        changes=(FieldChange(path="items", before=None, after=count),),
        hazards=_hazards(table, seed, found),
        estimate=estimates.writing(count),
    )


def _reason(table: DesiredTable, seed: DesiredSeed, count: int) -> str:
    rows = "1 row" if count == 1 else f"{count} rows"
    match seed.on_conflict:
        case "overwrite":
            return f"Writes {rows} into {table.name}, over items with the same key."
        case "fail":
            return f"Writes {rows} into {table.name}; stops if another item has the key of one."
        case "keep":
            return f"Writes {rows} into {table.name}; items that exist stay as they are."


def _hazards(table: DesiredTable, seed: DesiredSeed, found: Findings) -> tuple[Hazard, ...]:
    if seed.on_conflict != "overwrite" or table.key in found.made or table.key in found.fresh:
        return ()
    sentence = (
        f"Items of {table.name} with the keys of these rows are replaced, with all that the application wrote to them."
    )
    return (Hazard(kind=HazardKind.OVERWRITES_ITEMS, address=seed.address, sentence=sentence),)
