"""DynamoDB's answers in canonical form, so that a table that was applied compares equal to its plan.

Server defaults, echoes and values that AWS moves by itself are normalised by each setting's own module. Source:
``DescribeTable`` and its sisters in the botocore model, and the measurements of aws-controllers-k8s on live AWS.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.settings import SETTINGS
from planner.settings.recovery import DEFAULT_DAYS
from planner.settings.tags import DATABASE_TAG, LEDGER_TAG, STACK_TAG
from planner.state import TableState
from planner.values import Json


def table_state(info: Mapping[str, Json]) -> TableState:
    """A live table in canonical form.

    Args:
        info: The value of ``get_table_info``: ``Table`` (DescribeTable's), and as far as they were read ``TimeToLive``
            (TimeToLiveDescription), ``ContinuousBackups`` (ContinuousBackupsDescription) and ``Tags`` ({name: value}).

    Returns:
        The table; a setting whose answer is not there is absent from its settings.
    """
    table = info["Table"]
    tags = info.get("Tags") or {}
    read = {setting.name: setting.live(info) for setting in SETTINGS}
    stack = tags.get(STACK_TAG, "")
    return TableState(
        name=table["TableName"],
        settings={name: value for name, value in read.items() if value is not None},
        table_id=table.get("TableId", ""),
        arn=table.get("TableArn", ""),
        status=table.get("TableStatus", ""),
        claimed_by=f"CloudFormation stack {stack}" if stack else "",
        ledger_id=tags.get(LEDGER_TAG, ""),
        database=tags.get(DATABASE_TAG, ""),
        building=frozenset(
            index["IndexName"]
            for index in table.get("GlobalSecondaryIndexes", ())
            if index.get("IndexStatus") == "CREATING" or index.get("Backfilling")
        ),
    )


def answers(schema: Mapping[str, Json]) -> dict[str, Json]:
    """What ``get_table_info`` would answer for a table that was made from a ``table_schema``.

    Args:
        schema: CreateTable's members and the settings beside them.
    """
    time_to_live = schema.get("TimeToLiveSpecification", {})
    recovery = schema.get("PointInTimeRecoverySpecification", {})
    status = "ENABLED" if recovery.get("PointInTimeRecoveryEnabled") else "DISABLED"
    days = {"RecoveryPeriodInDays": recovery.get("RecoveryPeriodInDays", DEFAULT_DAYS)}
    table = {**schema, "BillingModeSummary": {"BillingMode": schema.get("BillingMode", "PROVISIONED")}}
    return {
        "Table": table,
        "TimeToLive": {**time_to_live, "TimeToLiveStatus": "ENABLED" if time_to_live.get("Enabled") else "DISABLED"},
        "ContinuousBackups": {"PointInTimeRecoveryDescription": {**days, "PointInTimeRecoveryStatus": status}},
        "Tags": {tag["Key"]: tag["Value"] for tag in schema.get("Tags", ())},
    }
