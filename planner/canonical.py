"""DynamoDB's answers in canonical form, so that a table that was applied compares equal to its plan.

Server defaults, echoes and values that AWS moves by itself are normalised by each setting's own module. Source:
``DescribeTable`` and its sisters in the botocore model, and the measurements of aws-controllers-k8s on live AWS.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.settings import SETTINGS
from planner.settings.autoscaling import MEMBER as AUTO_SCALING
from planner.settings.budgets import spent
from planner.settings.contributor_insights import DEFAULT_MODE
from planner.settings.contributor_insights import INDEX_MEMBER as INDEX_INSIGHTS
from planner.settings.contributor_insights import MEMBER as INSIGHTS
from planner.settings.kinesis import MEMBER as KINESIS
from planner.settings.recovery import DEFAULT_DAYS
from planner.settings.replica_settings import MEMBER as REPLICA_SETTINGS
from planner.settings.replica_values import REPLICAS
from planner.settings.replicas_after import answer_of, described
from planner.settings.tags import DATABASE_TAG, LEDGER_TAG, STACK_TAG
from planner.state import TableState
from planner.values import Json


def table_state(info: Mapping[str, Json]) -> TableState:
    """A live table in canonical form.

    Args:
        info: The value of ``get_table_info``: ``Table`` (DescribeTable's), and as far as they were read ``TimeToLive``
            (TimeToLiveDescription), ``ContinuousBackups`` (ContinuousBackupsDescription), ``Tags`` ({name: value}),
            ``AutoScaling`` (scalable targets and policies) and ``Encryption`` (who manages the key).

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
        made_at=str(table.get("CreationDateTime", "")),
        building=frozenset(
            index["IndexName"]
            for index in (*table.get("GlobalSecondaryIndexes", ()), *table.get("VectorIndexes", ()))
            if index.get("IndexStatus") == "CREATING" or index.get("Backfilling")
        ),
        spent=spent(table),
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
    encryption = schema.get("SSESpecification", {})
    if encryption.get("Enabled"):
        table["SSEDescription"] = {"Status": "ENABLED", "KMSMasterKeyArn": encryption.get("KMSMasterKeyId", "")}
    if schema.get(REPLICAS):
        table[REPLICAS] = described(schema)
    if "TableClass" in schema:
        table["TableClassSummary"] = {"TableClass": schema["TableClass"]}
    return {
        "Table": table,
        "TimeToLive": {**time_to_live, "TimeToLiveStatus": "ENABLED" if time_to_live.get("Enabled") else "DISABLED"},
        "ContinuousBackups": {"PointInTimeRecoveryDescription": {**days, "PointInTimeRecoveryStatus": status}},
        "Tags": {tag["Key"]: tag["Value"] for tag in schema.get("Tags", ())},
        AUTO_SCALING: _scaling(schema),
        **_beside(schema),
    }


def _beside(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The answers for what is set beside CreateTable. A mode and a precision that nobody asks for are the defaults."""
    insights = {member.get("IndexName"): _insights(member) for member in schema.get(INSIGHTS, ())}
    streams = [{**stream, "DestinationStatus": "ACTIVE"} for stream in schema.get(KINESIS, ())]
    return {
        "ResourcePolicy": schema.get("ResourcePolicy"),
        INSIGHTS: insights.pop(None, None),
        INDEX_INSIGHTS: insights,
        "KinesisDestinations": streams,
        REPLICA_SETTINGS: {replica["RegionName"]: answer_of(replica) for replica in schema.get(REPLICAS, ())},
    }


def _insights(member: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "ContributorInsightsStatus": f"{member['ContributorInsightsAction']}D",
        "ContributorInsightsMode": member.get("ContributorInsightsMode", DEFAULT_MODE),
    }


def _scaling(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The answers of Application Auto Scaling for the ``AutoScaling`` of a ``table_schema``."""
    targets, policies = [], []
    for target in schema.get(AUTO_SCALING, ()):
        kind = "index" if "IndexName" in target else "table"
        table = f"table/{schema['TableName']}"
        where = {
            "ResourceId": f"{table}/index/{target['IndexName']}" if kind == "index" else table,
            "ScalableDimension": f"dynamodb:{kind}:{target['ScalableDimension']}",
        }
        targets.append({**where, "MinCapacity": target["MinCapacity"], "MaxCapacity": target["MaxCapacity"]})
        aim = {"TargetValue": target["TargetValue"]}
        policies.append(
            {**where, "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": aim},
        )
    return {"ScalableTargets": targets, "ScalingPolicies": policies}
