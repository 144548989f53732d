"""Settings that are made beside CreateTable and UpdateTable: read first, changed where they differ, read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor import aspects
from executor.caller import failed
from executor.engines import AWS
from executor.errors import CallError, ErrorKind
from executor.retry import Patience
from executor.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from executor.caller import Caller, Operation

READ_BACK = Patience(seconds=300.0, longest=5.0)
"""Tags lag by seconds, recovery by up to minutes (K)."""
TTL_ON = frozenset({"ENABLED", "ENABLING"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What came of one setting.

    Attributes:
        already: It was so before anything was sent.
        unsupported: Names of what the engine lacks, in the plan's words.
    """

    already: bool
    unsupported: tuple[str, ...] = ()


ALREADY = Setting(already=True)
MADE = Setting(already=False)


def send_change(caller: Caller, operation: Operation, **parameters: Any) -> bool:
    """Send a change of a setting.

    Returns:
        False where DynamoDB says that it is so already, which is as good.

    Raises:
        CallError: It failed for good, or a window of the service's own is closed (TryLater).
    """
    try:
        caller.send(operation, **parameters)
    except ClientError as error:
        failure = caller.understand(error)
        if failure.kind is ErrorKind.ALREADY:
            return False
        if caller.lacks(error):
            raise
        raise failed(error, failure) from error
    return True


def set_time_to_live(caller: Caller, table_name: str, wanted: Mapping[str, Any]) -> Setting:
    """Make the table's expiry as wanted.

    Raises:
        CallError: ChangeImpossible where another attribute is active; others as the call fails.
    """
    live, known = aspects.time_to_live(caller, table_name)
    if not known or live is None:
        return Setting(already=False, unsupported=("time_to_live",))
    if ttl_is(live, wanted):
        return ALREADY
    attribute = live.get("AttributeName") or wanted.get("AttributeName")
    if wanted["Enabled"] and live.get("TimeToLiveStatus") in TTL_ON:
        message = (
            f"Items of {table_name} expire by {attribute}. DynamoDB changes the attribute only in two applies: write "
            "time_to_live: off, apply, and an hour later name the other attribute."
        )
        raise CallError("ChangeImpossible", message)
    if not attribute:
        raise CallError("InvalidArguments", "TimeToLiveSpecification needs an AttributeName to enable it.")
    specification = {"Enabled": wanted["Enabled"], "AttributeName": wanted.get("AttributeName") or attribute}
    send_change(caller, "update_time_to_live", TableName=table_name, TimeToLiveSpecification=specification)

    def holds() -> str | None:
        now, _ = aspects.time_to_live(caller, table_name)
        return None if now is not None and ttl_is(now, wanted) else "not visible yet"

    wait_until(caller, f"time to live of {table_name}", holds, READ_BACK)
    return MADE


def ttl_is(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether live expiry is as wanted.

    ENABLING and DISABLING count as their target; a disabled one has no attribute to compare.
    """
    on = live.get("TimeToLiveStatus") in TTL_ON
    if not wanted["Enabled"]:
        return not on
    return on and live.get("AttributeName") == wanted.get("AttributeName")


def set_point_in_time_recovery(caller: Caller, table_name: str, wanted: Mapping[str, Any]) -> Setting:
    """Make the table's continuous backups as wanted; without days, any number of days will do.

    Raises:
        CallError: The call fails for good.
    """
    live, known = aspects.continuous_backups(caller, table_name)
    if not known or live is None:
        return Setting(already=False, unsupported=("point_in_time_recovery",))
    if recovery_is(live, wanted):
        return ALREADY
    _wait_for_backups(caller, table_name)
    specification = {name: value for name, value in wanted.items() if value is not None}
    send_change(
        caller,
        "update_continuous_backups",
        TableName=table_name,
        PointInTimeRecoverySpecification=specification,
    )
    return _read_back_recovery(caller, table_name, wanted)


def _wait_for_backups(caller: Caller, table_name: str) -> None:
    """Continuous backups come by themselves seconds after ACTIVE; recovery is refused until then (K 111, 115)."""
    if caller.clients.engine != AWS:
        return

    def holds() -> str | None:
        now, _ = aspects.continuous_backups(caller, table_name)
        status = (now or {}).get("ContinuousBackupsStatus")
        return None if status == "ENABLED" else f"continuous backups {status}"

    wait_until(caller, f"continuous backups of {table_name}", holds, READ_BACK)


def _read_back_recovery(caller: Caller, table_name: str, wanted: Mapping[str, Any]) -> Setting:
    lacks_days = False

    def holds() -> str | None:
        nonlocal lacks_days
        now, _ = aspects.continuous_backups(caller, table_name)
        recovery = (now or {}).get("PointInTimeRecoveryDescription", {})
        if now is not None and recovery_is(now, wanted):
            return None
        on = recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
        # An engine that switches recovery on and knows no days will never show them.
        lacks_days = on and wanted["PointInTimeRecoveryEnabled"] and "RecoveryPeriodInDays" not in recovery
        return None if lacks_days else "not visible yet"

    wait_until(caller, f"point-in-time recovery of {table_name}", holds, READ_BACK)
    return Setting(already=False, unsupported=("point_in_time_recovery.days",)) if lacks_days else MADE


def recovery_is(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether live continuous backups are as wanted."""
    recovery = live.get("PointInTimeRecoveryDescription", {})
    on = recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
    if not wanted["PointInTimeRecoveryEnabled"]:
        return not on
    days = wanted.get("RecoveryPeriodInDays")
    return on and (days is None or recovery.get("RecoveryPeriodInDays") == days)


def set_tags(caller: Caller, arn: str, wanted: Mapping[str, str]) -> Setting:
    """Make the user's tags exactly these; AWS's own and ours are added to, never removed.

    Raises:
        CallError: The call fails for good.
    """
    live, known = aspects.tags(caller, arn)
    if not known or live is None:
        return Setting(already=False, unsupported=("tags",) if users(wanted) else ())
    changed = {key: value for key, value in wanted.items() if live.get(key) != value}
    surplus = sorted(users(live).keys() - wanted.keys())
    if not changed and not surplus:
        return ALREADY
    if surplus:
        send_change(caller, "untag_resource", ResourceArn=arn, TagKeys=surplus)
    if surplus and changed:
        # A write locks the tags until it is to be seen; another one is refused meanwhile (K 440).
        _wait_for_tags(caller, arn, lambda now: now.keys().isdisjoint(surplus))
    if changed:
        tags = [{"Key": key, "Value": value} for key, value in sorted(changed.items())]
        send_change(caller, "tag_resource", ResourceArn=arn, Tags=tags)

    _wait_for_tags(caller, arn, lambda now: users(now) == users(wanted) and wanted.items() <= now.items())
    return MADE


def _wait_for_tags(caller: Caller, arn: str, are_so: Callable[[Mapping[str, str]], bool]) -> None:
    def holds() -> str | None:
        now, _ = aspects.tags(caller, arn)
        return None if are_so(now or {}) else "not visible yet"

    wait_until(caller, f"tags of {arn}", holds, READ_BACK)


def users(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that are the user's own."""
    return {key: value for key, value in tags.items() if not key.startswith(aspects.OWN_TAGS)}
