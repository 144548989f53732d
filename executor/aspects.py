"""What describes a table, one aspect at a time; each read tells an engine that lacks it from a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor import errors
from executor.engines import AWS
from planner.settings.contributor_insights import DEFAULT_MODE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from executor.caller import Caller

OWN_TAGS = ("aws:", "ddbplan:")
"""Tags that are not the user's: AWS's own, and ours."""


def read(caller: Caller, ask: Callable[[], Any]) -> tuple[Any, bool]:
    """The answer and whether the engine has the aspect at all.

    Raises:
        CallError: The call failed for good.
        ClientError: DynamoDB refused it.
    """
    try:
        return ask(), True
    except ClientError as error:
        if caller.lacks(error):
            return None, False
        raise


def time_to_live(caller: Caller, table_name: str) -> tuple[dict[str, Any] | None, bool]:
    """TimeToLiveDescription, and whether the engine has it."""

    def ask() -> Any:
        try:
            return caller.send("describe_time_to_live", TableName=table_name)["TimeToLiveDescription"]
        except ClientError as error:
            if errors.is_too_early_for_time_to_live(error):
                return {"TimeToLiveStatus": "DISABLED"}
            raise

    return read(caller, ask)


def continuous_backups(caller: Caller, table_name: str) -> tuple[dict[str, Any] | None, bool]:
    """ContinuousBackupsDescription, and whether the engine has it."""

    def ask() -> Any:
        return caller.send("describe_continuous_backups", TableName=table_name)["ContinuousBackupsDescription"]

    return read(caller, ask)


def tags(caller: Caller, arn: str) -> tuple[dict[str, str] | None, bool]:
    """All tags by key, all pages, and whether the engine has them."""

    def ask() -> Any:
        found: dict[str, str] = {}
        token: dict[str, str] = {}
        while True:
            page = caller.send("list_tags_of_resource", ResourceArn=arn, **token)
            found.update({tag["Key"]: tag["Value"] for tag in page.get("Tags", ())})
            if not page.get("NextToken"):
                return found
            token = {"NextToken": page["NextToken"]}

    return read(caller, ask)


def resource_policy(caller: Caller, arn: str) -> tuple[str | None, bool]:
    """The policy's text, None where there is none, and whether the engine has policies."""

    def ask() -> Any:
        try:
            return caller.send("get_resource_policy", ResourceArn=arn).get("Policy")
        except ClientError as error:
            if errors.error_code(error) == "PolicyNotFoundException":
                return None
            raise

    return read(caller, ask)


def contributor_insights(
    caller: Caller, table_name: str, index: str | None = None
) -> tuple[dict[str, Any] | None, bool]:
    """Status and mode of the Contributor Insights of the table or an index, and whether the engine has them.

    AWS leaves a mode that nobody asked for unsaid; an engine that says none knows none.
    """
    where = {"TableName": table_name} if index is None else {"TableName": table_name, "IndexName": index}

    def ask() -> Any:
        answer = caller.send("describe_contributor_insights", **where)
        found = {name: answer[name] for name in sorted(answer) if name.startswith("ContributorInsights")}
        if "FailureException" in answer:
            found["FailureException"] = answer["FailureException"]
        if caller.clients.engine == AWS:
            found.setdefault("ContributorInsightsMode", DEFAULT_MODE)
        return found

    return read(caller, ask)


def index_contributor_insights(
    caller: Caller, table: Mapping[str, Any]
) -> tuple[dict[str, dict[str, Any]] | None, bool]:
    """The same of every global index of a table, by name; DynamoDB takes five of these questions a second."""
    found = {}
    for index in table.get("GlobalSecondaryIndexes") or ():
        answer, known = contributor_insights(caller, table["TableName"], index["IndexName"])
        if not known or answer is None:
            return None, False
        found[index["IndexName"]] = answer
    return found, True


def kinesis(caller: Caller, table_name: str) -> tuple[list[dict[str, Any]] | None, bool]:
    """KinesisDataStreamDestinations, and whether the engine has them."""

    def ask() -> Any:
        answer = caller.send("describe_kinesis_streaming_destination", TableName=table_name)
        return answer.get("KinesisDataStreamDestinations", [])

    return read(caller, ask)
