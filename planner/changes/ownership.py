"""Who owns a live table: the ledger says so, with its TableId; a name proves nothing."""

from __future__ import annotations

from enum import StrEnum

from planner.changes.announced import is_as_announced
from planner.changes.found import Context, Findings
from planner.codes import changes as codes
from planner.settings import estimates
from planner.state import DesiredTable, OwnedTable, TableState
from planner.steps import Call, Hazard, HazardKind, Step

UNCHANGEABLE = {
    "DELETING": "is being deleted",
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS": "cannot use its encryption key",
    "ARCHIVING": "is being archived",
    "ARCHIVED": "is archived",
}
_MADE_BY_ANOTHER = "was deleted and is being made again, not by this database"
_WAYS_OUT = {
    "DELETING": "Wait until it is gone, then run the same command again.",
    "CREATING": "Wait until it is there, then run the same command again.",
}


class Standing(StrEnum):
    """How a table of the plan stands to what is live."""

    NEW = "new"
    """It does not exist: this diff makes it."""
    OWNED = "owned"
    """The ledger records this very table under this name."""
    UNRECORDED = "unrecorded"
    """It is the plan's, and the ledger has to learn its TableId: announced, made again, renamed, or adopted."""
    UNFINISHED = "unfinished"
    """A stopped run was making it, and DynamoDB still is: making it again waits for that."""
    FOREIGN = "foreign"
    """Somebody else's, or refused for another reason."""


def record_of(context: Context, table: DesiredTable) -> OwnedTable | None:
    """The ledger's record of the table of that physical name, under whatever name of the plan."""
    records = context.live.ledger.tables
    own = records.get(table.key)
    if own is not None and own.name == table.name:
        return own
    return next((record for record in records.values() if record.name == table.name), None)


def standing(context: Context, table: DesiredTable, found: Findings) -> Standing:
    """How a table stands; refusals and notes go to ``found``."""
    live, record = context.live_table(table), record_of(context, table)
    if live is None:
        if record is not None and record.table_id:
            _note_gone(table, found)
        return Standing.NEW
    if live.status in UNCHANGEABLE or _is_being_made_again(record, live):
        return _refuse_status(table, live, found)
    if record is None or _is_somebody_elses(context, record, live):
        return _standing_unknown(context, table, live, found)
    if not record.table_id:
        return Standing.UNFINISHED if live.status == "CREATING" else Standing.UNRECORDED
    if record.table_id == live.table_id:
        return Standing.OWNED if record.key == table.key else Standing.UNRECORDED
    _note_made_again(table, live, found)
    return Standing.UNRECORDED


def _is_being_made_again(record: OwnedTable | None, live: TableState) -> bool:
    """Whether something else is making a table under the name of one that is recorded."""
    return (
        record is not None and bool(record.table_id) and record.table_id != live.table_id and live.status == "CREATING"
    )


def _is_somebody_elses(context: Context, record: OwnedTable, live: TableState) -> bool:
    """Whether a table stands under a name that was only announced, and no run of this database made it."""
    tags = "tags" not in context.live.unsupported
    return not record.table_id and not is_as_announced(
        record, live, context.live.ledger, context.desired.database, tags=tags
    )


def _note_gone(table: DesiredTable, found: Findings) -> None:
    found.add(
        codes.TABLE_GONE,
        table.position,
        address=table.address,
        what=f"{table.name} was made by an earlier apply and is gone; this diff makes it again, and seeds it.",
        fix="If its data has to come back, restore a backup under this name before applying.",
    )


def _note_made_again(table: DesiredTable, live: TableState, found: Findings) -> None:
    found.add(
        codes.MADE_AGAIN,
        table.position,
        address=table.address,
        what=f"{table.name} has the TableId {live.table_id}, not the one that the ledger records: it was made again.",
        fix="It is recorded with its new TableId and seeded again; nothing that exists in it is overwritten.",
    )


def _refuse_status(table: DesiredTable, live: TableState, found: Findings) -> Standing:
    found.add(
        codes.TABLE_UNAVAILABLE,
        table.position,
        address=table.address,
        what=f"{table.name} {UNCHANGEABLE.get(live.status, _MADE_BY_ANOTHER)} (TableStatus {live.status}).",
        fix=_WAYS_OUT.get(live.status, "Make the table usable again in the console, then run the same command again."),
    )
    return Standing.FOREIGN


def _standing_unknown(context: Context, table: DesiredTable, live: TableState, found: Findings) -> Standing:
    if table.address in context.options.adopt:
        return Standing.UNRECORDED
    owner = claimed_by(context, live)
    found.add(
        codes.NOT_OWNED,
        table.position,
        address=table.address,
        what=f"{table.name} exists, and is not owned by {context.desired.database}"
        + (f": {owner} claims it." if owner else "."),
        fix=f"To take it, apply with:\n\n    --adopt {table.address}\n\nTo leave it alone, give the plan's table "
        "another name, or write `external: true` where queries only read it.",
    )
    return Standing.FOREIGN


def claimed_by(context: Context, live: TableState) -> str:
    """Who else claims the table, in words; empty when nobody does."""
    if live.claimed_by:
        return live.claimed_by
    if live.database and live.database != context.desired.database:
        return f"the ddbplan database {live.database}"
    return ""


def claim_hazards(context: Context, table: DesiredTable, live: TableState) -> tuple[Hazard, ...]:
    """The danger of changing a table that something else also manages."""
    owner = claimed_by(context, live)
    if not owner:
        return ()
    sentence = f"{table.name} is managed by {owner}, which may undo this change or break on it."
    return (Hazard(kind=HazardKind.OWNED_ELSEWHERE, address=table.address, sentence=sentence),)


def adopt_step(context: Context, table: DesiredTable, live: TableState) -> Step:
    """The step that records a table's TableId in the ledger: one read, and what the apply loop writes down of it."""
    record = record_of(context, table)
    if record is None or _is_somebody_elses(context, record, live):
        reason = f"Takes {table.name}: the ledger records it as owned by {context.desired.database}."
    elif not record.table_id:
        reason = f"Records {table.name}, which an earlier run announced and made."
    elif record.table_id == live.table_id:
        reason = f"Records {table.name} under its new name in the plan, {table.key}."
    else:
        reason = f"Records {table.name} with its new TableId."
    return Step(
        id=f"{table.address}.adopt",
        address=table.address,
        symbol="+",
        call=Call(function="get_table_info", arguments={"table_name": table.name, "aspects": ["table"]}),
        reason=reason,
        hazards=claim_hazards(context, table, live),
        estimate=estimates.READ,
    )


def note_left_tables(context: Context, found: Findings) -> None:
    """Say which owned tables the plan no longer names; apply leaves them alone."""
    names = {table.name for table in context.desired.tables.values()}
    for key, record in sorted(context.live.ledger.tables.items()):
        live = context.live.tables.get(record.name)
        # An announced table that was never made has left nothing behind.
        if record.name in names or (
            not record.table_id and (live is None or _is_somebody_elses(context, record, live))
        ):
            continue
        found.add(
            codes.NO_LONGER_IN_PLAN,
            None,
            address=f"table.{key}",
            what=f"The plan no longer names {record.name}, which {context.desired.database} owns; it stays as it is.",
            fix=f"To delete it with its data:\n\n    ddbplan destroy {context.desired.typed} --table {record.name}",
        )
