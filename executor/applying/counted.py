"""Changes that DynamoDB counts and does not tell of: when this database made them, for the next diff to say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from executor.identity import now_text
from planner.calls import created_schemas
from planner.settings.budgets import COUNTED, kept
from planner.settings.kinesis import is_precision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.applying.session import Session
    from planner.state import OwnedTable
    from planner.steps import Step
    from planner.values import Json


def count(session: Session, step: Step) -> tuple[str, ...]:
    """Remember what a step that was done spends.

    Returns:
        Physical names of the tables of which there is something new to record.
    """
    if step.call.function == "create_table_advanced" and "change" in step.call.arguments:
        schema = step.call.arguments["table_schema"]
        kind = step.call.arguments["change"]["kind"]
        found = {schema["TableName"]: kind} if kind in COUNTED and _is_counted(kind, schema, step) else {}
    else:
        # Turning time to live on is a change even of a table that was just made.
        schemas = created_schemas(step.call)
        found = {s["TableName"]: "time_to_live" for s in schemas if s.get("TimeToLiveSpecification", {}).get("Enabled")}
    for name, setting in found.items():
        before = changed_of(session, name)
        times = kept((*before.get(setting, ()), now_text()), setting)
        session.changed[name] = {**before, setting: times}
    return tuple(found)


def changed_of(session: Session, name: str) -> Mapping[str, tuple[str, ...]]:
    """When this database changed what is counted of a table; of one that was made again nothing yet."""
    if name in session.changed:
        return session.changed[name]
    record = _record(session, name)
    return record.changed if record is not None and record.table_id == session.table_id(name) else {}


def recorded_again(session: Session, name: str) -> OwnedTable | None:
    """The ledger's record of a table with what is new of it; None where this run recorded the table itself.

    Its settings stay those of the last whole apply: the present one has not come to its end.
    """
    record = _record(session, name)
    if record is None or record.table_id != session.table_id(name) or record.key != session.key_of(name):
        return None
    return replace(record, changed=changed_of(session, name))


def _record(session: Session, name: str) -> OwnedTable | None:
    records = session.prepared.live.ledger.tables.values()
    return next((record for record in records if record.name == name), None)


def _is_counted(kind: str, schema: Mapping[str, Json], step: Step) -> bool:
    """Only the switch to on demand, any key but the one that AWS owns, and another precision in place are counted."""
    match kind:
        case "billing":
            return bool(schema["BillingMode"] == "PAY_PER_REQUEST")
        case "encryption":
            return bool(schema["SSESpecification"]["Enabled"])
        case "kinesis":
            return is_precision(step.changes)
        case _:
            return True
