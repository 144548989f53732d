"""What describes a table, aspects in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor import aspects
from executor.autoscaling import describe_scaling
from executor.caller import failed
from executor.encryption import describe_encryption
from executor.errors import is_table_missing
from executor.replicas import describe_replicas
from executor.waiting import describe
from executor.wire import plain_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from executor.caller import Caller
    from planner.function_reads import GetTableInfo

    Read = Callable[[Caller, str], tuple[Any, bool]]
    ReadOfTable = Callable[[Caller, Mapping[str, Any]], tuple[Any, bool]]

BY_NAME: dict[str, tuple[str, Read]] = {
    "time_to_live": ("TimeToLive", aspects.time_to_live),
    "point_in_time_recovery": ("ContinuousBackups", aspects.continuous_backups),
    "contributor_insights": ("ContributorInsights", aspects.contributor_insights),
    "kinesis": ("KinesisDestinations", aspects.kinesis),
}
"""Aspects that are asked for by the table's name: they are asked together with DescribeTable."""
BY_ARN: dict[str, tuple[str, Read]] = {
    "tags": ("Tags", aspects.tags),
    "resource_policy": ("ResourcePolicy", aspects.resource_policy),
}
"""Aspects that are asked for by the ARN, which DescribeTable tells."""
BY_TABLE: dict[str, tuple[str, ReadOfTable]] = {
    "autoscaling": ("AutoScaling", describe_scaling),
    "encryption": ("Encryption", describe_encryption),
    "index_contributor_insights": ("IndexContributorInsights", aspects.index_contributor_insights),
    "replicas": ("ReplicaSettings", describe_replicas),
}
"""Aspects that are asked for by what DescribeTable tells of indexes and keys."""


def get_table_info(caller: Caller, call: GetTableInfo) -> dict[str, Any] | None:
    """Read the table and the aspects that are asked for.

    Returns:
        ``Table`` (DescribeTable's, times as ISO 8601 text), a member for each aspect, ``Unsupported`` (aspects that the
        engine does not have); None where there is no such table.

    Raises:
        CallError: A call failed for good. On AWS an aspect that can't be read is such a failure.
    """
    try:
        return _info(caller, call.table_name, call.aspects)
    except ClientError as error:
        if is_table_missing(error):
            # Deleted between two reads: as good as never there.
            return None
        raise failed(error, caller.understand(error)) from error


def _info(caller: Caller, table_name: str, wanted: Sequence[str]) -> dict[str, Any] | None:
    asked = _ask(caller, BY_NAME, wanted, table_name)
    try:
        table = describe(caller, table_name)
        if table is not None:
            asked += _ask(caller, BY_ARN, wanted, table["TableArn"])
            asked += _ask(caller, BY_TABLE, wanted, table)
    finally:
        answers = [(aspect, member, _await(future)) for aspect, member, future in asked]
    if table is None:
        return None
    info: dict[str, Any] = {"Table": plain_json(table)}
    unsupported = []
    for aspect, member, (answer, error) in answers:
        if error is not None:
            raise error
        value, known = answer
        if known:
            info[member] = plain_json(value)
        else:
            unsupported.append(aspect)
    return {**info, "Unsupported": sorted(unsupported)}


def _ask(
    caller: Caller,
    reads: Mapping[str, tuple[str, Callable[[Caller, Any], tuple[Any, bool]]]],
    wanted: Sequence[str],
    argument: Any,
) -> list[tuple[str, str, Future[tuple[Any, bool]]]]:
    return [
        (aspect, member, caller.clients.pool.submit(read, caller, argument))
        for aspect, (member, read) in reads.items()
        if aspect in wanted
    ]


def _await(future: Future[tuple[Any, bool]]) -> tuple[tuple[Any, bool], BaseException | None]:
    error = future.exception()
    return (None, False) if error is not None else future.result(), error
