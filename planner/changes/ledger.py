"""The ledger's own table: a visible first step."""

from __future__ import annotations

from planner.settings import Schema, estimates
from planner.state import LiveState
from planner.steps import Call, FieldChange, Step

LEDGER_STEP = "ledger"
LEDGER_OWNER = "ddbplan"
"""The owner's label of the ledger's table: it belongs to no database."""


def ledger_schema(live: LiveState) -> Schema:
    """The ledger's ``table_schema``, with the protection that the engine has."""
    schema: Schema = {
        "TableName": live.ledger_table,
        "KeySchema": [
            {"AttributeName": "database", "KeyType": "HASH"},
            {"AttributeName": "entry", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "database", "AttributeType": "S"},
            {"AttributeName": "entry", "AttributeType": "S"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if "deletion_protection" not in live.unsupported:
        schema["DeletionProtectionEnabled"] = True
    if "point_in_time_recovery" not in live.unsupported:
        schema["PointInTimeRecoverySpecification"] = {"PointInTimeRecoveryEnabled": True}
    return schema


def ledger_step(live: LiveState) -> Step:
    """The step that makes the ledger's table; making it again is no error."""
    schema = ledger_schema(live)
    protection = {
        "deletion_protection": "DeletionProtectionEnabled" in schema,
        "point_in_time_recovery": "PointInTimeRecoverySpecification" in schema,
    }
    return Step(
        id=LEDGER_STEP,
        address=LEDGER_STEP,
        symbol="+",
        call=Call(
            function="create_table_advanced",
            arguments={"table_schema": schema, "database_name": LEDGER_OWNER},
        ),
        reason=f"Makes {live.ledger_table}, the table in which applies are recorded.",
        changes=tuple(FieldChange(path=name, before=None, after=True) for name, has in protection.items() if has),
        covers=(LEDGER_STEP,),
        estimate=estimates.CREATE_TABLE,
    )
