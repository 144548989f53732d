"""Resource policy, Contributor Insights and Kinesis destination: read first, changed where they differ, read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor import aspects
from executor.errors import CallError
from executor.schema import member
from executor.settings import ALREADY, MADE, READ_BACK, Setting, send_change
from executor.waiting import wait_until
from planner.settings import policy_document
from planner.settings.contributor_insights import MEMBER as INSIGHTS
from planner.settings.kinesis import DEFAULT_PRECISION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from executor.caller import Caller
    from executor.schema import Schema

_INSIGHTS_ON = frozenset({"ENABLED", "ENABLING"})
_STREAM_ENDED = frozenset({"DISABLED", "ENABLE_FAILED"})
_DEFAULT_WORDS = "DynamoDB gave no reason"


def set_resource_policy(caller: Caller, arn: str, wanted: str) -> Setting:
    """Make the table's policy as wanted; an empty text stands for none.

    A policy that would keep its own sender from changing it again is refused by DynamoDB, and not forced.

    Raises:
        CallError: As calls fail.
    """
    live, known = aspects.resource_policy(caller, arn)
    if not known:
        return Setting(already=False, unsupported=("resource_policy",))
    if policy_is(live, wanted):
        return ALREADY
    if wanted:
        send_change(caller, "put_resource_policy", ResourceArn=arn, Policy=wanted)
    else:
        send_change(caller, "delete_resource_policy", ResourceArn=arn)

    def holds() -> str | None:
        now, _ = aspects.resource_policy(caller, arn)
        return None if policy_is(now, wanted) else "not visible yet"

    wait_until(caller, f"resource policy of {arn}", holds, READ_BACK)
    return MADE


def policy_is(live: str | None, wanted: str) -> bool:
    """Whether a live policy is the wanted one, compared parsed."""
    have, want = (policy_document.parse(text) if text else None for text in (live, wanted))
    return policy_document.same(have, want)


def insights_wanted(schema: Schema, index: str | None) -> Mapping[str, Any]:
    """What a schema says of the insights of the table (None) or of an index.

    Raises:
        CallError: It says nothing.
    """
    for wanted in member(schema, INSIGHTS):
        if wanted.get("IndexName") == index:
            return dict(wanted)
    raise CallError("InvalidArguments", f"table_schema.{INSIGHTS} says nothing of {index or 'the table itself'}.")


def set_contributor_insights(caller: Caller, table_name: str, wanted: Mapping[str, Any]) -> Setting:
    """Make the insights of the table, or of the index that is named, as wanted; without a mode, any will do.

    Raises:
        CallError: InsightsFailed where DynamoDB says so; others as calls fail.
    """
    index = wanted.get("IndexName")
    live, known = aspects.contributor_insights(caller, table_name, index)
    if not known or live is None:
        return Setting(already=False, unsupported=("contributor_insights",))
    if insights_are(live, wanted):
        return ALREADY
    parameters = {name: value for name, value in wanted.items() if value is not None}
    send_change(caller, "update_contributor_insights", TableName=table_name, **parameters)
    lacks_mode = False

    def holds() -> str | None:
        nonlocal lacks_mode
        now, _ = aspects.contributor_insights(caller, table_name, index)
        found = now or {}
        if found.get("ContributorInsightsStatus") == "FAILED":
            raise CallError(
                "InsightsFailed", f"Contributor Insights of {index or table_name} failed: {_reason(found)}."
            )
        on = found.get("ContributorInsightsStatus") in _INSIGHTS_ON
        # An engine that knows no modes will never show one.
        lacks_mode = on and "ContributorInsightsMode" not in found and "ContributorInsightsMode" in parameters
        return None if lacks_mode or insights_are(found, wanted) else "not visible yet"

    wait_until(caller, f"Contributor Insights of {index or table_name}", holds, READ_BACK)
    return Setting(already=False, unsupported=("contributor_insights.mode",)) if lacks_mode else MADE


def insights_are(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether live insights are as wanted; ENABLING and DISABLING count as their target."""
    on = live.get("ContributorInsightsStatus") in _INSIGHTS_ON
    if wanted["ContributorInsightsAction"] == "DISABLE":
        return not on
    mode = wanted.get("ContributorInsightsMode")
    return on and (mode is None or live.get("ContributorInsightsMode") == mode)


def _reason(answer: Mapping[str, Any]) -> str:
    found = answer.get("FailureException") or {}
    return str(found.get("ExceptionDescription") or found.get("ExceptionName") or _DEFAULT_WORDS)


def set_kinesis(caller: Caller, table_name: str, wanted: Sequence[Mapping[str, Any]]) -> Setting:
    """Make the table's destination as wanted: none, or the one that is given.

    Raises:
        CallError: ChangeImpossible where another stream takes the changes, KinesisFailed where DynamoDB says so;
            others as calls fail.
    """
    live, known = aspects.kinesis(caller, table_name)
    if not known or live is None:
        return Setting(already=False, unsupported=("kinesis",) if wanted else ())
    if not wanted:
        return _end_kinesis(caller, table_name, live)
    destination = wanted[0]
    current = [entry for entry in live if entry["DestinationStatus"] not in {*_STREAM_ENDED, "DISABLING"}]
    if current and current[0]["StreamArn"] != destination["StreamArn"]:
        message = (
            f"The changes of {table_name} go to {current[0]['StreamArn']}, and a table has one stream at a time. End "
            "that one first with kinesis: off."
        )
        raise CallError("ChangeImpossible", message)
    if not current:
        return _begin_kinesis(caller, table_name, destination)
    if destination_is(current[0], destination):
        _wait_kinesis(caller, table_name, destination)
        return ALREADY
    precision = destination["ApproximateCreationDateTimePrecision"]
    send_change(
        caller,
        "update_kinesis_streaming_destination",
        TableName=table_name,
        StreamArn=destination["StreamArn"],
        UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": precision},
    )
    _wait_kinesis(caller, table_name, destination)
    return MADE


def destination_is(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a live destination that is on is the wanted one; without a precision, any will do."""
    precision = wanted.get("ApproximateCreationDateTimePrecision")
    have = live.get("ApproximateCreationDateTimePrecision", DEFAULT_PRECISION)
    return bool(live["StreamArn"] == wanted["StreamArn"] and precision in {None, have})


def _begin_kinesis(caller: Caller, table_name: str, destination: Mapping[str, Any]) -> Setting:
    _wait_kinesis_ended(caller, table_name)
    precision = destination.get("ApproximateCreationDateTimePrecision")
    configuration = (
        {"EnableKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": precision}}
        if precision
        else {}
    )
    stream = destination["StreamArn"]
    send_change(caller, "enable_kinesis_streaming_destination", TableName=table_name, StreamArn=stream, **configuration)
    _wait_kinesis(caller, table_name, destination)
    return MADE


def _wait_kinesis(caller: Caller, table_name: str, destination: Mapping[str, Any]) -> None:
    stream = destination["StreamArn"]

    def holds() -> str | None:
        now, _ = aspects.kinesis(caller, table_name)
        found = next((entry for entry in now or () if entry["StreamArn"] == stream), None)
        if found is None:
            return "not visible yet"
        if found["DestinationStatus"] == "ENABLE_FAILED":
            reason = found.get("DestinationStatusDescription") or _DEFAULT_WORDS
            raise CallError("KinesisFailed", f"The changes of {table_name} cannot go to {stream}: {reason}.")
        done = found["DestinationStatus"] == "ACTIVE" and destination_is(found, destination)
        return None if done else str(found["DestinationStatus"])

    wait_until(caller, f"Kinesis destination of {table_name}", holds)


def _end_kinesis(caller: Caller, table_name: str, live: Sequence[Mapping[str, Any]]) -> Setting:
    active = [entry["StreamArn"] for entry in live if entry["DestinationStatus"] not in {*_STREAM_ENDED, "DISABLING"}]
    for stream in active:
        send_change(caller, "disable_kinesis_streaming_destination", TableName=table_name, StreamArn=stream)
    _wait_kinesis_ended(caller, table_name)
    return MADE if active else ALREADY


def _wait_kinesis_ended(caller: Caller, table_name: str) -> None:
    def holds() -> str | None:
        now, _ = aspects.kinesis(caller, table_name)
        left = [entry for entry in now or () if entry["DestinationStatus"] not in _STREAM_ENDED]
        return f"{left[0]['StreamArn']} {left[0]['DestinationStatus']}" if left else None

    wait_until(caller, f"end of the Kinesis destination of {table_name}", holds)


def make_extras(caller: Caller, schema: Schema, table: Mapping[str, Any]) -> list[Setting]:
    """All that a new table's schema says of these three; what CreateTable has made is not made again.

    Raises:
        CallError: As calls fail.
    """
    name, made = schema["TableName"], []
    if schema.get("ResourcePolicy"):
        made.append(set_resource_policy(caller, table["TableArn"], schema["ResourcePolicy"]))
    made += [set_contributor_insights(caller, name, wanted) for wanted in schema.get(INSIGHTS) or ()]
    if schema.get("KinesisStreamingDestinations"):
        made.append(set_kinesis(caller, name, schema["KinesisStreamingDestinations"]))
    return made


def extras_differ(caller: Caller, schema: Schema, table: Mapping[str, Any]) -> list[str]:
    """In which of these three a table that exists is not as the schema says.

    Raises:
        CallError: As calls fail.
    """
    name, found = schema["TableName"], []
    if "ResourcePolicy" in schema:
        policy, known = aspects.resource_policy(caller, table["TableArn"])
        if known and not policy_is(policy, schema["ResourcePolicy"]):
            found.append("its resource policy is another")
    for wanted in schema.get(INSIGHTS) or ():
        insights, _ = aspects.contributor_insights(caller, name, wanted.get("IndexName"))
        if insights is not None and not insights_are(insights, wanted):
            found.append("its Contributor Insights are others")
    if "KinesisStreamingDestinations" in schema:
        live, known = aspects.kinesis(caller, name)
        on = [entry for entry in live or () if entry["DestinationStatus"] not in _STREAM_ENDED]
        streams = schema["KinesisStreamingDestinations"]
        same = len(on) == len(streams) and all(map(destination_is, on, streams))
        if known and not same:
            found.append("its Kinesis destination is another")
    return found
