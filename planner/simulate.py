"""What live state becomes when a step is done, without doing it: the proof that a diff's steps lead to its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.calls import created_schemas
from planner.canonical import answers, table_state
from planner.changes.owned import row_of
from planner.settings.autoscaling import NONE, scaling_in
from planner.settings.keys import primary_key_names, used_types
from planner.settings.replicas_after import replicas_after
from planner.settings.units import SIDES, is_range, settle_capacity, settle_warm
from planner.state import LedgerState, LiveState, OwnedTable, SeedRecord, TableState, TransactionRecord
from planner.steps import Call, Step
from planner.values import Item, Json, content_hash, item_hash, key_hash

SIMULATED_ID = "simulated"


def simulate(live: LiveState, step: Step) -> LiveState:
    """The live state after a step.

    Args:
        live: Before it.
        step: One of ``diff``'s steps, whose dependencies are done.

    Returns:
        Tables and ledger as a successful apply of the step leaves them, but for the declared settings in the ledger,
        of which a step does not tell. New tables get a TableId made of their name.
    """
    arguments = step.call.arguments
    match step.call.function:
        case "create_table_simple" | "create_table_advanced" | "create_multiple_tables" if "change" not in arguments:
            after = _created(live, step)
        case "create_table_advanced":
            after = _changed(live, arguments["change"], arguments["table_schema"])
        case "get_table_info":
            after = _recorded(live, step.address, arguments["table_name"])
        case "put_item":
            after = _seeded(live, step.address, arguments["table_name"], [arguments["item"]])
        case "batch_write_items":
            after = _loaded(live, step)
        case "execute_transaction" if "marker" not in arguments:
            updates = [member["Update"] for member in arguments["transaction_items"]]
            after = _seeded(live, step.address, updates[0]["TableName"], [row_of(update) for update in updates])
        case "execute_transaction":
            after = _run(live, step)
        case _:
            after = live
    return after


def _key(address: str) -> str:
    return address.partition(".")[2]


def _created(live: LiveState, step: Step) -> LiveState:
    for address, schema in zip(step.covers, created_schemas(step.call), strict=True):
        name = schema["TableName"]
        if address == "ledger":
            live = replace(live, ledger=replace(live.ledger, exists=True, ledger_id=SIMULATED_ID))
            continue
        found = live.tables.get(name)
        if found is None:
            found = replace(table_state(answers(schema)), table_id=f"{SIMULATED_ID}:{name}", status="ACTIVE")
        live = _with_table(live, replace(found, status="ACTIVE", building=frozenset()))
        live = _with_owner(live, address, found, fresh=True)
    if "import_from" in step.call.arguments:
        live = _imported(live, _key(step.address), step.call)
    return live


def _imported(live: LiveState, key: str, call: Call) -> LiveState:
    """The rows came with the table."""
    table = live.tables[call.arguments["table_schema"]["TableName"]]
    identity = content_hash(call.arguments["import_from"], kind="seed-s3/1")
    record = SeedRecord(table=key, table_id=table.table_id, source_hash=identity, rows={}, count=1)
    return _with_ledger(live, replace(live.ledger, seeds={**live.ledger.seeds, key: record}))


def _recorded(live: LiveState, address: str, name: str) -> LiveState:
    record = live.ledger.tables.get(_key(address))
    fresh = record is not None and record.fresh and not record.table_id
    return _with_owner(live, address, live.tables[name], fresh=fresh)


def _with_owner(live: LiveState, address: str, table: TableState, *, fresh: bool) -> LiveState:
    key = _key(address)
    record = OwnedTable(key=key, name=table.name, table_id=table.table_id, settings={}, fresh=fresh)
    others = {k: r for k, r in live.ledger.tables.items() if r.name != table.name}
    return _with_ledger(live, replace(live.ledger, tables={**others, key: record}))


def _with_ledger(live: LiveState, ledger: LedgerState) -> LiveState:
    return replace(live, ledger=ledger)


def _with_table(live: LiveState, table: TableState) -> LiveState:
    return replace(live, tables={**live.tables, table.name: table})


def _changed(live: LiveState, change: Mapping[str, Json], schema: Mapping[str, Json]) -> LiveState:
    table = live.tables[schema["TableName"]]
    wanted = table_state(answers(schema))
    kind = change["kind"]
    if kind == "billing":
        table = _with_billing(table, wanted)
    elif kind == "create_vector_index":
        table = _with_vector_index(table, wanted, change["index"])
    elif kind == "delete_vector_index":
        table = _without_vector_index(table, change["index"])
    elif "replica" in kind:
        table = _with_settings(table, **replicas_after(table.settings, change, schema))
    elif "index" in change:
        table = _with_index_change(table, wanted, change, schema)
    else:
        table = _with_setting(table, wanted, kind, schema)
    return _with_table(live, table)


def _with_index_change(
    table: TableState, wanted: TableState, change: Mapping[str, Json], schema: Mapping[str, Json]
) -> TableState:
    name = change["index"]
    match change["kind"]:
        case "create_index":
            return _with_index(table, wanted, name)
        case "delete_index":
            return _without_index(table, name)
        case "contributor_insights":
            insights = wanted.settings["index_contributor_insights"]
            have = table.settings.get("index_contributor_insights") or {}
            return _with_settings(table, index_contributor_insights={**have, name: insights[name]})
        case "autoscaling":
            return _with_scaling(table, scaling_in(schema), name)
        case kind:
            return _with_units(table, wanted, kind, name, scaling_in(schema))


def _with_setting(table: TableState, wanted: TableState, kind: str, schema: Mapping[str, Json]) -> TableState:
    """One setting of the table itself; what the schema does not say of it stays as it is."""
    value, kept = wanted.settings[kind], table.settings.get(kind)
    match kind:
        case "autoscaling":
            return _with_scaling(table, scaling_in(schema), None)
        case "capacity":
            value = _clamped(value, table.settings[kind], scaling_in(schema)["table"])
        case "warm":
            value = _raised(value, kept)
        case "point_in_time_recovery" if value != "off" and isinstance(kept, Mapping):
            says_days = "RecoveryPeriodInDays" in schema.get("PointInTimeRecoverySpecification", {})
            value = value if says_days else kept
        case _:
            pass
    return _with_settings(table, **{kind: value})


def _with_settings(table: TableState, **settings: Json) -> TableState:
    return replace(table, settings={**table.settings, **settings})


def _indexes(table: TableState) -> dict[str, Json]:
    return dict(table.settings.get("global_secondary_indexes", {}))


def _with_used_types(table: TableState, types: Mapping[str, str]) -> TableState:
    """The table with those types, less the ones that no key uses any more."""
    return _with_settings(table, key_types=used_types({**table.settings, "key_types": types}))


def _with_index(table: TableState, wanted: TableState, name: str) -> TableState:
    indexes = {**_indexes(table), name: _indexes(wanted)[name]}
    table = replace(_with_settings(table, global_secondary_indexes=indexes), building=table.building - {name})
    return _with_used_types(table, {**wanted.settings["key_types"], **table.settings["key_types"]})


def _without_index(table: TableState, name: str) -> TableState:
    indexes = _indexes(table)
    del indexes[name]
    insights = {n: v for n, v in (table.settings.get("index_contributor_insights") or {}).items() if n != name}
    table = _with_settings(table, global_secondary_indexes=indexes, index_contributor_insights=insights)
    return _with_used_types(table, table.settings["key_types"])


def _with_vector_index(table: TableState, wanted: TableState, name: str) -> TableState:
    indexes = {**(table.settings.get("vector_indexes") or {}), name: wanted.settings["vector_indexes"][name]}
    table = replace(_with_settings(table, vector_indexes=indexes), building=table.building - {name})
    return _with_used_types(table, {**wanted.settings["key_types"], **table.settings["key_types"]})


def _without_vector_index(table: TableState, name: str) -> TableState:
    indexes = {n: index for n, index in table.settings["vector_indexes"].items() if n != name}
    return _with_used_types(_with_settings(table, vector_indexes=indexes), table.settings["key_types"])


def _with_billing(table: TableState, wanted: TableState) -> TableState:
    capacity = wanted.settings.get("capacity")
    settings = {name: value for name, value in table.settings.items() if name != "capacity"}
    settings["billing"] = wanted.settings["billing"]
    settings["maximum"] = "off"
    if capacity is not None:
        settings["capacity"] = capacity
    units = {name: index["capacity"] for name, index in _indexes(wanted).items() if "capacity" in index}
    indexes = {}
    for name, index in _indexes(table).items():
        indexes[name] = {part: value for part, value in index.items() if part not in {"capacity", "maximum"}}
        if name in units:
            indexes[name]["capacity"] = units[name]
    settings["global_secondary_indexes"] = indexes
    return replace(table, settings=settings)


def _with_units(table: TableState, wanted: TableState, kind: str, name: str, scaling: Mapping[str, Json]) -> TableState:
    indexes = _indexes(table)
    have, after = indexes[name], _indexes(wanted)[name].get(kind)
    index = {part: value for part, value in have.items() if part != kind}
    if kind == "capacity":
        after = _clamped(after, have["capacity"], scaling["indexes"].get(name, {}))
    if kind == "warm":
        after = _raised(after, have.get("warm"))
    if after is not None:
        index[kind] = after
    return _with_settings(table, global_secondary_indexes={**indexes, name: index})


def _clamped(wanted: Mapping[str, Json], have: Mapping[str, Json], ranges: Mapping[str, Json]) -> Json:
    """Units after a change: those that autoscaling moves stay where they are within their range."""
    sides = {side: ranges[side] if is_range(ranges.get(side)) else wanted[side] for side in SIDES}
    return settle_capacity(sides, have)


def _raised(wanted: Mapping[str, Json], have: Mapping[str, Json] | None) -> Json:
    return {**(have or {}), **settle_warm(wanted, have)}


def _with_scaling(table: TableState, wanted: Mapping[str, Json], index: str | None) -> TableState:
    have = table.settings["autoscaling"]
    if index is None:
        return _with_settings(table, autoscaling={**have, "table": wanted["table"]})
    sides = wanted["indexes"].get(index, dict(NONE))
    return _with_settings(table, autoscaling={**have, "indexes": {**have["indexes"], index: sides}})


def _seeded(live: LiveState, address: str, name: str, items: list[Item]) -> LiveState:
    table, key = live.tables[name], _key(address)
    names = primary_key_names(table)
    rows = {key_hash({part: item[part] for part in names}): item_hash(item) for item in items}
    old = live.ledger.seeds.get(key)
    known = old.rows if old is not None and old.table_id == table.table_id else {}
    record = SeedRecord(
        table=key,
        table_id=table.table_id,
        source_hash="",
        rows={**known, **rows},
        count=len({**known, **rows}),
    )
    return _with_ledger(live, replace(live.ledger, seeds={**live.ledger.seeds, key: record}))


def _loaded(live: LiveState, step: Step) -> LiveState:
    arguments = step.call.arguments
    if "items" in arguments:
        return _seeded(live, step.address, arguments["table_name"], arguments["items"])
    key, table = _key(step.address), live.tables[arguments["table_name"]]
    record = SeedRecord(
        table=key,
        table_id=table.table_id,
        source_hash=arguments["source"].get("sha256") or arguments["source"]["identity"],
        rows={},
        count=1,
    )
    return _with_ledger(live, replace(live.ledger, seeds={**live.ledger.seeds, key: record}))


def _run(live: LiveState, step: Step) -> LiveState:
    arguments = step.call.arguments
    name = _key(step.address)
    members = [next(iter(member.values())) for member in arguments["transaction_items"]]
    record = TransactionRecord(
        name=name,
        content_hash=arguments["marker"]["content_hash"],
        outcome="done",
        table_ids={member["TableName"]: live.tables[member["TableName"]].table_id for member in members},
    )
    return _with_ledger(live, replace(live.ledger, transactions={**live.ledger.transactions, name: record}))
