"""The steps that make new tables and change existing ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from planner.calls import creation
from planner.canonical import answers, table_state
from planner.changes.announced import is_fresh
from planner.changes.bulk import import_step, importable, imported_state
from planner.changes.compare import field_changes
from planner.changes.found import Context, Findings
from planner.changes.ownership import Standing, adopt_step, claim_hazards, record_of, standing
from planner.changes.undeclared import note_undeclared
from planner.codes import changes as codes
from planner.settings import SETTINGS, estimates, table_schema
from planner.settings.base import Draft, Phase, Schema, TableChange, in_order
from planner.settings.budgets import parse_time
from planner.settings.indexes import GlobalIndexes
from planner.settings.vector_indexes import VectorIndexes
from planner.state import DesiredSeed, DesiredTable, OwnedTable, TableState
from planner.steps import Call, Estimate, FieldChange, Hazard, Step

_MADE_BY_UPDATE = frozenset(
    {
        "create_index",
        "delete_index",
        "billing",
        "capacity",
        "maximum",
        "warm",
        "table_class",
        "encryption",
        "stream",
        "deletion_protection",
        "create_vector_index",
        "delete_vector_index",
        "delete_replica",
        "delete_strong_replicas",
    },
)
"""Changes that making a table once more does not make."""


def plan_tables(context: Context, found: Findings) -> None:
    """Fill ``found`` with the steps of every table of the plan."""
    new = []
    for table in context.desired.tables.values():
        if table.external:
            _check_external(context, table, found)
            continue
        for setting in SETTINGS:
            if setting.name not in context.live.unsupported:
                setting.refuse(table, found.report)
        match standing(context, table, found):
            case Standing.NEW:
                new.append(table)
            case Standing.OWNED | Standing.UNRECORDED | Standing.UNFINISHED as how:
                _plan_existing(context, table, how, found)
            case Standing.FOREIGN:
                pass
    _plan_new(context, new, found)


def _plan_new(context: Context, tables: list[DesiredTable], found: Findings) -> None:
    for table in tables:
        found.usable.add(table.key)
        found.made.add(table.key)
    plain = []
    for table in tables:
        seed = importable(context, table)
        if seed is None:
            plain.append(table)
        else:
            _plan_import(context, table, seed, imported_state(context, table), found)
    together = _together(context, plain) if len(plain) > 1 else None
    for table in plain:
        first = together or creation_step(context, table)
        found.by_table[table.key] = chain([first, *_later_steps(context, table, found)])


def _plan_import(context: Context, table: DesiredTable, seed: DesiredSeed, made: TableState, found: Findings) -> None:
    """A table that an import makes, and then all that an import cannot set."""
    found.imported.add(table.key)
    drafts = _setting_drafts(context, _change(context, table, made, fresh=True), found)
    first = import_step(context, table, seed)
    creation = (*first.hazards, *_creation_hazards(context, table))
    first = replace(first, hazards=tuple(dict.fromkeys(creation)))
    early = [draft.step for draft in drafts if draft.phase is not Phase.PROTECTION]
    found.by_table[table.key] = chain([first, *early])
    late = [draft.step for draft in drafts if draft.phase is Phase.PROTECTION]
    if late:
        found.late[table.key] = late


def creation_step(context: Context, table: DesiredTable) -> Step:
    """One new table, with all that CreateTable can set set there."""
    state = context.without_unsupported(table)
    return Step(
        id=table.address,
        address=table.address,
        symbol="+",
        call=creation(creation_schema(state), context.desired.database),
        reason=f"Makes the table {table.name}.",
        changes=creation_changes(state),
        hazards=_creation_hazards(context, table),
        covers=(table.address,),
        estimate=_creation_estimate([state]),
    )


def _together(context: Context, tables: list[DesiredTable]) -> Step:
    states = [context.without_unsupported(table) for table in tables]
    arguments = {
        "table_schemas": [creation_schema(state) for state in states],
        "database_name": context.desired.database,
    }
    changes = tuple(
        replace(change, path=f"{table.address}.{change.path}")
        for table, state in zip(tables, states, strict=True)
        for change in creation_changes(state)
    )
    return Step(
        id="tables",
        address="tables",
        symbol="+",
        call=Call(function="create_multiple_tables", arguments=arguments),
        reason=f"Makes {len(tables)} new tables in parallel.",
        changes=changes,
        hazards=tuple(hazard for table in tables for hazard in _creation_hazards(context, table)),
        covers=tuple(table.address for table in tables),
        estimate=_creation_estimate(states),
    )


def creation_schema(state: TableState) -> Schema:
    """The ``table_schema`` that a table is made with: without what is made later, by steps of its own."""
    later = {setting.name for setting in SETTINGS if setting.later}
    return table_schema(replace(state, settings={n: v for n, v in state.settings.items() if n not in later}))


def _creation_hazards(context: Context, table: DesiredTable) -> tuple[Hazard, ...]:
    """Whom the new table's settings let in."""
    known = [setting for setting in SETTINGS if setting.name not in context.live.unsupported]
    return tuple(hazard for setting in known for hazard in setting.creation_hazards(table, context.live.account))


def _later_steps(context: Context, table: DesiredTable, found: Findings) -> list[Step]:
    """What follows the making of a new table: replicas, when all else of it is there."""
    made = table_state(answers(creation_schema(context.without_unsupported(table))))
    change = _change(context, table, made, fresh=True)
    return [draft.step for draft in _setting_drafts(context, change, found) if draft.phase is Phase.REPLICAS]


def creation_changes(state: TableState) -> tuple[FieldChange, ...]:
    """Everything that a new table is made with, value by value, in the order of the settings."""
    changes = []
    for setting in SETTINGS:
        value = state.settings.get(setting.name)
        if value not in (None, {}) and not setting.derived and not setting.later:
            changes.append(FieldChange(path=setting.name, before=None, after=value))
    return tuple(changes)


def _creation_estimate(states: list[TableState]) -> Estimate:
    indexed = any(state.settings.get("global_secondary_indexes") for state in states)
    return estimates.CREATE_TABLE_WITH_INDEXES if indexed else estimates.CREATE_TABLE


def _plan_existing(context: Context, table: DesiredTable, how: Standing, found: Findings) -> None:
    live, record = context.live.tables[table.name], record_of(context, table)
    fresh = is_fresh(context.live, record, live, context.desired.database)
    found.usable.add(table.key)
    if fresh:
        found.fresh.add(table.key)
    seed = importable(context, table)
    if record is not None and record.token and not record.table_id and seed is not None:
        # Its import may still be going on, or have failed: the same call finds it by its token and tells.
        found.made.add(table.key)
        _plan_import(context, table, seed, imported_state(context, table), found)
        return
    note_undeclared(context, table, found)
    change = _change(context, table, live, fresh=fresh)
    drafts = _setting_drafts(context, change, found)
    claim = claim_hazards(context, table, live)
    early = [_with_hazards(d.step, claim) for d in drafts if d.phase is not Phase.PROTECTION]
    late = [_with_hazards(d.step, claim) for d in drafts if d.phase is Phase.PROTECTION]
    first = _first_step(context, table, how, [draft.step for draft in drafts])
    steps = chain([*first, *early])
    if steps:
        found.by_table[table.key] = steps
    if late:
        found.late[table.key] = late


def _first_step(context: Context, table: DesiredTable, how: Standing, steps: list[Step]) -> list[Step]:
    """What tells the ledger of the table: nothing, a read, or the making that a stopped run had begun."""
    live = context.live.tables[table.name]
    if how is Standing.OWNED:
        return []
    same = not any(step.call.arguments["change"]["kind"] in _MADE_BY_UPDATE for step in steps)
    if how is Standing.UNFINISHED and same:
        # Making it once more is no error: it waits until the table is there, and answers with its TableId.
        reason = f"Waits for {table.name}, which a stopped run began to make."
        return [replace(creation_step(context, table), reason=reason)]
    return [adopt_step(context, table, live)]


def _change(context: Context, table: DesiredTable, live: TableState, *, fresh: bool) -> TableChange:
    desired = context.without_unsupported(table)
    return TableChange(
        table=table,
        desired=desired,
        live=live,
        schema=table_schema(desired),
        database=context.desired.database,
        fresh=fresh,
        now=context.live.at,
        changed=_changed(record_of(context, table), live),
        queries=tuple(
            query for query in context.desired.queries if query.call.arguments.get("table_name") == table.name
        ),
    )


def _changed(record: OwnedTable | None, live: TableState) -> dict[str, tuple[datetime, ...]]:
    """When this database changed what DynamoDB counts, of this very table."""
    if record is None or record.table_id != live.table_id:
        return {}
    read = {name: [parse_time(time) for time in times] for name, times in record.changed.items()}
    return {name: tuple(time for time in times if time is not None) for name, times in read.items()}


def _setting_drafts(context: Context, change: TableChange, found: Findings) -> list[Draft]:
    """The steps of every setting that differs, in the order of their phases."""
    pairs = {}
    for setting in SETTINGS:
        pair = None if setting.name in context.live.unsupported else setting.pair(change.desired, change.live)
        if pair is not None and pair[0] != pair[1]:
            pairs[setting.name] = pair
    differences = field_changes({n: p[0] for n, p in pairs.items()}, {n: p[1] for n, p in pairs.items()})
    drafts: list[Draft] = []
    for setting in SETTINGS:
        if setting.name in differences:
            planned = setting.plan(change, differences[setting.name])
            drafts += planned.drafts
            found.take(planned.found)
    if change.live.building:
        drafts += (*GlobalIndexes().waiting(change), *VectorIndexes().waiting(change))
    return in_order(drafts)


def _with_hazards(step: Step, hazards: tuple[Hazard, ...]) -> Step:
    return replace(step, hazards=(*step.hazards, *hazards)) if hazards else step


def chain(steps: list[Step]) -> list[Step]:
    """The steps, each after the one before it."""
    chained: list[Step] = []
    for step in steps:
        before = (chained[-1].id,) if chained else ()
        chained.append(replace(step, depends_on=before))
    return chained


def _check_external(context: Context, table: DesiredTable, found: Findings) -> None:
    live = context.live_table(table)
    if live is None:
        found.add(
            codes.EXTERNAL_MISSING,
            table.position,
            address=table.address,
            what=f"The external table {table.name} does not exist.",
            fix="Check its name, the account and the region, or have its owner make it first.",
        )
        return
    wanted, have = table.state.settings, live.settings
    differs = [] if wanted["keys"] == have["keys"] else ["its keys"]
    for name in ("global_secondary_indexes", "local_secondary_indexes"):
        differs += [f"the index {index}" for index in wanted[name] if index not in have.get(name, {})]
    types = {n for n, kind in wanted["key_types"].items() if have["key_types"].get(n, kind) != kind}
    differs += [f"the type of {name}" for name in sorted(types)]
    if differs:
        found.add(
            codes.EXTERNAL_DIFFERS,
            table.position,
            address=table.address,
            what=f"The external table {table.name} differs from the plan in: {', '.join(differs)}.",
            fix="Make the plan say what the live table has.",
        )
