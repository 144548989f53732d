"""Rows in S3: ImportTable for a table that this diff makes, StartBulkPutItems for one that exists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.calls import import_call
from planner.canonical import answers, table_state
from planner.codes import sources as codes
from planner.settings import SETTINGS, estimates, table_schema
from planner.settings.keys import primary_key_names
from planner.steps import Call, FieldChange, Hazard, HazardKind, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.bulk_source import BulkSource, S3Place
    from planner.changes.found import Context, Findings
    from planner.settings.base import Schema
    from planner.state import DesiredSeed, DesiredTable, SeedRecord, TableState
    from planner.values import Json

CARRIED = frozenset(
    {
        "keys",
        "key_types",
        "global_secondary_indexes",
        "local_secondary_indexes",
        "billing",
        "capacity",
        "maximum",
        "encryption",
        "vector_indexes",
        # No member of the import: the call that starts it sets them once the table is there, with its owner's mark.
        "tags",
    },
)
"""Settings that a table comes with when ImportTable makes it: ``TableCreationParameters`` of the service model."""


def importable(context: Context, table: DesiredTable) -> DesiredSeed | None:
    """The seed that ImportTable makes the table from; None where there is none, or ImportTable cannot make it."""
    seed = context.desired.seeds.get(table.key)
    if seed is None or seed.bulk is None or table.state.settings.get("local_secondary_indexes"):
        return None
    return seed


def import_schema(state: TableState) -> Schema:
    """The ``table_schema`` of a table that an import makes: without what follows by steps of its own."""
    later = {setting.name for setting in SETTINGS if setting.name not in CARRIED}
    return table_schema(replace(state, settings={n: v for n, v in state.settings.items() if n not in later}))


def imported_state(context: Context, table: DesiredTable) -> TableState:
    """The table as the import leaves it."""
    return table_state(answers(import_schema(context.without_unsupported(table))))


def import_step(context: Context, table: DesiredTable, seed: DesiredSeed) -> Step:
    """The making of a table by the import of its rows."""
    source = _source(seed)
    state = context.without_unsupported(table)
    carried = [setting for setting in SETTINGS if setting.name in CARRIED and not setting.derived]
    changes = tuple(
        FieldChange(path=setting.name, before=None, after=state.settings[setting.name])
        for setting in carried
        if state.settings.get(setting.name) not in (None, {})
    )
    return Step(
        id=table.address,
        address=table.address,
        symbol="+",
        call=import_call(import_schema(state), context.desired.database, source.as_source()),
        reason=f"Makes the table {table.name} from {source.place}: DynamoDB imports the rows itself.",
        changes=(*changes, FieldChange(path="seed", before=None, after=str(source.place))),
        hazards=_hazards(context, seed, source, f"{table.name} is used by nobody until all rows are imported."),
        covers=(table.address,),
        estimate=estimates.IMPORT,
    )


def bulk_step(
    context: Context,
    table: DesiredTable,
    seed: DesiredSeed,
    record: SeedRecord | None,
    found: Findings,
) -> Step | None:
    """The step that has DynamoDB write the rows into a table that exists; None where there is nothing to do."""
    source = _source(seed)
    if table.key in found.imported or (record is not None and record.source_hash == seed.source_hash):
        return None
    problem = _impossible(context, table, seed, source, found)
    if problem is not None:
        what, fix = problem
        found.add(codes.BULK_IMPOSSIBLE, seed.position, address=seed.address, what=what, fix=fix)
        return None
    if record is not None:
        found.add(
            codes.SOURCE_CHANGED,
            seed.position,
            address=seed.address,
            what=f"{seed.address} names other rows than those that were loaded; they are loaded besides.",
            fix="Nothing; items that no row names stay as they are.",
        )
    overwrites = seed.on_conflict == "overwrite"
    how = "over items with the same key" if overwrites else "items that exist stay as they are"
    return Step(
        id=seed.address,
        address=seed.address,
        symbol="+",
        call=Call(function="batch_write_items", arguments=_arguments(table, seed, source)),
        reason=f"DynamoDB writes the rows of {source.place} into {table.name} itself, {how}.",
        changes=(FieldChange(path="rows", before=None, after=str(source.place)),),
        hazards=(
            *_overwriting(table, seed, found),
            *_hazards(context, seed, source, "DynamoDB goes on with it when this command ends."),
        ),
        estimate=estimates.BULK_PUT,
    )


def _source(seed: DesiredSeed) -> BulkSource:
    if seed.bulk is None:
        raise AssertionError(f"{seed.address} has no rows in S3. This is a bug in ddbplan.")
    return seed.bulk


def _arguments(table: DesiredTable, seed: DesiredSeed, source: BulkSource) -> dict[str, Json]:
    errors = source.errors
    if errors is None:
        raise AssertionError(f"{seed.address} has no place for errors. This is a bug in ddbplan.")
    return {
        "table_name": table.name,
        "source": {
            "identity": source.identity,
            "import_from": source.as_source(),
            "errors": errors.as_members(),
            "conditional": source.conditional,
        },
        "condition": "none" if seed.on_conflict == "overwrite" else "absent",
        "on_conflict": "keep",
        "key_names": list(primary_key_names(table.state)),
    }


def _impossible(
    context: Context, table: DesiredTable, seed: DesiredSeed, source: BulkSource, found: Findings
) -> tuple[str, str] | None:
    """What keeps StartBulkPutItems from writing the rows, and what to do."""
    live = context.live_table(table)
    made = table.key in found.made
    replicas = (live.settings.get("replicas") if live is not None else None) or table.state.settings.get("replicas")
    if replicas not in (None, {}, "off"):
        what = f"{table.name} has replicas, and StartBulkPutItems takes no global table."
        return what, "Name the rows by `file:`, which ddbplan writes itself."
    if source.format == "csv":
        what = f"{table.name} exists, and StartBulkPutItems takes no CSV."
        return what, "Write the rows as dynamodb_json or ion, or name them by `file:`."
    if source.errors is None:
        what = f"StartBulkPutItems has to be told where it reports rows that it could not write to {table.name}."
        return what, "Name a bucket of yours by `errors: s3://BUCKET/PREFIX` at the seed."
    if seed.on_conflict == "keep" and not source.conditional and not made and not _goes_on(context, table):
        what = (
            f"{table.name} exists, and StartBulkPutItems replaces the items in it unless each record says that it "
            "shall not; ddbplan does not open the bucket."
        )
        fix = (
            "Where every record carries the condition attribute_not_exists of the key, write `conditional: true` at "
            "the seed. To replace items, write `on_conflict: overwrite`. Or name the rows by `file:`."
        )
        return what, fix
    return None


def _goes_on(context: Context, table: DesiredTable) -> bool:
    """Whether an earlier run began to load rows from S3 into this very table, which is gone on with."""
    load, live = context.live.ledger.loads.get(table.key), context.live_table(table)
    return load is not None and bool(load.token) and live is not None and load.table_id == live.table_id


def _overwriting(table: DesiredTable, seed: DesiredSeed, found: Findings) -> tuple[Hazard, ...]:
    if seed.on_conflict != "overwrite" or table.key in found.made or table.key in found.fresh:
        return ()
    sentence = (
        f"Items of {table.name} with the keys of these rows are replaced, with all that the application wrote to them."
    )
    return (Hazard(kind=HazardKind.OVERWRITES_ITEMS, address=seed.address, sentence=sentence),)


def _hazards(context: Context, seed: DesiredSeed, source: BulkSource, long: str) -> tuple[Hazard, ...]:
    account = context.live.account
    found = [
        Hazard(kind=HazardKind.LONG_RUNNING, address=seed.address, sentence=f"It may take hours. {long}"),
        Hazard(kind=HazardKind.COSTS, address=seed.address, sentence="It is billed by the size of the rows."),
    ]
    uses: Mapping[str, S3Place | None] = {
        "Rows are read from {place}, a bucket of account {owner}: its owner decides what is loaded.": source.place,
        "Rows that could not be written are reported to {place}, a bucket of account {owner}.": source.errors,
    }
    for sentence, place in uses.items():
        if place is not None and place.owner and account and place.owner != account:
            said = sentence.format(place=place, owner=place.owner)
            found.append(Hazard(kind=HazardKind.EXPOSES_DATA, address=seed.address, sentence=said))
    return tuple(found)
